"""Texts that are watched while a template runs, and what was done with them: made of them, asked of them, printed.

Not here: how a template is run with them (`tracing`).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from letterpress.templating import filters
from letterpress.text import value_marks

_FIRST = 0xF0000
"""Of the private-use characters that stand for printed texts by their numbers."""
_MOST = 0xFFFD
NUMBERS = re.compile("[\U000f0000-\U000ffffd]")
PRINTED = re.compile(f"{value_marks.VALUE}([\U000f0000-\U000ffffd]){value_marks.VALUE_END}")


class Untraceable(Exception):
    """The template does with a watched text what cannot be followed."""


class Step(NamedTuple):
    """Something that is done with texts, or asked of them. `left` and `right` are numbers of earlier values."""

    kind: str
    """`call` and `item` make a value; `truth`, `blank`, `value`, `shape` and `compare` ask something."""
    left: int
    right: Any = None
    function: Any = None
    answer: Any = None


class Trace:
    """What was done with watched texts in one run of a template."""

    def __init__(
        self, texts: Sequence[str], functions: Iterable[Callable[..., Any]], printed: Sequence[int] = ()
    ) -> None:
        """Watch texts.

        :param functions: those that give the same for the same arguments, and do nothing else.
        :param printed: what numbers stand for that the template is given already.
        """
        self.watched = [Watched(text, number, self) for number, text in enumerate(texts)]
        self.steps: list[Step] = []
        self.printed = list(printed)
        """Values by the numbers that were printed for them."""
        self._count = len(texts)
        self._functions = {function: function for function in functions}

    def is_traceable(self, function: Any) -> bool:
        """Whether a function is one of those that may be run again."""
        try:
            return function in self._functions
        except TypeError:
            return False

    def asked(self, kind: str, number: int, answer: Any, right: Any = None, function: Any = None) -> None:
        """Put down what was asked, and the answer."""
        step = Step(kind, number, right, function, answer)
        if step not in self.steps[-8:]:
            self.steps.append(step)

    def number_of(self, step: Step) -> int:
        """Put down what was made; gives the number of the value."""
        self.steps.append(step)
        self._count += 1
        return self._count - 1

    def called(self, function: Callable[..., Any], args: Sequence[Any], named: Mapping[str, Any]) -> Any:
        """Run a function on watched values, and watch what it gives."""
        result = function(*plain(args), **plain(named))
        number = self.number_of(Step("call", 0, (_numbered(args), _numbered(named)), function))
        self.asked("shape", number, shape(result))
        return self.watching(result, number)

    def watching(self, value: Any, number: int) -> Any:
        """Watch the texts and numbers in a value."""
        if isinstance(value, str):
            return Watched(value, number, self) if is_text(value) else value
        if isinstance(value, float):
            return WatchedNumber(value, number, self)
        if isinstance(value, list | tuple):
            return type(value)(self._item(value, at, number) for at in range(len(value)))
        if isinstance(value, dict):
            return {key: self._item(value, key, number) for key in value}
        return value

    def _item(self, value: Any, key: Any, number: int) -> Any:
        if not _is_watchable(value[key]):
            return value[key]
        return self.watching(value[key], self.number_of(Step("item", number, key)))


class Watched(str):
    """A watched text. What looks at it in a way that is not foreseen puts down the whole text."""

    __slots__ = ("number", "trace")

    number: int
    trace: Trace

    def __new__(cls, text: str, number: int, trace: Trace) -> Watched:
        """Watch a text that is the value of this number."""
        made = super().__new__(cls, text)
        made.number, made.trace = number, trace
        return made

    def plain(self) -> str:
        """Give the text, and put down that it was looked at."""
        text = str.__str__(self)
        self.trace.asked("value", self.number, text)
        return text

    def __bool__(self) -> bool:
        found = str.__len__(self) > 0
        self.trace.asked("truth", self.number, found)
        return found

    def __len__(self) -> int:
        return len(self.plain())

    def __eq__(self, other: object) -> bool:
        return self.plain() == other

    def __ne__(self, other: object) -> bool:
        return self.plain() != other

    def __hash__(self) -> int:
        return hash(self.plain())

    def __iter__(self) -> Iterator[str]:
        return iter(self.plain())

    def __contains__(self, other: object) -> bool:
        return other in self.plain()  # type: ignore[operator]


class WatchedNumber(float):
    """A watched number, such as the width of a text: what it is compared with is put down with the answer."""

    __slots__ = ("number", "trace")

    number: int
    trace: Trace

    def __new__(cls, value: float, number: int, trace: Trace) -> WatchedNumber:
        """Watch a number that is the value of this number."""
        made = super().__new__(cls, value)
        made.number, made.trace = number, trace
        return made

    def plain(self) -> float:
        """Give the number, and put down that it was looked at."""
        value = float.__float__(self)
        self.trace.asked("value", self.number, value)
        return value

    def _compare(self, compare: Callable[[Any, Any], bool], other: Any) -> bool:
        right = other.number if isinstance(other, WatchedNumber) else None
        one, two = float.__float__(self), float.__float__(other) if right is not None else other
        answer = compare(one, two)
        self.trace.asked("compare", self.number, answer, (right, two if right is None else None), compare)
        return answer

    def __lt__(self, other: Any) -> bool:
        return self._compare(operator.lt, other)

    def __le__(self, other: Any) -> bool:
        return self._compare(operator.le, other)

    def __gt__(self, other: Any) -> bool:
        return self._compare(operator.gt, other)

    def __ge__(self, other: Any) -> bool:
        return self._compare(operator.ge, other)

    def __eq__(self, other: object) -> bool:
        return self._compare(operator.eq, other)

    def __ne__(self, other: object) -> bool:
        return self._compare(operator.ne, other)

    def __hash__(self) -> int:
        return hash(self.plain())

    def __bool__(self) -> bool:
        return bool(self.plain())

    def __neg__(self) -> float:
        return -self.plain()

    def __pos__(self) -> float:
        return self.plain()

    def __abs__(self) -> float:
        return abs(self.plain())


def numbered(number: int) -> str:
    """Give the character that stands for what is printed under a number.

    :raises Untraceable: there are too many.
    """
    if number >= _MOST:
        raise Untraceable
    return chr(_FIRST + number)


def number_of(character: str) -> int:
    """Give the number that a character stands for."""
    return ord(character) - _FIRST


def is_text(value: Any) -> bool:
    """Say whether a value is a text, and neither markup nor one of the letterhead's own."""
    return isinstance(value, str) and not isinstance(value, Markup | filters.Own)


