"""Changes single fields of a letter's front matter, and leaves all else as it was typed: comments, order, quotes.

A field's own characters are replaced, its lines are put in or taken out. What comes out is read again: it says what was
meant and nothing else, or the change is refused. (ruamel.yaml's round trip keeps comments too, but writes the whole
text anew: it changes indents, quotes and long lines that nobody touched.)

Not here: where a field stands (yaml.py), the text as YAML (yaml_text.py), how a file is replaced (files/).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from letterpress.content import yaml as content_yaml
from letterpress.content import yaml_text
from letterpress.content.yaml import Range
from letterpress.errors import LetterpressError
from letterpress.schema import models

Value = str | list[Any] | dict[str, Any] | None
"""A text, a list or a group of values; None: there is no such field."""


def set_field(text: str, path: str, value: Value, *, shown: str) -> str:
    """Give the letter's text with one field changed, added or taken out.

    :param text: of the letter's file, with line ends as `\\n`.
    :param path: of the field: `subject`, `to.postcode`, `signatories.2.title`; the number behind the last item of a
        list adds one.
    :param shown: what messages call the file.
    :raises LetterpressError: the fields cannot be read, or the field lies where it cannot be changed.
    """
    front = _Front(text, shown)
    meant = copy.deepcopy(front.data)
    if not _put(meant, path.split("."), value):
        raise _refused(shown, path, "the field that it would stand in is no group of fields")
    if meant == front.data:
        return text
    changed = _changed(front, path, value, meant)
    try:
        read = _Front(changed, shown).data
    except LetterpressError as error:
        raise _refused(shown, path, "the fields around it cannot be kept as they are") from error
    if read != meant:
        raise _refused(shown, path, "the fields around it cannot be kept as they are")
    return changed


def written(values: dict[str, Any]) -> str:
    """Write fields as a file has them that is begun: each on lines of its own, in this order."""
    return "".join(f"{line}\n" for name, value in values.items() for line in yaml_text.lines(f"{name}:", value, 0))


def _refused(shown: str, path: str, why: str) -> LetterpressError:
    hint = "change it in the text of the letter"
    return LetterpressError(
        f"cannot be changed by itself: {why}", file=shown, field=path, hint=hint, code="field-unchangeable"
    )


class _Front:
    """The front matter of a letter: its lines, its data and where each field stands."""

    def __init__(self, text: str, shown: str) -> None:
        """:raises LetterpressError: it cannot be read."""
        self.lines = text.split("\n")
        self.shown = shown
        end = next((at for at, line in enumerate(self.lines[1:], start=1) if line.rstrip() in ("---", "...")), None)
        if self.lines[0].rstrip() != "---" or end is None:
            message = "there is no front matter between two lines '---'"
            raise LetterpressError(message, file=shown, code="front-matter-missing")
        self.end = end
        """Index of the line that closes it."""
        document = content_yaml.read("\n".join(self.lines[1:end]), file=shown, first_line=2)
        faults = [fault for fault in document.faults if fault.severity == "error"]
        if faults or not isinstance(document.data, dict | None):
            raise LetterpressError(faults or _refused(shown, "", "the front matter is no group of fields").diagnostics)
        self.data: dict[str, Any] = document.data or {}
        self.written = document.written
        self.places = {path: line for path, line in document.lines.items() if path}
        """Path of a field -> its line, from 1."""

    def get(self, path: str) -> Any:
        value: Any = self.data
        for step in path.split(".") if path else ():
            value = value[int(step) - 1] if isinstance(value, list) else value[step]
        return value

    def block(self, path: str) -> tuple[int, int]:
        """Indices of the first line of a field or item and of the line behind its last; not in brackets."""
        name, value = self.written[path]
        first = (name or value or self._item(path)).line - 1
        indent = _indent(self.lines[first])
        is_item = name is None
        at = last = first + 1
        while at < self.end:
            line = self.lines[at]
            deeper = _indent(line) > indent or (not is_item and _indent(line) == indent and line[indent:][:2] in _ITEM)
            if line.strip() and not line.lstrip().startswith("#"):
                if not deeper:
                    break
                last = at + 1
            elif line.strip() and _indent(line) > indent:
                last = at + 1  # a comment among the lines of the field
            at += 1
        return first, last

    def _item(self, path: str) -> Range:
        """Where an item of several lines begins: at its first field."""
        inner = [place for name, place in self.written.items() if name.startswith(f"{path}.")]
        return min(place.name or place.value for place in inner if place.name or place.value)  # type: ignore[type-var, return-value]


_ITEM = ("- ", "-")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


# --- the data that is meant -------------------------------------------------------------------------------------------


def _put(data: Any, steps: list[str], value: Value) -> bool:
    """Change the data; gives whether it could be."""
    step, *rest = steps
    if isinstance(data, list):
        if not step.isdigit() or not 1 <= int(step) <= len(data) + 1:
            return False
        at = int(step) - 1
        if rest:
            if at == len(data):
                data.append({})
            return _put(data[at], rest, value)
        if value is None:
            del data[at : at + 1]
        else:
            data[at : at + 1] = [value]
        return True
    if not isinstance(data, dict):
        return False
    if not rest:
        if value is None:
            data.pop(step, None)
        else:
            data[step] = value
        return True
    if data.get(step) is None:
        if value is None:
            return True
        data[step] = [] if rest[0].isdigit() else {}
    return _put(data[step], rest, value)


# --- the text ---------------------------------------------------------------------------------------------------------


def _changed(front: _Front, path: str, value: Value, meant: Any) -> str:
    """The letter's text with the change in it."""
    for at in range(1, path.count(".") + 2):  # the outermost list or group in brackets that the field is in, or is
        around = ".".join(path.split(".")[:at])
        written = front.written.get(around)
        if written is None or written.value is None or not isinstance(front.get(around), list | dict):
            continue
        whole = _value_at(meant, around)
        if whole not in (None, [], {}) or around != path:
            return _replaced(front, written.value, yaml_text.in_brackets(whole))
    written = front.written.get(path)
    if written is not None and value is None:
        return _taken_out(front, path, meant)
    if written is not None and isinstance(value, str) and not isinstance(front.get(path), list | dict):
        place = written.value
        if place is not None and "\n" not in value:
            return _with_scalar(front, path, place, value)
    if written is not None:
        return _written_anew(front, path, value)
    return _put_in(front, path, meant)


