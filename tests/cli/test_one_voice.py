"""What `check` says of a letter that is sent as it stands, `render` says as well, and the other way round."""

from __future__ import annotations

import pytest

from tests.support.project import Project

LETTER = """\
---
letterhead: plain
lang: de-DE
date: 2026-03-02
from: {name: Kai GmbH, street: Kai 1, postcode: "20457", city: Hamburg, country: DE}
to: {name: Ada Brook, street: Weg 2, postcode: "10115", city: Berlin}
salutation: Guten Tag
closing: CLOSING
fields:
  rows: FIELD
---
BODY
"""


@pytest.mark.parametrize(
    ("field", "body", "closing", "codes"),
    [
        ("list", "{% for one in fields.rows %}\n- {{ one }}\n{% endfor %}", "Viele Grüße", {"name-valueless"}),
        ("{type: list, default: []}", "{{ fields.rows | length }} Zeilen", "Viele Grüße", set()),
        ("list", "Ohne.", "Mit freundlichen Grüßen,", {"closing-mark"}),
    ],
)
def test_check_and_render_say_the_same(project: Project, field: str, body: str, closing: str, codes: set[str]) -> None:
    text = LETTER.replace("FIELD", field).replace("BODY", body).replace("CLOSING", closing)
    project.write("content/letters/letter.md", text)
    checked, made = (project.cli(name, "content/letters/letter.md", "--json") for name in ("check", "render"))
    said = [{(one["code"], one["severity"]) for one in ran.faults} for ran in (checked, made)]
    assert {code for code, _ in said[0]} == {code for code, _ in said[1]} == codes
    if codes == {"name-valueless"}:  # of a list, each record may have a value
        assert (said[0], checked.code, made.code) == ({("name-valueless", "warning")}, 0, 1)
    else:
        assert (said[0], checked.code) == (said[1], made.code)
