"""Which characters a diagnostic is about, and which a fix changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from letterpress.content import places
from letterpress.errors import Diagnostic, fixes


def completed(text: str, line: int | None, *, file: str = "a.md", **about: object) -> tuple[str | None, list[str]]:
    """What a fault marks in a text, and the line after each of its fixes that has an edit."""
    fault = Diagnostic(message="m", file=file, line=line, **about)  # type: ignore[arg-type]
    [fault] = places.complete([fault], {file: text})
    lines = text.split("\n")
    marked = None
    if fault.span is not None:
        assert fault.line is not None
        marked = lines[fault.line - 1][fault.span[0] - 1 : fault.span[1]]
    mended = []
    for edit in (fix.edit for fix in fault.fixes if fix.edit):
        assert edit.line is not None
        assert edit.span is not None
        written = lines[edit.line - 1]
        mended.append(written[: edit.span[0] - 1] + edit.text + written[edit.span[1] :])
    return marked, mended


FRONT = "---\n{}\n---\n\nText.\n"


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("lang: en_US", "lang: en-US"),
        ("lang:   en_US   # note", "lang:   en-US   # note"),
        ("lang: 'en_US'", "lang: 'en-US'"),
        ('lang: "en_US"', 'lang: "en-US"'),
        ("{lang: en_US}", "{lang: en-US}"),
    ],
)
def test_a_value_is_replaced_within_its_quotes(written: str, mended: str) -> None:
    about = {"field": "lang", "value": "en_US", "fixes": fixes("en_US", ["en-US"])}
    marked, lines = completed(FRONT.format(written), 2, **about)
    assert (str(marked).strip("'\""), lines) == ("en_US", [mended])


@pytest.mark.parametrize(
    ("word", "text"), [("a: b", '"a: b"'), ("#1", '"#1"'), ('say "x"', "'say \"x\"'"), ("x y", "x y")]
)
def test_a_new_value_gets_the_quotes_that_it_needs(word: str, text: str) -> None:
    about = {"field": "to", "value": "x", "fixes": fixes("x", [word])}
    assert completed(FRONT.format("to: x"), 2, **about) == ("x", [f"to: {text}"])


def test_nothing_is_changed_where_something_else_is_written() -> None:
    about = {"field": "lang", "value": "en_US", "fixes": fixes("en_US", ["en-US"])}
    assert completed(FRONT.format("lang: de"), 2, **about) == ("lang", [])


def test_a_name_in_a_template_is_looked_for_in_tags_only() -> None:
    about = {"code": "name-unknown", "value": "amount", "fixes": fixes("amount", ["fields.amount"])}
    line = "The amount, fields.amount, \"{{ fields.amount ~ 'amount' }}\" and {{ amount }}"
    fault = completed(f"Text.\n\n{line}\n", 3, **about)
    assert fault == ("amount", [line.replace("{{ amount }}", "{{ fields.amount }}")])
    assert completed("The amount.\n", 1, **about) == ("The amount.", [])


def test_characters_are_counted_and_not_bytes() -> None:
    fault = Diagnostic(message="m", file="a.md", line=1, value="x.png")
    [fault] = places.complete([fault], {"a.md": "𝄞ü👍🏽 ![a](x.png)\n"})
    assert fault.span == (11, 15)


@pytest.mark.parametrize(
    ("text", "field", "value", "line", "mended"),
    [
        ('extends = "plein"\n', "extends", "plein", 1, ['extends = "plain"']),
        ("# x\nextends = 'plein' # y\n", "extends", "plein", 2, ["extends = 'plain' # y"]),
        ('[parameters.size]\ntype = "plein"\n', "parameters.size.type", "plein", 2, ['type = "plain"']),
        ('[parameters]\nsize.type = "plein"\n', "parameters.size.type", "plein", 2, ['size.type = "plain"']),
        ('requires = ["to", "plein"]\n', "requires", "plein", 1, ['requires = ["to", "plain"]']),
    ],
)
def test_a_field_of_toml(text: str, field: str, value: str, line: int, mended: list[str]) -> None:
    fault = Diagnostic(message="m", file="a.toml", field=field, value=value, fixes=fixes(value, ["plain"]))
    [found] = places.complete([fault], {"a.toml": text})
    assert found.line == line
    assert completed(text, None, file="a.toml", field=field, value=value, fixes=fault.fixes)[1] == mended


def test_a_name_is_renamed_and_its_value_stays() -> None:
    about = {"field": "to.nme", "value": "nme", "code": "field-unknown", "fixes": fixes("nme", ["name"], kind="rename")}
    assert completed(FRONT.format("to: {nme: nme}"), 2, **about) == ("nme", ["to: {name: nme}"])
    assert completed('nme = "nme"\n', None, file="a.toml", **{**about, "field": "nme"})[1] == ['name = "nme"']


def test_what_has_a_place_already_keeps_it_and_what_has_none_stays_without() -> None:
    fault = Diagnostic(message="m", file="a.md", line=1, span=(1, 1), value="b")
    assert places.complete([fault], {"a.md": "a b\n"}) == (fault,)
    for nowhere in (
        replace(fault, span=None, file="gone.md"),
        Diagnostic(message="m"),
        replace(fault, line=9, span=None),
    ):
        assert places.complete([nowhere]) == (nowhere,)