def _value_at(data: Any, path: str) -> Any:
    for step in path.split("."):
        data = data[int(step) - 1] if isinstance(data, list) else data.get(step)
        if data is None:
            return None
    return data


def _replaced(front: _Front, place: Range, text: str) -> str:
    lines = list(front.lines)
    line = lines[place.line - 1]
    lines[place.line - 1] = line[: place.first - 1] + text + line[place.last :]
    return "\n".join(lines)


def _with_scalar(front: _Front, path: str, place: Range, value: str) -> str:
    """Put another text in the place of one that stands on its line, in quotes as it was."""
    name, _ = front.written[path]
    line = front.lines[place.line - 1]
    old = line[place.first - 1 : place.last]
    new = yaml_text.scalar(value, like=old[:1])
    if not old and name is not None:  # `subject:` and nothing behind it
        behind = line.index(":", name.last) + 1
        return _replaced(front, Range(name.line, behind + 1, behind), f" {new}")
    return _replaced(front, place, new)


def _spliced(front: _Front, first: int, behind: int, new: list[str]) -> str:
    return "\n".join([*front.lines[:first], *new, *front.lines[behind:]])


def _taken_out(front: _Front, path: str, meant: Any) -> str:
    """Take the lines of a field or item out; of the last one in its group, the group's as well."""
    around = path.rpartition(".")[0]
    if around and _value_at(meant, around) in ([], {}):
        name, _ = front.written[around]
        first, behind = front.block(around)
        if name is None:
            return _spliced(front, first, behind, [])
        head = front.lines[first][: front.lines[first].index(":", name.last) + 1]
        return _spliced(front, first, behind, [f"{head} {yaml_text.in_brackets(_value_at(meant, around))}"])
    first, behind = front.block(path)
    line, name = front.lines[first], front.written[path].name
    opens_item = name is not None and line[: name.first - 1].rstrip().endswith("-")
    if opens_item and behind < front.end:  # the next field of the item takes its mark
        mark = line[: (name.first if name else 1) - 1]
        following = front.lines[behind]
        return _spliced(front, first, behind + 1, [mark + following[len(mark) :]])
    return _spliced(front, first, behind, [])


