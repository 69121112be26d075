"""Pages that are put together of the pieces of another: what the letterhead's templates give, or nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markupsafe import Markup, escape

from letterpress import pipeline
from letterpress.errors import LetterpressError
from letterpress.layout import engine
from letterpress.letterhead import compose, forms, settled
from letterpress.page import Page
from letterpress.templating import sandbox, tracing
from letterpress.text import value_marks
from tests.support import lists
from tests.support.project import FRONT, Project


def width(text: str, room: float = 0) -> float:
    return float(len(text)) - room


def shortened(text: Any, room: int) -> str:
    return str(text)[:room]


def rows(lines: Any, room: int = 3) -> tuple[str, ...]:
    return tuple(part for line in lines for part in (line[:room], line[room:]) if part)


def fitted(lines: Any) -> dict[str, Any]:
    size = 8.5 if max(map(len, lines), default=0) < 6 else 7
    return {"size": size, "rows": list(lines), "count": len(lines)}


FUNCTIONS: tuple[Callable[..., Any], ...] = (width, shortened, rows, fitted)


@dataclass(frozen=True)
class Composer:
    """Makes pages of one template."""

    source: str

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.source,)

    @property
    def functions(self) -> Sequence[Callable[..., Any]]:
        return FUNCTIONS

    def _find(self, name: str) -> tuple[str, str] | None:
        return (self.source, name) if name == "letter.html" else None

    def _names(self, own: Mapping[str, Any]) -> dict[str, Any]:
        return {**{function.__name__: function for function in FUNCTIONS}, **own, "label": "Ref"}

    def page(self, own: Mapping[str, Any]) -> Page:
        html = sandbox.environment(self._find, html=True)("letter.html").render(self._names(own), None)
        return Page(source=html, sheets=(), content_folder="/", folders=(), many=True)

    def traced(self, own: Mapping[str, Any]) -> str:
        try:
            return tracing.environment(self._find)("letter.html").render(self._names(own), None)
        except Exception as error:
            raise LetterpressError(str(error)) from error


def values(subject: str = "", lines: Sequence[str] = (), via: Sequence[str] = (), body: str = "") -> dict[str, Any]:
    text = f"<p>{value_marks.value(str(escape(body)))}</p>" if body else ""
    pairs = [(f"Label {number}", line) for number, line in enumerate(via)]
    return {
        "subject": subject,
        "addresses": (tuple(lines),),
        "via": tuple(via),
        "reference": pairs,
        "body": Markup(text),
    }


PRINTS = (
    "<p>{{ subject }}</p>{{ body }}",
    "{% if subject %}<h1>{{ subject }}</h1>{% else %}none{% endif %}{% if not via %}no{% endif %}",
    "{% for line in addresses[0] %}{{ line }}{% if not loop.last %}<br>{% endif %}{% endfor %}",
    "{% macro each(items) %}{% for one in items %}<i>{{ one }}</i>{% endfor %}{% endmacro %}{{ each(addresses[0]) }}{{ each(via) }}",
    "{% for label, text in reference %}{{ label }}: {{ text }}{% endfor %}",
    "{% set kept = subject %}{{ kept }} {% set block %}<b>{{ kept }}</b>{% endset %}{{ block }}{{ block }}",
    "{% block foot %}{{ subject }}{% endblock %}{% if self.foot() | trim %}<p>{{ self.foot() }}</p>{% endif %}",
    "{% if via | length > 1 %}many{% elif via %}{{ via[0] }}{% endif %}{{ via | length }}",
    "{{ shortened(subject, 4) }} {{ shortened(text=subject, room=2) }}",
    "{% if width(subject) > 6 %}wide{% elif width(subject, room=2) <= width('ab') %}same{% endif %}{{ body }}",
    "{% for row in rows(addresses[0]) %}{{ row }}<br>{% endfor %}",
    "{% set found = fitted(via) %}<p style='font-size: {{ found.size }}pt'>{{ found.count }}{% for row in found.rows %}{{ row }}{% endfor %}</p>",
    "{% set both = addresses[0] + via %}{% for one in both[1:] %}{{ one }}{% endfor %}",
    "{{ subject or (via[0] if via else 'none') }}",
)  # fmt: skip
"""What is followed: printed, asked whether it is there, counted, measured."""
LOOKS = (
    "{% if subject == 'Anna' %}her{% endif %}{{ subject }}",
    "{{ subject | upper }}{{ subject | length }}",
    "{% if 'nn' in subject %}yes{% endif %}{% if subject in via %}via{% endif %}",
    "{{ label ~ ': ' ~ subject }}{{ via | join(', ') }}",
    "{% if subject is string %}text{% endif %}{{ subject.split(' ')[0] }}{{ subject[0] }}",
    "{{ subject + '!' }}{% for char in subject %}{{ char }}.{% endfor %}",
    "{% for one in via | sort %}{{ one }}{% endfor %}{% if subject < 'B' %}early{% endif %}",
    "{% if width(subject) * 2 > 9 %}wide{% endif %}{{ width(subject) | round(1) }}{{ -width(subject) }}",
    "{% filter upper %}{{ subject }}{% endfilter %}",
    "{% set block %}{{ subject }}{% endset %}{% if block == 'Anna' %}her{% endif %}{{ block | length }}",
    "{{ (block_of(subject) | striptags) if false else subject | replace('a', 'b') }}",
    "{% set names = {subject: 1} %}{{ names.keys() | list | first }}",
    "{{ via.index(subject) if subject in via else 'none' }}{{ subject | default('none') }}",
)  # fmt: skip
"""What is not: the whole text has to be the same, or the templates are run."""
WORD = st.sampled_from(
    ["", "Anna", "B", "Bo & Co", "  ", "\u00a0", "<b>", "a" * 9, "Łódź", "x y z", '"', "12.50", "Anna B"]
)
RECORD = st.fixed_dictionaries(
    {"subject": WORD, "lines": st.lists(WORD, max_size=3), "via": st.lists(WORD, max_size=3), "body": WORD}
)


def made(known: forms.Forms, composer: Composer, own: Mapping[str, Any]) -> tuple[Page, bool]:
    """A page, and whether it was put together."""
    run: list[Mapping[str, Any]] = []

    class Watching(Composer):
        def page(self, own: Mapping[str, Any]) -> Page:
            run.append(own)
            return super().page(own)

    return known.page(Watching(composer.source), own, verified=False), not run


@settings(max_examples=150)
@given(st.sampled_from(PRINTS + LOOKS), st.lists(RECORD, min_size=3, max_size=3))
@example(PRINTS[9], [{"subject": "Anna B"}, {"subject": "a" * 9}, {"subject": "x y z"}])
@example(LOOKS[0], [{"subject": "B"}, {"subject": "Anna"}, {"subject": "Anna"}])
def test_what_is_put_together_is_what_the_template_gives(source: str, records: list[Mapping[str, Any]]) -> None:
    composer, known = Composer(source), forms.Forms()
    for record in (*records, records[0]):
        try:
            wanted = composer.page(values(**record))
        except Exception as error:
            with pytest.raises(type(error)):
                known.page(composer, values(**record), verified=False)
            continue
        for one in known._known.values():  # as if each form had been proved
            for form in one.forms:
                form.is_proved = True
        assert made(known, composer, values(**record))[0] == wanted


@pytest.mark.parametrize("source", PRINTS)
def test_texts_that_are_printed_and_measured_may_be_others(source: str) -> None:
    composer, known = Composer(source), forms.Forms()
    records = (
        {"subject": "Anna Berg", "lines": ["One", "Two"], "via": ["Al", "Bo"], "body": "text"},
        {"subject": "Carl Dorn", "lines": ["Six", "Ten"], "via": ["Cy", "Di"], "body": "more"},
        {"subject": "Emma Funk", "lines": ["Inn", "Pub"], "via": ["Ed", "Fi"], "body": "other"},
    )
    together = [made(known, composer, values(**record))[1] for record in records]
    assert together == [False, False, True]  # the second proves the form
    assert made(known, composer, values(**records[2]))[0] == composer.page(values(**records[2]))


@pytest.mark.parametrize("source", LOOKS)
def test_a_text_that_is_looked_at_otherwise_has_to_be_the_same(source: str) -> None:
    composer, known = Composer(source), forms.Forms()
    for subject in ("Anna", "Bo", "Cy"):
        assert not made(known, composer, values(subject, via=["Al", "Anna"]))[1]


@pytest.mark.parametrize(
    "record",
    [
        {"subject": "\u2028"},
        {"subject": "a\u2028b"},
        {"subject": "x" * 10_001},
        {"subject": "\u00a0"},
        {"subject": ""},
        {"subject": "a", "via": ["b"]},
        {"subject": "\x07"},
        {"subject": "\u202b"},
    ],
)
def test_what_might_come_out_otherwise_goes_to_the_templates(record: Mapping[str, Any]) -> None:
    composer, known = Composer("<p>{{ subject }}</p>{% for one in via %}{{ one }}{% endfor %}"), forms.Forms()
    for subject in ("Anna", "Bo"):
        made(known, composer, values(subject))
    form = next(iter(known._known.values())).forms[0]
    assert form.html(forms._part(values("Cy"))) is not None
    assert form.html(forms._part(values(**record))) is None


def test_a_value_in_a_value_is_not_followed() -> None:
    composer, known = Composer("{{ body }}{{ subject }}"), forms.Forms()
    nested = Markup(value_marks.value(f"a{value_marks.value('b')}c"))
    for subject in ("Anna", "Bo", "Cy"):
        own = {**values(subject), "body": nested}
        assert made(known, composer, own) == (composer.page(own), False)


def test_other_values_than_texts_have_to_be_the_same() -> None:
    composer, known = Composer("{{ subject }}{{ mode }}"), forms.Forms()
    for number, mode in enumerate(("a", "a", "a", "b")):
        own = {**values(f"Anna {number}"), "mode": mode}
        assert made(known, composer, own) == (composer.page(own), number == 2)


def test_ways_that_are_taken_once_are_not_learned_without_end() -> None:
    composer, known = Composer("{{ subject | upper }}"), forms.Forms()
    for number in range(60):
        made(known, composer, values(f"Anna {number}"))
    one = next(iter(known._known.values()))
    assert (one.learned, len(one.forms)) == (24, 8)


def test_a_form_whose_first_page_differs_is_given_up() -> None:
    composer, known = Composer("<p>{{ subject }}</p>"), forms.Forms()
    made(known, composer, values("Anna"))
    next(iter(known._known.values())).forms[0]._literal = ("<b>", "</p>")
    for subject in ("Bo", "Cy"):
        assert made(known, composer, values(subject)) == (composer.page(values(subject)), False)


@pytest.mark.parametrize("verified", [True, False])
def test_a_page_that_differs_later_on_is_a_fault(verified: bool) -> None:
    composer, known = Composer("<p>{{ subject }}</p>"), forms.Forms()
    for subject in ("Anna", "Bo"):
        made(known, composer, values(subject))
    one = next(iter(known._known.values()))
    one.forms[0]._literal = ("<b>", "</p>")
    if not verified:
        one.made = forms._CHECKED - 1
    with pytest.raises(LetterpressError) as raised:
        known.page(composer, values("Cy"), verified=verified)
    assert raised.value.diagnostics[0].code == "plate-differs"


RUN = {
    "bibliotheque": "its address is joined with the office that it goes through",
    "harbour-bilingual": "its texts stand in columns",
    "reading-room": "its recipients are joined",
}
"""Letters whose templates are run for each record, and why."""


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Page]]:
    """Those that come to the layout, which lays none out."""
    found: list[Page] = []

    def lay_out(page: Page, *_: Any, **__: Any) -> engine.Laid:
        found.append(page)
        return engine.Laid()

    monkeypatch.setattr(engine, "lay_out", lay_out)
    compose.forget()
    yield found
    compose.forget()


@pytest.mark.parametrize("letter", lists.LETTERS, ids=lambda path: path.stem)
def test_pages_of_a_list_are_what_the_letterhead_gives(
    letter: Path, pages: list[Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = list(lists.jobs(letter, 4 if letter.stem == "river-gauges" else 12))
    for job in made:
        pipeline.press(job)
    together, pages[:] = list(pages), []
    read = sum(one.made for one in compose._FORMS._known.values())
    monkeypatch.setattr(forms.Forms, "page", lambda _, composer, own, *, verified: composer.page(own))
    for job in made:
        pipeline.press(job)
    assert len(pages) == len(made)
    assert together == pages
    assert (read == 0) == (letter.stem in RUN)


def test_a_letterhead_that_changes_during_a_run_is_seen(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    page = '{%% extends "plain/letter.html" %%}{%% block date %%}<p>%s</p>{%% endblock %%}'
    project.letterhead("own", letter__html=page % "before")
    job = next(lists.jobs(project.root / project.letter(front=FRONT.replace("plain", "own")), 1))
    now = 100.0
    monkeypatch.setattr(settled.time, "monotonic", lambda: now)
    first = settled.settle(job)
    file = project.root / "templates/own/letter.html"
    file.write_text(page % "after")
    os.utime(file, ns=(1, 1))
    assert settled.settle(job) is first
    now += 1
    second = settled.settle(job)
    assert second.stamps != first.stamps
    now += 1
    assert settled.settle(job) is second  # nothing has changed since
    assert settled.settle(replace(job, record=None)) is not second
