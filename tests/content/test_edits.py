"""A field of the front matter is changed by itself: comments, order, quotes and all else stay as they were typed."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from letterpress.content import edits
from letterpress.content import yaml as content_yaml
from letterpress.errors import LetterpressError

LETTER = """---
# The letter of the spring.
letterhead: "plain"   # ours
lang: en-US

date: 2026-03-02
from: us-congress  # content/organisations
to:
  # checked in March
  name: 'Ada: Brook'
  lines:
    - 12 Quay Road     # the office
    - "Portland, ME 04101"
subject: |
  The pier
  and the quay
closing:
signatories:
  - {name: Ines Okafor, title: Orders}
  - name: Jo Lind
    # since May
    title: Director
  - andy-kim
enclosures: [Annex A, "B, C"]
fields:
  boxes: {type: integer, required: true}
  note: text
---

Body: {{ fields.boxes }}
# A heading, no comment
"""


def _set(path: str, value: edits.Value, text: str = LETTER) -> str:
    return edits.set_field(text, path, value, shown="letter.md")


def _data(text: str) -> Any:
    front = text.split("\n---\n", 1)[0].removeprefix("---\n")
    return content_yaml.read(front, file="letter.md").data


CHANGES: list[tuple[str, edits.Value, str, str]] = [
    ("letterhead", "din5008", 'letterhead: "plain"   # ours', 'letterhead: "din5008"   # ours'),
    ("date", "2026-04-01", "date: 2026-03-02", "date: 2026-04-01"),
    ("from", "harbour: mill", "from: us-congress  #", 'from: "harbour: mill"  #'),
    ("to.name", "Bo O'Hara", "name: 'Ada: Brook'", "name: 'Bo O''Hara'"),
    ("to.lines.1", "1 Quay # 2", "- 12 Quay Road     #", '- "1 Quay # 2"     #'),
    ("to.lines.3", "USA", '    - "Portland, ME 04101"\n', '    - "Portland, ME 04101"\n    - USA\n'),
    ("to.lines.2", None, '    - "Portland, ME 04101"\n', ""),
    ("to.country", "US", "subject: |", "  country: US\nsubject: |"),
    ("closing", "Sincerely", "closing:\n", "closing: Sincerely\n"),
    ("signatories.1.title", "Orders, Estimates", "title: Orders}", 'title: "Orders, Estimates"}'),
    ("signatories.1.authority", "i. A.", "title: Orders}", "title: Orders, authority: i. A.}"),
    ("signatories.2.title", "Chair", "title: Director", "title: Chair"),
    ("signatories.2.name", None, "  - name: Jo Lind\n    # since May\n    title: Director", "?"),
    ("signatories.3", None, "  - andy-kim\n", ""),
    ("signatories.4", "bo", "  - andy-kim\n", "  - andy-kim\n  - bo\n"),
    ("signatories.4", {"name": "Bo", "title": "X"}, "  - andy-kim\n", "  - andy-kim\n  - name: Bo\n    title: X\n"),
    ("enclosures.2", "D", '[Annex A, "B, C"]', "[Annex A, D]"),
    ("enclosures.3", "[D]", '[Annex A, "B, C"]', '[Annex A, "B, C", "[D]"]'),
    ("enclosures", None, 'enclosures: [Annex A, "B, C"]\n', ""),
    ("fields.note", None, "  note: text\n", ""),
    ("fields.boxes.required", None, "{type: integer, required: true}", "{type: integer}"),
    ("fields.day", {"type": "date"}, "  note: text\n", "  note: text\n  day:\n    type: date\n"),
    ("subject", "The pier", "subject: |\n  The pier\n  and the quay\n", "subject: The pier\n"),
    ("subject", None, "subject: |\n  The pier\n  and the quay\n", ""),
    ("salutation", "Dear Ada", "closing:\n", "salutation: Dear Ada\nclosing:\n"),
    ("postscript", "One\nTwo", "fields:\n", "postscript: |-\n  One\n  Two\nfields:\n"),
    ("parameters.form", "b", "fields:\n", "parameters:\n  form: b\nfields:\n"),
    ("letterhead", ["a"], 'letterhead: "plain"   # ours', "letterhead: # ours\n  - a"),
    ("cc", ["One", "Two: 2"], "fields:\n", 'cc:\n  - One\n  - "Two: 2"\nfields:\n'),
]


@pytest.mark.parametrize(("path", "value", "before", "after"), CHANGES, ids=[f"{one[0]}={one[1]}" for one in CHANGES])
def test_only_the_field_changes(path: str, value: edits.Value, before: str, after: str) -> None:
    assert LETTER.count(before) == 1
    if after == "?":  # a comment stands between the item's mark and its next field
        with pytest.raises(LetterpressError) as raised:
            _set(path, value)
        assert raised.value.diagnostics[0].code == "field-unchangeable"
        return
    assert _set(path, value) == LETTER.replace(before, after)


def test_what_would_change_more_is_refused() -> None:
    for path, value in (("from.name", "x"), ("subject.de", "x"), ("to.lines.9", "x"), ("to", {"name": "Bo"})):
        with pytest.raises(LetterpressError) as raised:
            _set(path, value)
        (fault,) = raised.value.diagnostics
        assert (fault.code, fault.field, fault.file) == ("field-unchangeable", path, "letter.md")
    for broken in ("no front matter\n", "---\nlang: [\n---\n", "---\n- a\n---\n"):
        with pytest.raises(LetterpressError):
            _set("lang", "de", broken)


def test_several_changes_are_one() -> None:
    changes = [edits.Change(path="to.name", value="Bo"), edits.Change(path="lang", value="de-DE")]
    changed = edits.set_fields(LETTER, changes, shown="letter.md")
    assert changed == LETTER.replace("'Ada: Brook'", "'Bo'").replace("en-US", "de-DE")
    empty = edits.set_fields("---\n---\nText\n", [edits.Change(path="to.name", value="Bo")], shown="x")
    assert empty == "---\nto:\n  name: Bo\n---\nText\n"


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn"]) | st.sampled_from("\n:#'\"-,[]{} "), max_size=30
)
VALUES = TEXTS | st.lists(TEXTS, max_size=3) | st.dictionaries(st.sampled_from(["name", "title"]), TEXTS, max_size=2)


def _read_back_or_refused(path: str, value: edits.Value) -> str | None:
    try:
        return _set(path, value)
    except LetterpressError as error:
        assert {fault.code for fault in error.diagnostics} == {"field-unchangeable"}  # noqa: PT017
        return None


@settings(max_examples=30)
@given(st.sampled_from([one[0] for one in CHANGES]), VALUES)
@example("subject", "a\n\nb")
@example("subject", " a\nb")
@example("closing", "\n")
@example("to.name", "")
@example("to.lines.1", "- x")
def test_any_value_is_read_back_or_refused(path: str, value: edits.Value) -> None:
    meant = copy.deepcopy(_data(LETTER))
    assert edits._put(meant, path.split("."), value)
    changed = _read_back_or_refused(path, value)
    if changed is None:
        return
    assert _data(changed) == meant
    assert changed.split("\n---\n", 1)[1] == LETTER.split("\n---\n", 1)[1]
    kept = [line.partition("#")[2] for line in LETTER.splitlines() if "  # " in line or line.lstrip().startswith("# ")]
    assert all(comment in changed for comment in kept)
