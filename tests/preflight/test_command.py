"""`letterpress preflight` and `letterpress carriers`."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from letterpress.cli import child_process
from tests.support.posted import Posted, box
from tests.support.project import Project

GOOD = Posted(at=(25, 44))
BAD = Posted(at=(25, 44), drawn=[(1, box(5, 150, 20, 5)), (1, box(60, 75, 20, 5))])


@pytest.fixture
def posted(project: Project) -> Project:
    (project.root / "good.pdf").write_bytes(GOOD.pdf())
    (project.root / "bad.pdf").write_bytes(BAD.pdf())
    return project


def test_a_file_that_passes_ends_with_0_and_one_that_does_not_with_1(posted: Project) -> None:
    good, bad = (
        posted.cli("preflight", "good.pdf", "--for", "notify"),
        posted.cli("preflight", "bad.pdf", "--for", "NOTIFY"),
    )
    assert (good.code, bad.code) == (0, 1)
    assert "good.pdf: passes for GOV.UK Notify; rules: alphagov" in good.err
    assert "bad.pdf: page 1, 59.9,75.0 20.2 x 5.1 mm: ink stands outside of the places" in bad.err
    assert "bad.pdf: 2 errors; rules: alphagov" in bad.err


def test_several_files_are_examined_in_one_go(posted: Project) -> None:
    ran = posted.cli("preflight", "good.pdf", "bad.pdf", "--carrier", "notify")
    assert ran.code == 1
    assert "good.pdf: passes for GOV.UK Notify" in ran.err
    assert "bad.pdf: 2 errors" in ran.err
    assert "1 of 2 files pass for GOV.UK Notify" in ran.err
    document = posted.cli("preflight", "good.pdf", "bad.pdf", "--for", "notify", "--json").json
    assert ([one["file"] for one in document["files"]], document["passed"]) == (["good.pdf", "bad.pdf"], False)
    assert [one["passed"] for one in document["files"]] == [True, False]
    (posted.root / "more").mkdir()
    (posted.root / "more/good.pdf").write_bytes(GOOD.pdf())
    twice = posted.cli("preflight", "good.pdf", "more/good.pdf", "--for", "notify", "--pictures", "seen")
    assert (twice.code, "would have the same names" in twice.err) == (2, True)


def test_json_is_the_contracts_document(posted: Project) -> None:
    ran = posted.cli("preflight", "bad.pdf", "--for", "notify", "--json")
    assert ran.code == 1
    assert ran.json["passed"] is False
    assert ran.json["address"] == ["Ada Okafor", "Mill Lane 4", "Woodbridge", "IP12 3HG"]
    for finding in ran.json["findings"]:
        assert {"rule", "severity", "page", "box_mm", "message", "hint", "source"} <= set(finding)
        assert (finding["rule"], finding["severity"], finding["page"]) == ("ink-clear", "error", 1)
        assert len(finding["box_mm"]) == 4


def test_pictures_show_places_and_findings_in_their_colours(posted: Project) -> None:
    ran = posted.cli("preflight", "bad.pdf", "--for", "notify", "--pictures", "seen", "--json")
    assert ran.json["pictures"] == ["seen/bad-1.png"]
    picture = Image.open(io.BytesIO((posted.root / "seen/bad-1.png").read_bytes())).convert("RGB")

    def at(x: float, y: float) -> tuple[int, ...]:
        found = picture.getpixel((round(x * 150 / 25.4), round(y * 150 / 25.4)))
        assert isinstance(found, tuple)
        return found

    assert at(100, 200) == (255, 255, 255)
    red, green, blue = at(5, 100)  # the left edge
    assert red > green + 40
    assert red > blue + 40
    red, green, blue = at(100, 60)  # in the address field
    assert blue > red + 40
    assert any(at(4.2, y / 10) == (140, 0, 0) for y in range(1480, 1580))  # a box round the ink in the edge


def test_what_cannot_be_examined_is_said(posted: Project) -> None:
    (posted.root / "none.pdf").write_bytes(b"no PDF")
    ran = posted.cli("preflight", "none.pdf", "--for", "pingen", "--json")
    assert (ran.code, [finding["rule"] for finding in ran.json["findings"]]) == (1, ["pdf-unreadable"])
    assert ran.json["findings"][0]["message"] == "the file cannot be read: it is not a PDF"
    assert ran.json["findings"][0]["hint"] == "name a PDF"
    missing = posted.cli("preflight", "nowhere.pdf", "--for", "pingen")
    assert missing.code == 2
    assert "nowhere.pdf: " in missing.err
    unknown = posted.cli("preflight", "good.pdf", "--for", "pinggen")
    assert unknown.code == 2
    assert "--for: there is no carrier 'pinggen'. hint: did you mean 'pingen'" in unknown.err
    assert "preflight" in child_process.COMMANDS  # it is watched: limits of time and memory hold


def test_carriers_are_listed_and_shown(posted: Project) -> None:
    listed = posted.cli("carriers")
    assert listed.code == 0
    assert any(line.split()[0] == "deutsche-post" and "second hand" in line for line in listed.out.splitlines())
    shown = posted.cli("carriers", "Lob")
    assert "address, which it prints itself: x 15.2, y 21.3, 80 x 50.8 mm" in shown.out
    assert "not checked: " in shown.out
    (one,) = posted.cli("carriers", "notify", "--json").json["carriers"]
    assert one["address"]["lines"] == [3, 7]
    assert (one["status"], one["date"]) == ("confirmed", "2026-08")


def test_a_project_s_carrier_is_used_from_any_folder_of_it(posted: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = posted.root / "carriers"
    folder.mkdir()
    (folder / "ours.toml").write_text('extends = "notify"\npages = 1\ntitle = "Ours"\n', encoding="utf-8")
    (posted.root / "two.pdf").write_bytes(Posted(at=(25, 44), pages=2).pdf())
    Path("content/letters").mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir("content/letters")
    ran = posted.cli("preflight", "../../two.pdf", "--for", "ours", "--json")
    assert [finding["rule"] for finding in ran.json["findings"]] == ["pages-many"]