def _is_watchable(value: Any) -> bool:
    return isinstance(value, float | list | tuple | dict) or is_text(value)


def shape(value: Any) -> Any:
    """Give a value with its texts and broken numbers left out."""
    if isinstance(value, list | tuple):
        return (type(value), *map(shape, value))
    if isinstance(value, dict):
        return (dict, *((key, shape(one)) for key, one in value.items()))
    return type(value) if isinstance(value, float) or is_text(value) else value


def plain(value: Any, *, asked: bool = False) -> Any:
    """A value without watched ones in it.

    :param asked: whether those are looked at.
    """
    if isinstance(value, Watched):
        return value.plain() if asked else str.__str__(value)
    if isinstance(value, WatchedNumber):
        return value.plain() if asked else float.__float__(value)
    if isinstance(value, str) and NUMBERS.search(value):
        raise Untraceable
    if type(value) in (list, tuple):
        return type(value)(plain(one, asked=asked) for one in value)
    if type(value) is dict:
        return {key: plain(one, asked=asked) for key, one in value.items()}
    return value


def _numbered(value: Any) -> Any:
    """A function's argument as it is put down: numbers of values between what stays as it is."""
    if isinstance(value, Watched | WatchedNumber):
        return _Number(value.number)
    if isinstance(value, list | tuple):
        return type(value)(map(_numbered, value))
    if isinstance(value, Mapping):
        return {key: _numbered(one) for key, one in value.items()}
    return value


class _Number(int):
    """The number of a value."""

    __slots__ = ()


def is_watched(value: Any) -> bool:
    """Say whether a value is watched, or holds one that is."""
    if isinstance(value, Watched | WatchedNumber):
        return True
    if type(value) is dict:
        value = tuple(value.values())
    return type(value) in (list, tuple) and any(map(is_watched, value))


class Differs(Exception):
    """A template would take another way with these texts."""


def replay(steps: Sequence[Step], texts: Sequence[str], kept: dict[int, tuple[Any, Any]]) -> list[Any]:
    """Do with other texts what was done with those that were watched; gives all values by their numbers.

    :param kept: what functions were asked last, and what they gave: filled by this function, for the same steps only.
    :raises Differs: something comes out otherwise.
    """
    values: list[Any] = list(texts)
    for at, (kind, number, right, function, answer) in enumerate(steps):
        if kind == "truth":
            same = bool(values[number]) == answer
        elif kind == "blank":
            same = (not values[number].strip()) == answer
        elif kind == "call":
            positional, named = right
            asked = _put(positional, values), _put(named, values) if named else named
            last = kept.get(at)
            if last is None or last[0] != asked:
                last = kept[at] = asked, function(*asked[0], **asked[1])
            values.append(last[1])
            continue
        elif kind == "item":
            values.append(values[number][right])
            continue
        elif kind == "shape":
            same = shape(values[number]) == answer
        elif kind == "compare":
            same = bool(function(values[number], right[1] if right[0] is None else values[right[0]]) == answer)
        else:
            same = bool(values[number] == answer)
        if not same:
            raise Differs
    return values


def _put(value: Any, values: Sequence[Any]) -> Any:
    kind = type(value)
    if kind is _Number:
        return values[value]
    if kind is str:  # most are: the quickest question first
        return value
    if isinstance(value, list | tuple):
        return kind([_put(one, values) for one in value])
    if isinstance(value, dict):
        return {key: _put(one, values) for key, one in value.items()}
    return value
