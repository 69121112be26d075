"""What of a letter is still the sample's with which it was begun."""

from __future__ import annotations

import pytest

from letterpress import data
from letterpress.content import edits
from letterpress.content.edits import Change
from letterpress.interactive import samples


def _left(text: str) -> set[str]:
    values, _, body_line = edits.fields_of(text, shown="letter.md")
    return set(samples.left(values, "\n".join(text.split("\n")[body_line - 1 :])))


@pytest.mark.parametrize("sample", data.samples(), ids=lambda text: text.partition("lang: ")[2][:5].strip())
def test_a_letter_that_was_only_begun_is_the_samples(sample: str) -> None:
    groups = {path.split(".")[0] for path in _left(sample)}
    assert groups >= {"from", "to", "signatories", "subject", "body"}


def test_each_part_is_the_letters_own_once_it_is_changed() -> None:
    text = data.sample("de")
    assert {"to.honorific", "salutation"} <= _left(text)
    for path, value in (("to.name", "Hans Meier"), ("from.phone", "040 555 0199"), ("salutation", "auto")):
        text = edits.set_fields(text, [Change(path=path, value=value)], shown="letter.md")
    left = _left(text)
    assert {"to.street", "from.name"} <= left
    assert not left & {"to.name", "to.honorific", "from.phone", "salutation"}
    begun = text.partition("vielen Dank")[0]
    assert "body" in _left(text)
    assert "body" not in _left(f"{begun}Wir freuen uns auf Ihren Besuch.\n")  # a courtesy of anybody


def test_what_others_have_as_well_is_not_the_samples() -> None:
    own = {"to": {"name": "Eva Orr", "city": "Bangor", "region": "ME"}, "from": "low-ridge", "signatories": ["eva-orr"]}
    assert samples.left({**own, "subject": None, "closing": "Sincerely"}, "") == ()
