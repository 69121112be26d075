"""What stands in a template for a name without a value: it may be asked for in a condition, and never printed.

A known name without a value is false in `{% if %}`. A name that is not known is a fault wherever it is used: it is most
likely mistyped.
"""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Iterable, Iterator
from typing import Any

import jinja2
from jinja2.exceptions import SecurityError

from letterpress.errors import did_you_mean, nearest
from letterpress.templating import filters
from letterpress.templating.filters import RecordValues, Values
from letterpress.templating.messages import TemplateFault

_names: contextvars.ContextVar[Iterable[str]] = contextvars.ContextVar("names", default=())
"""The names that the running template was given."""


@contextlib.contextmanager
def given(names: Iterable[str]) -> Iterator[None]:
    """Have faults within name what a template was given instead."""
    token = _names.set(tuple(names))
    try:
        yield
    finally:
        _names.reset(token)


def out_of_reach(name: str | None = None) -> TemplateFault:
    """Make the fault of what a template may not touch."""
    return TemplateFault(
        f"'{name}' is out of a template's reach" if name else "this is out of a template's reach",
        hint="templates use values and filters only",
        code="template-forbidden",
        value=name,
    )


def _unknown(path: str, name: str, known: Iterable[str], otherwise: str | None = None) -> TemplateFault:
    """Make the fault of a name that does not exist.

    :param path: the name as it is written, with its group; `name` is its last part.
    :param otherwise: the hint where no name is like it.
    """
    hint = did_you_mean(name, known) or otherwise
    group = path.removesuffix(name)
    instead = tuple(group + word for word in nearest(name, known))
    return TemplateFault(f"'{path}' is not known", hint=hint, code="name-unknown", value=path, instead=instead)


class Absent(jinja2.StrictUndefined, filters.NoValue):
    """A name without a value: says which name, and which names there are."""

    __slots__ = ()

    def _fail_with_undefined_error(self, *_: Any, **__: Any) -> Any:
        raise self._fault()

    def _fault(self) -> TemplateFault:
        name, owner = str(self._undefined_name), self._undefined_obj
        if self._undefined_exception is SecurityError:
            return out_of_reach(name)
        if isinstance(owner, Values):
            path = f"{owner.path}.{name}"
            if self._is_empty_cell():
                hint = "ask first, with {% if %}, or give it a default: | default(0)"
                message = (
                    f"'{name}' is empty in record {owner.path.rpartition('.')[2]} of {owner.path.rpartition('.')[0]}"
                )
                return TemplateFault(message, hint=hint, code="name-valueless", value=name)
            if name in owner.known:
                hint = f"give it a value or a default, or ask first: {{% if {path} %}}"
                if path == "fields.records":
                    hint = f"the option --group-by COLUMN puts the records there; or ask first: {{% if {path} %}}"
                return TemplateFault(f"'{path}' has no value", hint=hint, code="name-valueless", value=path)
            if isinstance(owner, RecordValues):
                return _unknown(name, name, owner.known, "declare it under 'fields:' in the front matter")
            declare = "declare it under 'fields:' in the front matter" if owner.path == "fields" else None
            return _unknown(path, name, owner.known, declare)
        if owner is jinja2.utils.missing:
            return _unknown(name, name, _names.get())
        if owner is None:
            return TemplateFault(self._undefined_hint or f"'{name}' is not known", code="name-unknown", value=name)
        return TemplateFault(f"a {type(owner).__name__} has no '{name}'", code="name-unknown", value=name)

    def __bool__(self) -> bool:  # type: ignore[override]
        if isinstance(self._undefined_obj, Values) and self._undefined_name in self._undefined_obj.known:
            return False
        raise self._fault()

    def _is_empty_cell(self) -> bool:
        owner = self._undefined_obj
        return isinstance(owner, RecordValues) and self._undefined_name in owner.known

    def __str__(self) -> str:  # type: ignore[override]
        if self._is_empty_cell():
            return ""
        raise self._fault()

    def __eq__(self, other: object) -> bool:  # type: ignore[override]
        if self._is_empty_cell():
            return (other == "" and isinstance(other, str)) or (isinstance(other, Absent) and other._is_empty_cell())
        raise self._fault()

    def __ne__(self, other: object) -> bool:  # type: ignore[override]
        return not self == other

    def __hash__(self) -> int:  # type: ignore[override]
        if self._is_empty_cell():
            return hash("")
        raise self._fault()

    # Whatever else is done with it would need a value: each way in which Python can use one names the missing name.
    __iter__ = __len__ = _fail_with_undefined_error
    __contains__ = __getattr__ = __call__ = __getitem__ = _fail_with_undefined_error
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __div__ = __rdiv__ = _fail_with_undefined_error
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _fail_with_undefined_error
    __pow__ = __rpow__ = __pos__ = __neg__ = __lt__ = __le__ = __gt__ = __ge__ = _fail_with_undefined_error
    __int__ = __float__ = __complex__ = _fail_with_undefined_error