def _written_anew(front: _Front, path: str, value: Value) -> str:
    """Write a field or an item anew in its lines; the comment behind its name stays."""
    first, behind = front.block(path)
    name, place = front.written[path]
    line = front.lines[first]
    if name is not None:
        head = line[: line.index(":", name.last) + 1]
        width = name.first - 1
    else:
        mark = re.match(r"(\s*-\s+)", line)
        head, width = (mark[1].rstrip(), len(mark[1])) if mark else ("-", 2)
    rest = line[place.last :] if place is not None else line[len(head) :]
    tail = rest.rstrip() if rest.lstrip().startswith("#") else ""
    within = [one for one in front.lines[first + 1 : behind] if one.lstrip().startswith("#")]
    if within or ("#" in rest and not tail):
        raise _refused(front.shown, path, "there are comments in it")
    new = yaml_text.lines(head, value, width)
    return _spliced(front, first, behind, [new[0] + (f" {tail.lstrip()}" if tail else ""), *new[1:]])


def _put_in(front: _Front, path: str, meant: Any) -> str:
    """Put a new field or item in."""
    around, _, name = path.rpartition(".")
    if around and around not in front.written:
        return _put_in(front, around, meant)
    value = _value_at(meant, path)
    if not around:
        at = _place_of(front, name)
        return _spliced(front, at, at, yaml_text.lines(f"{name}:", value, 0))
    siblings = [key for key in front.written if key.rpartition(".")[0] == around]
    if not siblings:  # a group without anything in it: `to:`
        return _written_anew(front, around, _value_at(meant, around))
    first, _ = front.block(siblings[0])
    _, behind = front.block(siblings[-1])
    own, _ = front.written[siblings[0]]
    if own is None:
        mark = re.match(r"\s*", front.lines[first])
        head = f"{mark[0] if mark else ''}-"
        return _spliced(front, behind, behind, yaml_text.lines(head, value, len(head) + 1))
    indent = " " * (own.first - 1)
    return _spliced(front, behind, behind, yaml_text.lines(f"{indent}{name}:", value, own.first - 1))


def _place_of(front: _Front, name: str) -> int:
    """The line before which a new field of the letter stands: behind the last of those that come before it usually."""
    order = models.letter_fields_in_order()
    before = order[: order.index(name)] if name in order else order
    behind = [front.block(one)[1] for one in front.written if one in before]
    return max(behind, default=1)


def fields_of(text: str, *, shown: str) -> tuple[dict[str, Any], dict[str, int], int]:
    """Read the fields of a letter's text as they are written, with nothing made of them.

    :returns: the fields; the line of each, by its path; and the line that the body begins on.
    :raises LetterpressError: they cannot be read.
    """
    front = _Front(text, shown)
    return front.data, front.places, front.end + 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of a field; see `set_field`."""

    path: str
    value: Value


def set_fields(text: str, changes: Sequence[Change], *, shown: str) -> str:
    """Make several changes, one after the other.

    :raises LetterpressError: see `set_field`; none of them is made then.
    """
    for change in changes:
        text = set_field(text, change.path, change.value, shown=shown)
    return text
