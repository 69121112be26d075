"""The names of columns in --where and --order-by: as in the header, without its blanks, and as the letter's fields.

A list with `Post code` in its header is ordered by `postcode` as well, and so is one with `ZIP`, which fills the
letter's field of that name. A name that a column has itself always means that column.

Not here: SQL itself (duckdb.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from letterpress.addressing import countries
from letterpress.errors import Diagnostic, UsageError, nearest

if TYPE_CHECKING:  # which know this module
    from letterpress.recipients.columns import Mapped
    from letterpress.recipients.tables import Table

_WAY = re.compile(r"(?is)^(?P<name>.*?)(?P<way>(?:\s+(?:ASC|DESC))?(?:\s+NULLS\s+(?:FIRST|LAST))?)\s*$")
_QUOTED = re.compile(r"""(?s)"(?:[^"]|"")*"|'(?:[^']|'')*'""")
_TEXTS = r"'(?:[^']|'')*'"


def quoted(name: str) -> str:
    """Quote a name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def others(columns: Sequence[str], mapped: Mapped | None) -> dict[str, str]:
    """Find what else columns may be called in SQL: name -> column. Each means one column, and is none's own name."""
    found: dict[str, set[str]] = {}
    for column in columns:
        for name in (_joined(column, "_"), _joined(column, "")):
            found.setdefault(name, set()).add(column)
    own = {column.casefold() for column in columns}
    known = {name: min(of) for name, of in found.items() if name and name not in own and len(of) == 1}
    taken = own | found.keys()
    for path, sources in (mapped.paths if mapped is not None else {}).items():
        name = path.rpartition(".")[2].casefold()
        if len(sources) == 1 and name not in taken:
            known[name] = sources[0]
    return known


def ordered(text: str, columns: Sequence[str], also: Mapping[str, str]) -> str:
    """Give what --order-by says as SQL: a name of a column stands there with or without quotes.

    :param also: `others`.
    :raises UsageError: a text stands where a column is meant.
    """
    return ", ".join(_term(term, columns, also) for term in _terms(text))


def _term(term: str, columns: Sequence[str], also: Mapping[str, str]) -> str:
    parts = _WAY.match(term)
    name, way = (parts["name"].strip(), parts["way"]) if parts is not None else (term, "")
    bare = name[1:-1] if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"" else name
    known = {column.casefold(): column for column in columns}
    column = known.get(bare.casefold()) or also.get(bare.casefold()) or also.get(_joined(bare, "_"))
    if column is not None:
        return quoted(column) + way
    if name.startswith("'") and _QUOTED.fullmatch(name):
        raise missing(bare, "--order-by", columns, also)
    return term


def _terms(text: str) -> Iterator[str]:
    """Cut SQL at its commas, but for those in quotes and brackets."""
    depth = begun = 0
    at = 0
    while at < len(text):
        if (found := _QUOTED.match(text, at)) is not None:
            at = found.end()
            continue
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if text[at] == "," and depth <= 0:
            yield text[begun:at].strip()
            begun = at + 1
        at += 1
    yield text[begun:].strip()


def missing(name: str, option: str, columns: Sequence[str], also: Mapping[str, str]) -> UsageError:
    """The fault of a name that no column has."""
    near = nearest(name, columns) or tuple(also[one] for one in nearest(name.casefold(), also))
    shown = " or ".join(quoted(one) if _needs_quotes(one) else one for one in dict.fromkeys(near))
    hint = f"did you mean {shown}?" if shown else f"the columns are {', '.join(map(quoted, columns[:12]))}"
    if option == "--where":
        hint += f" A text stands in single quotes: name = '{name}'"
    about = {"field": option, "hint": hint, "code": "sql-refused"}
    return UsageError(f"there is no column '{name}'", value=name, **about)


def unquoted(text: str, columns: Sequence[str]) -> str | None:
    """How a name with blanks has to stand in SQL, if one of a column stands there without quotes."""
    bare = _QUOTED.sub(" ", text).casefold()
    found = next((one for one in columns if _needs_quotes(one) and one.strip() and one.casefold() in bare), None)
    return None if found is None else f"a name with blanks stands in double quotes: {quoted(found)}"


def countries_left_out(where: str, table: Table, mapped: Mapped, lang: str) -> tuple[Diagnostic, ...]:
    """Say that a country is compared with a text while the list names it in other ways, too.

    :raises LetterpressError: the list cannot be read.
    """
    sources = mapped.paths.get("to.country", ())
    if len(sources) != 1:
        return ()
    column = sources[0]
    texts = {text[1:-1].replace("''", "'") for text in _compared(where, column, others(table.columns, mapped))}
    meant = {code for text in texts if (code := countries.code(text, lang)) is not None}
    if not meant:
        return ()
    counted: dict[str, int] = {}
    for record in table.records():
        value = record.values.get(column)
        if isinstance(value, str) and value not in texts:
            counted[value] = counted.get(value, 0) + 1
    found = {value: number for value, number in counted.items() if countries.code(value, lang) in meant}
    if not found:
        return ()
    shown = ", ".join(f"'{value}' ({number})" for value, number in list(found.items())[:5])
    every = ", ".join("'" + text.replace("'", "''") + "'" for text in (*sorted(texts), *found))
    said = Diagnostic(
        severity="warning",
        message=f"'{column}' is compared with a text, and the list has the same country as {shown}, too",
        file=table.name,
        field="--where",
        hint=f"if all are meant: {quoted(column) if _needs_quotes(column) else column} IN ({every})",
        code="country-otherwise",
        value=next(iter(found)),
        column=column,
    )
    return (said,)


def _compared(where: str, column: str, also: Mapping[str, str]) -> Iterator[str]:
    """The texts that a column is compared with."""
    names = [re.escape(quoted(column)), rf"\b{re.escape(column)}\b"]
    names += [rf'"?\b{re.escape(name)}\b"?' for name, of in also.items() if of == column]
    name = f"(?:{'|'.join(names)})"
    for found in re.finditer(rf"(?i){name}\s*(?:=|==|<>|!=)\s*({_TEXTS})", where):
        yield found[1]
    for found in re.finditer(rf"(?i){name}\s+(?:NOT\s+)?IN\s*\(([^()]*)\)", where):
        yield from re.findall(_TEXTS, found[1])


def _needs_quotes(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z_]\w*", name) is None


def _joined(name: str, by: str) -> str:
    words: Iterable[str] = re.findall(r"\w+", name.casefold())
    return by.join(words)
