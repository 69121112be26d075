"""Where on the pages the lines and fields of a letter's file stand, without a changed byte of its PDF."""

from __future__ import annotations

from pathlib import Path

import pytest

from letterpress import api, pipeline
from letterpress.content import reader
from letterpress.model import Result
from letterpress.page import Placed
from tests.support.project import FRONT, ROOT, Project

BODY = """# A heading

A paragraph of two lines,
with a [link](https://example.org) and a note.[^1]

- one
- two

  with a paragraph of its own

1) first

> A quotation.

| Item | Sum |
|------|----:|
| Pier | 12  |

```
code
```

{% for n in [1, 2] %}
Said {{ n }} times.
{% endfor %}

{% clause delivery %}

[^1]: The note.
"""


def _both(path: Path, shown: str) -> tuple[Result, pipeline.Preview]:
    """The letter as it is made, and as it is looked at."""
    data = path.read_bytes()
    plain, _ = reader.examine_text(data, path, shown)
    mapped, _ = reader.examine_text(data, path, shown, mapped=True)
    assert plain is not None
    assert mapped is not None
    return pipeline.press(api.job(plain)), pipeline.preview(api.job(mapped))


def _lines(places: tuple[Placed, ...]) -> dict[tuple[int, int], list[Placed]]:
    found: dict[tuple[int, int], list[Placed]] = {}
    for place in places:
        if place.lines is not None:
            found.setdefault(place.lines, []).append(place)
    return found


@pytest.mark.parametrize("name", ["korea-policy", "harbour-bilingual", "pier-power"])
def test_a_map_changes_no_byte_of_a_letter(name: str) -> None:
    """On its own, in two languages beside each other, and with tables, a window and places to sign."""
    path = ROOT / f"content/letters/{name}.md"
    pressed, looked_at = _both(path, str(path))
    assert pressed.status == "done"
    assert looked_at.result.pdf == pressed.pdf
    blocks = _lines(looked_at.places)
    assert len(blocks) > 6
    signatures = [place.name for place in looked_at.places if place.kind == "signature"]
    assert signatures == [field.name for field in pressed.signature_fields]


def test_each_kind_of_block_knows_its_lines(project: Project) -> None:
    project.write("content/clauses/delivery.md", "We deliver\nsoon.\n\n- really\n")
    path = project.letter(BODY, FRONT.replace("lang: en-US\n", "lang: en-US\nsubject: The pier\ncc: [One]\n"))
    text = Path(path).read_text()
    pressed, looked_at = _both(project.root / path, path)
    assert looked_at.result.pdf == pressed.pdf is not None
    blocks = _lines(looked_at.places)
    lines = {name: number for number, name in enumerate(text.splitlines(), start=1)}
    starts = {first for first, _ in blocks}
    for said in ("# A heading", "A paragraph of two lines,", "- two", "1) first", "> A quotation.", "| Pier | 12  |"):
        assert lines[said] in starts, said
    paragraph = lines["A paragraph of two lines,"]
    assert (paragraph, paragraph + 1) in blocks
    assert len(blocks[lines["Said {{ n }} times."], lines["Said {{ n }} times."]]) == 2  # each turn of the loop
    clause = lines["{% clause delivery %}"]
    assert len(blocks[clause, clause]) >= 2  # its paragraph and its list, where they are put in
    for place in looked_at.places:
        x, y, width, height = place.box
        assert 0 <= x < x + width <= 100.01
        assert 0 <= y < y + height <= 100.01
    fields = {place.name: place for place in looked_at.places if place.kind == "field"}
    assert {"from", "to", "date", "subject", "salutation", "body", "closing", "signatories", "cc"} <= set(fields)
    assert fields["subject"].box[1] < fields["salutation"].box[1] < fields["body"].box[1] < fields["closing"].box[1]


def test_a_block_that_a_page_break_parts_has_a_place_on_each_page(project: Project) -> None:
    path = project.letter("First.\n\n" + "A long paragraph that runs on. " * 120 + "\n\nLast.\n")
    _, looked_at = _both(project.root / path, path)
    parted = max(_lines(looked_at.places).values(), key=len)
    assert [place.page for place in parted] == [1, 2]
