"""Makes the pages of a list's letters from what is known of one, where the letterhead's templates would do the same.

A page's templates are run once with its texts watched (`templating.tracing`). For the next letter that has all else in
common, what they asked of the texts is asked again; where the answers are the same, its page is put together of the
same pieces with its own texts. What is put together is held against what the templates give: the first page of each
form, and one of many after that.

Not here: the values of a letter that templates may name (`context`), and how templates are run (`compose`).
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from markupsafe import Markup

from letterpress.errors import LetterpressError
from letterpress.letterhead.breaks import SEPARATORS
from letterpress.page import Page, Pieces
from letterpress.templating import filters, limits, tracing, watched
from letterpress.text import value_marks

WATCHED = frozenset(
    "title addresses addresses_joined addressee subject salutation closing postscript reference via notices enclosures "
    "cc bcc ticked code_symbols slip_texts".split()
)
"""Names of values whose texts may be others from letter to letter."""
_BODY = "body"
_LONGEST = 10_000
"""Characters of a text: longer ones could take more work than templates may do."""
_KEPT, _FORMS = 32, 8
"""Letterheads with bodies that are remembered, and forms of each: ways through the templates."""
_TRIES = 24
"""Forms that are learned without one in two letters being made of them."""
_ESCAPED = re.compile("[&<>\"']")
_CHECKED = 500
"""Of so many pages that are made of a form, one is made by the templates as well."""


class Composer(Protocol):
    """Makes pages of one letterhead, look and letter."""

    @property
    def key(self) -> tuple[Hashable, ...]:
        """What its pages depend on besides their values."""

    @property
    def functions(self) -> Sequence[Callable[..., Any]]:
        """What templates may call that gives the same for the same arguments."""

    def page(self, own: Mapping[str, Any]) -> Page:
        """Make a page of a letter's values."""

    def traced(self, own: Mapping[str, Any]) -> str:
        """Run the templates with watched values."""


class _Parted(NamedTuple):
    """A letter's values: texts that may be others, and what has to be the same."""

    texts: list[str]
    rest: tuple[Any, ...]
    template: str
    """Of the body."""
    values: tuple[str, ...]
    """Those in the body."""


def _part(own: Mapping[str, Any]) -> _Parted:
    texts: list[str] = []
    rest = tuple(
        [_without_texts(value, texts) if name in WATCHED else value for name, value in own.items() if name != _BODY]
    )
    return _Parted(texts, rest, *value_marks.parted(own[_BODY]))


def _without_texts(value: Any, texts: list[str]) -> Any:
    if type(value) is str:  # most are: the quickest question first
        texts.append(value)
        return str
    if isinstance(value, list | tuple):
        return [_without_texts(one, texts) for one in value] if value else []
    if watched.is_text(value):
        texts.append(str(value))
        return str
    return value


def _with_watched(own: Mapping[str, Any], parted: _Parted, trace: watched.Trace) -> dict[str, Any]:
    """The values with their texts watched, and numbers in the place of those in the body."""
    texts = iter(trace.watched)
    pieces = parted.template.split(value_marks.VALUE)
    if len(pieces) != len(parted.values) + 1:
        raise watched.Untraceable  # a value stands in a value
    found = {name: _with_texts(value, texts) if name in WATCHED else value for name, value in own.items()}
    numbers = (value_marks.value(watched.numbered(number)) for number in range(len(parted.values)))
    body = "".join(part for pair in zip(pieces, (*numbers, ""), strict=True) for part in pair)
    return {**found, _BODY: Markup(body)}  # noqa: S704 - what was markup before, with numbers for values


def _with_texts(value: Any, texts: Any) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(_with_texts(one, texts) for one in value)
    return next(texts) if watched.is_text(value) else value


