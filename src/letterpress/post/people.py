"""The page of a package for people: what is in it, in numbers, and how it is checked.

It names nobody, and bears no date: the same letters make the same page. Not here: the list of letters (`manifest`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import escape

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:52em;margin:2em auto;padding:0 1em;color:#1c1c1c}"
    "table{border-collapse:collapse;margin:1em 0}th,td{text-align:left;padding:.3em .8em;border-bottom:1px solid #bbb}"
    "td.n,th.n{text-align:right}code{background:#eee;padding:0 .2em}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of letters in a package."""

    title: str
    letters: int
    pages: int
    sheets: int
    place: str
    """Its folder or file in the package."""
    list: str | None
    """Its own list; None where there are no groups."""


def page(
    name: str,
    groups: Sequence[Group],
    *,
    profiles: Sequence[str],
    carriers: Sequence[str],
    failed: int,
    refused: int,
    examined: int,
    redacted: bool,
    duplex: bool,
    inserter: str | None = None,
    sheets_between: bool = False,
    spooled: bool = False,
) -> str:
    """Write the page.

    :param name: what the letters are called.
    :param failed: letters of the run that could not be made, and are missing.
    :param refused: letters that preflight found something wrong with, of those `examined`.
    """
    letters, pages, sheets = (sum(getattr(one, key) for one in groups) for key in ("letters", "pages", "sheets"))
    rows = [_row(("Group", "Letters", "Pages", "Sheets", "Where", "List"), "th")]
    rows += [
        _row((one.title or "all", one.letters, one.pages, one.sheets, one.place, one.list or "manifest.csv"), "td")
        for one in groups
    ]
    said = [f"{_count(letters, 'letter')}, {_count(pages, 'page')} on {_count(sheets, 'sheet')} of paper"]
    said[0] += ", printed on both sides." if duplex else ", printed on one side."
    if spooled and duplex:
        said.append("The empty backs of sheets are pages of the files as well, and are not counted here.")
    said += [f"Profile: {', '.join(profiles)}."] if profiles else []
    if sheets_between:
        said.append("Before the letters of each file stands an insert sheet, which is not counted.")
    said += [f"Marks on the sheets are for: {inserter}."] if inserter else []
    said += [f"Made for: {', '.join(carriers)}."] if carriers else []
    if examined:
        verdict = f"{_count(refused, 'letter')} did not pass: see the list." if refused else "all passed."
        said.append(f"{_count(examined, 'letter')} examined for the carrier before this package was made; {verdict}")
    if failed:
        said.append(f"{_count(failed, 'letter')} of the list could not be made and {_is(failed)} not in this package.")
    if redacted:
        said.append("The lists do not say who the recipients are; the letters do.")
    check = (
        "SHA256SUMS has the check sum of every other file: <code>sha256sum -c SHA256SUMS</code> in the unpacked folder "
        "finds files that are missing or were changed, and <code>letterpress package --verify</code> with the package "
        "or the folder finds files that were added as well, and compares them with the list."
    )
    body = "".join(f"<p>{escape(line)}</p>\n" for line in said)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(name)}: letters to be sent</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(name)}: letters to be sent</h1>\n{body}<table>\n{''.join(rows)}</table>\n"
        "<p>manifest.csv (for a spreadsheet) and manifest.json (for a program) have a row for each letter.</p>\n"
        f"<p>{check}</p>\n</main>\n</body>\n</html>\n"
    )


def _row(cells: Sequence[str | int], kind: str) -> str:
    numbers = range(1, 4)
    made = [f"<{kind}{' class=n' if at in numbers else ''}>{escape(cell)}</{kind}>" for at, cell in enumerate(cells)]
    return f"<tr>{''.join(made)}</tr>\n"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
