"""A letter is shown while it is written: faults first, then its pages, and where on them what stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

import letterpress
from letterpress.interactive import preview
from letterpress.interactive.answers import Superseded
from letterpress.interactive.preview import Draft, Shown, Wanted
from letterpress.pdf import raster
from tests.support.project import FRONT, Project

PATH = "content/letters/pier.md"


def _shown(draft: Draft, wanted: Wanted = Wanted(dpi=40), stop: Callable[[str], bool] | None = None) -> Any:  # noqa: B008
    """The answer, and what was said before it."""
    said: list[tuple[str, Any]] = []

    def ask(_: str, kind: str, news: Any) -> bool:
        said.append((kind, news))
        return stop is None or not stop(kind)

    answer: Shown = preview.show(ask, draft, wanted)
    return answer, said


def _draft(body: str, front: str = FRONT) -> Draft:
    return Draft(text=f"---\n{front}---\n\n{body}", path=PATH, shown=PATH)


def test_a_text_that_is_not_saved_is_the_letter_that_it_would_be(project: Project) -> None:
    """What it names is found from where it will be: a person, a clause, a picture beside it."""
    project.write("content/people/ada.yml", "name: Ada Brook\ntitle: Harbour Master\n")
    project.write("content/clauses/delivery.md", "We deliver to {{ to.name }}.\n")
    project.write("content/letters/dot.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>')
    front = FRONT.replace("[{name: Jo Lind, title: Director}]", "[ada]")
    draft = _draft("Words.\n\n{% clause delivery %}\n\n![a dot](dot.svg)\n", front)
    answer, said = _shown(draft)
    assert [kind for kind, _ in said] == ["faults", "faults", "pages", "picture"]
    assert not (project.root / PATH).exists()
    project.write(PATH, draft.text)
    assert answer.pdf == letterpress.render(PATH).pdf is not None
    pages = said[2][1]
    assert (pages.count, pages.sha256) == (2, letterpress.render(PATH).sha256)
    picture = said[3][1].picture
    assert picture == raster.picture(answer.pdf, dpi=40)
    _, said = _shown(draft, Wanted(dpi=40, pages=(1, 2, 7), known=frozenset({picture.name})))
    assert next(news.picture.png for kind, news in said if kind == "picture") is None


def test_a_fault_is_said_before_any_layout_and_leaves_the_page_alone(project: Project) -> None:
    answer, said = _shown(_draft("Dear {{ to.nmae }}\n"))
    assert {kind for kind, _ in said} == {"faults"}
    faults = said[0][1]
    assert faults.blocking
    assert said[-1][1] == replace(faults, final=True)
    (fault,) = [one for one in faults.diagnostics if one.severity == "error"]
    assert (fault.code, fault.file, fault.span is not None) == ("name-unknown", PATH, True)
    assert fault.fixes[0].edit is not None
    assert (answer.pdf, answer.pages, answer.faults.final) == (None, None, True)
    broken, said = _shown(_draft("Words.\n", FRONT + "closng: Yours\n"))
    assert [kind for kind, _ in said] == ["faults"]
    assert "field-unknown" in {one.code for one in broken.faults.diagnostics}
    nothing, said = _shown(replace(_draft("Words.\n"), text="\ud800"))
    assert nothing.faults.blocking


def test_what_the_layout_finds_comes_on_top(project: Project) -> None:
    answer, said = _shown(_draft("Words \U0001f600 of it.\n"))
    first, second = (news for kind, news in said if kind == "faults")
    assert (first.blocking, first.final, second.blocking, second.final) == (False, False, True, True)
    assert {fault.code for fault in second.diagnostics} - {fault.code for fault in first.diagnostics}
    assert answer.pdf is None


def test_it_ends_where_nobody_waits_for_it(project: Project) -> None:
    for step in ("faults", "pages"):
        with pytest.raises(Superseded):
            _shown(_draft("Words.\n"), stop=lambda kind, step=step: kind == step)  # type: ignore[misc]


def test_values_have_their_places(project: Project) -> None:
    front = FRONT + "subject: Berth {{ fields.berth }}\nfields: {berth: {type: integer, required: true}, fee: text}\n"
    body = "The berth {{ fields.berth }} is yours.\n\nA berth costs {{ fields.fee }}, and {{ fields.berth }} too.\n"
    draft = _draft(body, front)
    for chosen, printed in (((), "Berth"), ((("fields", {"berth": "1234", "fee": "nothing"}),), "1,234")):
        answer, _ = _shown(replace(draft, chosen=chosen))
        assert answer.pages is not None
        named = {place.name: place.box for place in answer.pages.places if place.kind == "field"}
        berths = [place.box for place in answer.pages.places if place.name == "fields.berth"]
        inside = {
            name: [box for box in berths if y <= box[1] < box[1] + box[3] <= y + height]
            for name, (_, y, _, height) in named.items()
        }
        assert inside["subject"]
        assert len(inside["body"]) == 2
        assert printed in raster.text(answer.pdf)
        assert answer.faults.blocking is (not chosen)  # the letter cannot be made without its value


def test_a_choice_and_a_standard_are_tried_on_the_page(project: Project) -> None:
    draft = _draft("Words.\n")
    plain, _ = _shown(draft)
    a4, _ = _shown(replace(draft, chosen=(("paper", "a4"),)))
    assert plain.pages is not None
    assert a4.pages is not None
    assert (round(plain.pages.sizes[0][0]), round(a4.pages.sizes[0][0])) == (612, 595)
    standard, _ = _shown(replace(draft, chosen=(("letterhead", "din5008"),), overlay=True))
    bare, _ = _shown(replace(draft, chosen=(("letterhead", "din5008"),)))
    assert standard.pdf != bare.pdf is not None