class _Form:
    """A way through the templates."""

    def __init__(self, page: Page, parted: _Parted, trace: watched.Trace, html: str) -> None:
        """Take what was traced.

        :param html: what the templates gave, with numbers in the place of what was printed of texts.
        :raises watched.Untraceable: a number has come into the page otherwise.
        """
        pieces = watched.PRINTED.split(html)
        if any(watched.NUMBERS.search(piece) for piece in pieces[::2]):
            raise watched.Untraceable
        self.page = page
        self._rest = parted.rest
        self._steps = tuple(trace.steps)
        self._literal = tuple(pieces[::2])
        self._printed = [trace.printed[watched.number_of(piece)] for piece in pieces[1::2]]
        self._kept: dict[int, tuple[Any, Any]] = {}
        self._marked: dict[str, str] = {}
        self.is_proved = False
        """Whether a page that was put together was what the templates give."""

    def html(self, parted: _Parted) -> Pieces | None:
        """Put a page together; None where the templates might do otherwise."""
        if parted.rest != self._rest or max(map(len, parted.texts), default=0) > _LONGEST:
            return None
        try:
            with limits.fresh():
                found = watched.replay(self._steps, parted.texts, self._kept)
                own = [
                    self._print(found[number]) if number >= 0 else value_marks.value(parted.values[-1 - number])
                    for number in self._printed
                ]
        except MemoryError:
            raise
        except Exception:  # whatever it is: the templates are run, and say what is wrong
            return None
        return None if SEPARATORS.search("".join(own)) else Pieces(self, self._literal, tuple(own))

    def _print(self, text: str) -> str:
        marked = self._marked.get(text)
        if marked is None:
            if type(text) is str and text and _is_simple(text):
                limits.printed(len(text))
                return value_marks.value(text)
            if len(self._marked) > _CHECKED:
                self._marked.clear()
            marked = self._marked[text] = str(filters.marked(text))
        return marked


def _is_simple(text: str) -> bool:
    """Whether a text is printed as it is."""
    return text.isascii() and text.isprintable() and _ESCAPED.search(text) is None


@dataclass(slots=True)
class _Known:
    composer: Composer
    """Kept, so that nothing else has the identity of what its key names."""
    forms: list[_Form] = field(default_factory=list)
    learned: int = 0
    made: int = 0
    given_up: bool = False


class Forms:
    """The forms of the letters that a process makes."""

    def __init__(self) -> None:
        self._known: OrderedDict[Any, _Known] = OrderedDict()

    def page(self, composer: Composer, own: Mapping[str, Any], *, verified: bool) -> Page:
        """Make the page of a letter of a list.

        :param own: its values.
        :param verified: run the templates as well, and compare.
        :raises LetterpressError: as `Composer.page`; or what was put together is not what the templates give.
        """
        parted = _part(own)
        known = self._of(composer, parted)
        for at, form in enumerate(known.forms):
            html = form.html(parted)
            if html is not None:
                if at:
                    known.forms.insert(0, known.forms.pop(at))
                known.made += 1
                page = form.page.of(html)
                if form.is_proved and not verified and known.made % _CHECKED:
                    return page
                return self._compared(known, form, page, composer.page(own))
        page = composer.page(own)
        if not known.given_up and known.learned < _TRIES + known.made:
            known.learned += 1
            form_of = self._learn(composer, own, page, parted)
            if form_of is not None:
                known.forms.insert(0, form_of)
                del known.forms[_FORMS:]
        return page

    def _of(self, composer: Composer, parted: _Parted) -> _Known:
        key = (*composer.key, parted.template)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = _Known(composer)
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(key)
        return known

    def _compared(self, known: _Known, form: _Form, page: Page, run: Page) -> Page:
        """Hold a page against what the templates give.

        Where the first page of a form differs, the templates are run for each letter from then on, and nothing is
        wrong. A difference later on is a fault, since letters before may be wrong as well.
        """
        if run == page:
            form.is_proved = True
            return page
        known.forms.clear()
        known.given_up = True
        if not form.is_proved:
            return run
        raise LetterpressError(
            "put together from another letter of the run, the page differs from what the letterhead's templates give",
            hint="please report this, with the letter if you may; earlier letters of this run may be wrong as well",
            code="plate-differs",
        )

    def _learn(self, composer: Composer, own: Mapping[str, Any], page: Page, parted: _Parted) -> _Form | None:
        if watched.NUMBERS.search(page.html) or SEPARATORS.search(page.html):
            return None
        trace = watched.Trace(parted.texts, composer.functions, [-1 - at for at in range(len(parted.values))])
        try:
            with tracing.tracing(trace):
                html = composer.traced(_with_watched(own, parted, trace))
            form = _Form(page, parted, trace, html)
        except (LetterpressError, watched.Untraceable):  # the letter is made all the same
            return None
        return form if form.html(parted) == page.html else None

    def forget(self) -> None:
        """Let go of all forms."""
        self._known.clear()
