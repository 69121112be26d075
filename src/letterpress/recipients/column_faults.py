"""Says what is wrong with the columns of a table: none for a field, two for one place, names that there are not.

Not here: a table that names no recipient at all (headers.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from letterpress.errors import Diagnostic, did_you_mean, fixes, nearest
from letterpress.filling.checks import known_names, unknown_names
from letterpress.model import Letter
from letterpress.recipients.column_names import (
    CHOICES,
    GROUP_FIELD,
    IGNORE,
    JOINED,
    TO_PARTS,
    fold,
    like_address,
    like_names,
)


def kept_out(column: str, path: str, source: str) -> Diagnostic:
    """What the letter writes itself stands, unless its author says that the column replaces it."""
    return Diagnostic(
        severity="warning",
        message=f"the column '{column}' does not replace the letter's own {path}",
        file=source,
        hint=f"to replace it by the column, write map: {{{column}: {path}}}; else {{{column}: {IGNORE}}}",
        code="column-kept-out",
        value=column,
        params=(("field", path),),
    )


def cell_kept_out(column: str, text: str) -> Diagnostic:
    """A cell with more than a form of address: the letter's own salutation stands."""
    return Diagnostic(
        severity="warning",
        message=f"'{text}' in '{column}' is no form of address that is known: the letter's own salutation stands",
        field="salutation",
        hint=f"to take the salutations of the list, write map: {{{column}: salutation}}; else {{{column}: {IGNORE}}}",
        code="salutation-kept-out",
        value=text,
        params=(("column", column),),
    )


def gives_text(column: str, path: str, source: str) -> Diagnostic:
    """A text that the letter leaves open is the column's, which may have been meant as something else."""
    return Diagnostic(
        severity="note",
        message=f"the column '{column}' gives the letter's {path}, which has none of its own",
        file=source,
        hint=f"if it is something else, write map: {{{column}: {IGNORE}}}",
        code="column-gives-text",
        value=column,
        params=(("field", path),),
    )


def wrong_map(
    letter: Letter, columns: Sequence[str], explicit: Mapping[str, str], source: str, given: Mapping[str, str]
) -> list[Diagnostic]:
    """An explicit map that names a column or a field that there is not.

    A letter may be for several lists: a column that one of them lacks is no fault where it is ignored, and a warning
    where its field can do without it. What the command line names (`given`) is there.
    """
    faults = []
    present = {fold(column) for column in columns}
    named = {fold(column) for column in explicit}
    places = [*known_names(letter), *TO_PARTS, *JOINED]
    free = [column for column in columns if fold(column) not in named]  # what another line of the map may have meant
    for column, path in explicit.items():
        file, line = letter.places.get(f"map.{column}", (None, None))
        place: dict[str, Any] = {"file": file, "line": line, "field": f"map.{column}"}
        if fold(column) not in present and path != IGNORE:
            spec = letter.fields.get(path.removeprefix("fields."))
            optional = column not in given and spec is not None and not spec.required and not nearest(column, free)
            faults.append(
                Diagnostic(
                    severity="warning" if optional else "error",
                    message=f"there is no column '{column}' in {source}",
                    hint=did_you_mean(column, columns),
                    code="column-unknown",
                    value=column,
                    fixes=fixes(column, nearest(column, columns), kind="rename"),
                    **place,
                )
            )
        known = path in (*CHOICES, *TO_PARTS, *JOINED, IGNORE) or not unknown_names(letter, [path])
        if not known:
            faults.append(
                Diagnostic(
                    message=f"the letter has no field '{path}'",
                    hint=did_you_mean(path, places) or unknown_names(letter, [path])[0][1],
                    code="field-unknown",
                    value=path,
                    column=column,
                    fixes=fixes(path, nearest(path, places)),
                    **place,
                )
            )
    return faults


