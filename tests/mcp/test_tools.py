"""An agent checks, makes and looks at letters through the protocol's own client, and gets nowhere else.

One server, started as `letterpress mcp` is, answers all of it.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import importlib.util
import io
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.support import needs
from tests.support.project import Project

LETTER = """---
letterhead: plain
lang: en-US
date: 2027-03-01
from: {name: Harbour Board, lines: [1 Pier Road, "Portland, ME 04101"]}
to: {name: Mary Stone, lines: [2 Mill Lane, "Camden, ME 04843"]}
subject: Your berth
salutation: Dear Ms. Stone
closing: Sincerely
signatories: [{name: John Reed, sign: digital}]
fields:
  boxes: {type: integer, required: true}
  fee: {type: money, currency: USD, default: 12.50, description: for a month}
---

You ordered {{ fields.boxes }} boxes at {{ fields.fee }}.
"""
LIST = """name,street,postcode,city,region,country,boxes
Ann Lee,3 Elm Street,04101,Portland,ME,US,4
Bob Ray,5 Oak Street,4101,Portland,ME,US,some
"""


NEW = "content/letters/new.md"
BERTH = "content/letters/berth.md"
HANG = """---
letterhead: plain
lang: en
---

{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project, with a letter that lies outside of it."""
    root = tmp_path_factory.mktemp("agent") / "project"
    (root / "content/letters").mkdir(parents=True)
    (root / "content/recipients").mkdir()
    (root / BERTH).write_text(LETTER, encoding="utf-8")
    (root / "content/recipients/berth.csv").write_text(LIST, encoding="utf-8")
    (root.parent / "secret.md").write_text(LETTER, encoding="utf-8")
    (root / "content/letters/link.md").symlink_to(root.parent / "secret.md")
    return root


@pytest.fixture(scope="module")
def asked(root: Path) -> dict[str, Any]:
    """What each call is answered, in this order, by one server that is started as an agent's program does."""
    needs.mcp()
    outside = str(root.parent / "secret.md")
    image = LETTER.replace("You ordered", f"![x]({outside}) ![y](https://example.org/a.png) You ordered")
    one = {"boxes": 1}
    calls = {
        "found": ("list_letters", {}),
        "letterheads": ("list_letterheads", {}),
        "one letterhead": ("list_letterheads", {"name": "din5008"}),
        "fields": ("schema", {"fields_of": BERTH}),
        "checked": ("check", {"letter": NEW, "text": LETTER.replace("subject", "subjct")}),
        "made": ("render", {"letter": BERTH, "values": {"boxes": 3}, "pages": [1, 2], "dpi": 60}),
        "planned": ("merge_dry_run", {"letter": BERTH, "data": "content/recipients/berth.csv"}),
        "verified": ("verify", {"pdf": "out/berth.pdf"}),
        "heard": ("read_pdf", {"pdf": "out/berth.pdf"}),
        "refused 1": ("render", {"letter": outside}),
        "refused 2": ("render", {"letter": "../secret.md"}),
        "refused 3": ("render", {"letter": "content/letters/link.md"}),
        "refused 4": ("render", {"letter": BERTH, "values": one, "output": "../berth.pdf"}),
        "refused 5": ("render", {"letter": BERTH, "values": one, "output": "content/berth.pdf"}),
        "refused 6": ("check", {"letter": "content/letters/../../../secret.md"}),
        "refused 7": ("merge_dry_run", {"letter": BERTH, "data": "/etc/passwd"}),
        "refused 8": ("merge_dry_run", {"letter": BERTH, "data": "postgresql://127.0.0.1/x"}),
        "refused 9": ("verify", {"pdf": "out/berth.pdf", "trust": ["../ca.pem"]}),
        "refused 10": ("schema", {"fields_of": outside}),
        "hanging": ("render", {"letter": NEW, "text": HANG}),
        "pictures": ("render", {"letter": NEW, "text": image, "values": one}),
        "after": ("render", {"letter": BERTH, "values": {"boxes": 5}, "output": "out/five.pdf"}),
    }
    return asyncio.run(_asked(root, calls))


async def _asked(root: Path, calls: dict[str, tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    from mcp.client.stdio import stdio_client

    from mcp import Client, StdioServerParameters

    arguments = ["-m", "letterpress", "mcp", str(root), "--time-limit", "20"]
    command = StdioServerParameters(command=sys.executable, args=arguments, env={**os.environ})
    async with Client(stdio_client(command)) as client:
        answers: dict[str, Any] = {"tools": (await client.list_tools()).tools}
        for name, (tool, given) in calls.items():
            answers[name] = await client.call_tool(tool, given)
    return answers


def test_an_agent_finds_out_what_there_is(asked: dict[str, Any]) -> None:
    assert {tool.name for tool in asked["tools"]} >= {"check", "render", "merge_dry_run", "verify"}
    assert [tool.name for tool in asked["tools"] if not tool.annotations.read_only_hint] == ["render"]
    assert asked["found"].structured_content == {
        "letters": [BERTH],  # and not the link that leads out of the project
        "lists": ["content/recipients/berth.csv"],
        "pdfs": [],
    }
    heads = asked["letterheads"].structured_content["letterheads"]
    assert {"plain", "din5008"} <= {head["name"] for head in heads}
    assert asked["one letterhead"].structured_content["first_letter"].startswith("---\n")
    fields = asked["fields"].structured_content
    assert fields["required"] == ["boxes"]
    assert fields["properties"]["fee"]["description"] == "for a month"


def test_what_is_wrong_is_said_with_its_place(asked: dict[str, Any]) -> None:
    wrong = asked["checked"].structured_content
    said = [fault for fault in wrong["diagnostics"] if fault["severity"] == "error"]
    assert (said[0]["line"], said[0]["fixes"][0]["value"]) == (7, "subject")
    assert not wrong["can_be_made"]
    plan = asked["planned"].structured_content
    assert (plan["letters"], plan["faulty"]) == (1, 1)
    faulty = [row for row in plan["rows"] if row["stops_its_letter"]]
    assert [(row["row"], row["diagnostics"][0]["cell"]) for row in faulty] == [(3, "G3")]


def test_a_letter_is_that_of_the_command_and_is_seen(
    asked: dict[str, Any], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = asked["made"]
    letter = made.structured_content
    pdf = (root / "out/berth.pdf").read_bytes()
    assert (made.is_error, letter["status"], letter["pages"], letter["pictures_of_pages"]) == (False, "done", 1, [1])
    assert letter["sha256"] == hashlib.sha256(pdf).hexdigest()
    monkeypatch.chdir(root)
    assert Project(root).cli("render", BERTH, "--set", "boxes=3", "-o", "out/command.pdf").code == 0
    assert (root / "out/command.pdf").read_bytes() == pdf
    _, picture = made.content
    with Image.open(io.BytesIO(base64.b64decode(picture.data))) as opened:
        assert opened.size == (510, 660)  # US letter at 60 pixels an inch
        assert opened.convert("L").getextrema() < (60, 256)  # with ink on it
    assert asked["verified"].structured_content["signatures"] == []
    assert any("You ordered 3 boxes at $12.50." in line for line in asked["heard"].structured_content["lines"])


def test_nothing_outside_the_project_is_read_or_written(asked: dict[str, Any], root: Path) -> None:
    refused = [answer for name, answer in asked.items() if name.startswith("refused")]
    assert len(refused) == 10
    assert all(answer.is_error for answer in (*refused, asked["hanging"], asked["pictures"]))
    for answer in refused:
        assert "Harbour" not in answer.content[0].text  # nothing of the letter that it named
        assert answer.structured_content["diagnostics"][0]["code"] in ("path-outside", "file-missing")
    assert not list(root.parent.glob("*.pdf"))
    assert not list((root / "content").rglob("*.pdf"))
    assert not (root / NEW).exists()
    diagnostics = asked["pictures"].structured_content["diagnostics"]
    assert {fault["code"] for fault in diagnostics if fault["severity"] == "error"} == {"file-outside", "url-remote"}
    assert asked["after"].structured_content["status"] == "done"


def test_without_the_package_it_says_how_to_get_it(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    needs.mcp()
    assert project.cli("mcp", "nothing").code == 2
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "mcp" else find(name))
    ran = project.cli("mcp")
    assert ran.code == 1
    assert "pip install 'letterpress[mcp]'" in ran.err