def doubled(paths: Mapping[str, list[tuple[int, str]]], explicit: Mapping[str, str], source: str) -> list[Diagnostic]:
    """Two columns for one place: which is meant is for the user to say."""
    faults = []
    chosen = {fold(column) for column in explicit}
    for path, placed in paths.items():
        places = [place for place, _ in placed]
        if len(set(places)) == len(places) or path == "to.lines":
            continue
        twice = [column for place, column in placed if places.count(place) > 1]
        mapped = [column for column in twice if fold(column) in chosen]
        if len(mapped) == 1:  # the map has said it
            placed[:] = [item for item in placed if item[1] not in twice or item[1] in mapped]
            continue
        names = " and ".join(f"'{column}'" for column in twice)
        faults.append(
            Diagnostic(
                message=f"{names} would both be {path}",
                file=source,
                field=path,
                hint=f"say which with map: {{{twice[1]}: {IGNORE}}}, or --map '{twice[1]}={IGNORE}'",
                code="column-ambiguous",
                column=twice[1],
                params=(("columns", tuple(twice)),),
            )
        )
    return faults


def unmapped_columns(letter: Letter, unmapped: list[str], given: set[str], source: str) -> Diagnostic:
    """One warning for all columns without a place: an address list has many that no letter needs.

    :param given: paths that other columns give: none of these is what a column was meant to be.
    """
    unmapped = sorted(unmapped, key=lambda column: like_address(column) is None)  # what may be missed comes first
    shown = ", ".join(f"'{column}'" for column in unmapped[:12]) + (", ..." if len(unmapped) > 12 else "")
    known = [name for name in letter.fields if not given & {name, f"fields.{name}"}]
    known += [part for part in TO_PARTS if f"to.{part}" not in given]
    near = {column: names for column in unmapped[:12] if (names := _near(column, known))}
    hints = "; ".join(f"'{column}': {did_you_mean(column.lower(), known)}" for column in near)
    return Diagnostic(
        severity="warning",
        message=f"not used: the {'column' if len(unmapped) == 1 else 'columns'} {shown}",
        file=source,
        hint=hints or _what_it_is(unmapped, given),
        code="column-unused",
        value=unmapped[0] if len(unmapped) == 1 else None,
        params=(("columns", tuple(unmapped)),),
        fixes=tuple(fix for column, names in near.items() for fix in fixes(column, names, kind="rename")),
    )


def _what_it_is(unmapped: Sequence[str], given: set[str]) -> str:
    """How to say what columns are, by the one of them that seems to be a part of the recipient."""
    free = {column: part for column in unmapped if (part := _seeming(column, given)) is not None}
    column, part = next(iter(free.items()), (unmapped[0], None))
    key = column if re.fullmatch(r"\w[\w /.()-]*", column) else f'"{column}"'
    if part is not None:
        return f"if it is of the recipient, write map: {{{key}: {part}}}; else {{{key}: {IGNORE}}}"
    parts = "a field of the letter, or a part of the recipient such as to.name, to.family or to.street"
    return f"write map: {{{key}: PATH}}, where PATH is {parts}; or {{{key}: {IGNORE}}}"


def _seeming(column: str, given: set[str]) -> str | None:
    """The part of the recipient that a column seems to hold and no other column gives."""
    part = like_address(column)
    if part is not None:
        return None if f"to.{part}" in given else f"to.{part}"
    named = "to.family" if "to.given" in given else "to.name"
    return named if named not in given and like_names([column]) else None


def _near(column: str, known: list[str]) -> tuple[str, ...]:
    """The names that a column may have meant; of three letters, those that have the same ones."""
    near = nearest(column.lower(), known)
    return near if len(column) > 3 else tuple(name for name in near if sorted(name.lower()) == sorted(column.lower()))


def missing(
    letter: Letter, paths: Mapping[str, Any], shared: set[str], columns: Sequence[str], grouped: bool, source: str
) -> list[Diagnostic]:
    """Required fields that no column, default or --set gives."""
    faults = []
    for name, spec in letter.fields.items():
        given = {name, f"fields.{name}"}
        if not spec.required or spec.default is not None or given & shared or given & set(paths):
            continue
        if grouped and name == GROUP_FIELD:
            continue
        near = nearest(name, columns)
        then = f"{did_you_mean(name, columns)} Then: --map 'COLUMN={name}'"
        file, line = letter.places.get(f"fields.{name}", (letter.path, None))
        faults.append(
            Diagnostic(
                message=f"is required, and {source} has no column for it",
                file=file,
                line=line,
                field=f"fields.{name}",
                hint=then if near else f"add the column, or say which it is: --map 'COLUMN={name}'",
                code="column-missing",
                params=(("source", source),),
                fixes=tuple(fix for column in near for fix in fixes(column, (name,), kind="rename")),
            )
        )
    return faults
