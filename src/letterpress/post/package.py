"""Packs the letters of a run for whoever prints and posts them: letters or one PDF a group, lists, check sums.

The same letters make the same package, byte for byte. It is written as a stream and is there whole or not at all.

Not here: how a package is looked through (`verification`), and what its lists hold (`manifest`).
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, NamedTuple, Unpack

from letterpress import output
from letterpress.errors import Diagnostic, UsageError
from letterpress.files import atomic, targets
from letterpress.files.zip_stream import ZipStream
from letterpress.post import chosen, grouping, manifest, people, spools, values
from letterpress.post.chosen import Chosen
from letterpress.post.files import Files
from letterpress.post.ledger import Ledger
from letterpress.post.packed_spools import PackedSpools, Place
from letterpress.post.people import Group
from letterpress.post.reading import Read, Reader
from letterpress.post.values import Options, Wanted
from letterpress.post.values import Package as Package

_IN_MEMORY = 1_000_000
_SUMS = ("letters", "pages", "sheets")
Lists = Sequence[manifest.Table | manifest.Document]


def package(
    folder: str | Path, file: str | Path, *, group: str | Sequence[str] = (), **wanted: Unpack[Options]
) -> Package:
    """Pack the letters that `letterpress merge` has made into a folder.

    :param folder: the output folder of the merge.
    :param file: the package, which ends in `.zip`.
    :param group: by what letters are grouped, such as `("sheets", "country")`; each group has its folder and its list.
    :param wanted: what else is wanted; see `post.values.Options`.
    :returns: what is in it; `diagnostics` says what is missing, and which letters their carrier does not take.
    :raises UsageError: there is no such run, or it cannot be grouped so.
    :raises LetterpressError: the run is not finished, a letter is missing or was changed, or the package cannot be
        written; an older file of its name is as it was.
    """
    names = (group,) if isinstance(group, str) else group
    names = grouping.check([one for name in names for one in name.split(",")], redact=bool(wanted.get("redact")))
    return _Packer(Path(folder), Path(file), _complete(Path(folder), Wanted(group=names, **wanted))).pack()


def _complete(folder: Path, wanted: Wanted) -> Wanted:
    """Spools are put together as the merge's own were; groups that are asked for take the place of its own."""
    if not wanted.spool:
        return wanted
    printed = chosen.merged(folder, wanted)
    if wanted.group:
        whole = replace(printed.wanted, groups=wanted.group, most=None)
        return replace(wanted, printed=replace(printed, wanted=whole))
    return replace(wanted, printed=printed, group=grouping.check(printed.wanted.groups, redact=wanted.redact))


class _Planned(NamedTuple):
    """A group, or a part of one, that becomes a folder or a file."""

    about: Place
    """Its `name` is still empty."""
    name: str
    """Of the folder or file; empty where there is but one."""
    read: Iterator[Read]


class _Packer:
    """Makes one package."""

    def __init__(self, folder: Path, file: Path, wanted: Wanted) -> None:
        self._folder, self._file, self._wanted = folder, file, wanted
        self._chosen = Chosen(folder, wanted)
        self._reader = Reader(folder, wanted)
        self._said: list[Diagnostic] = []

    def pack(self) -> Package:
        """Make it."""
        if self._file.suffix.lower() != ".zip":
            message, hint = f"'{self._file}' does not end in .zip", "such as out/letters.zip"
            raise UsageError(message, field="--output", hint=hint, code="output-unsuitable")
        with Ledger() as ledger:
            self._chosen.fill(ledger)
            self._said += self._chosen.said
            return self._written(ledger)

    def _written(self, ledger: Ledger) -> Package:
        replacement = atomic.Replacement(self._file)
        guard = output.Guard(self._file)
        try:
            with (
                _temporary() as sums,
                _temporary() as listed,
                _temporary() as document,
                ZipStream(replacement.file) as stream,
            ):
                files = Files(stream, sums)
                groups = self._packed(ledger, files, listed, document)
                files.add(values.PEOPLE, self._page(groups).encode())
                files.add_file(values.CSV, listed)
                files.add_file(values.JSON, document)
                digest = files.finish()
            replacement.commit(guard)
        except OSError as error:
            raise targets.fault(self._file, error) from error
        finally:
            replacement.discard()
        return self._made(groups, digest)

    def _packed(self, ledger: Ledger, files: Files, listed: IO[bytes], document: IO[bytes]) -> list[Group]:
        """Add the letters and the lists of groups; write the lists of all."""
        wanted = self._wanted
        scheme = wanted.printed.wanted.inserter
        head = {"letter": self._chosen.name, "grouped_by": list(wanted.group), "redacted": wanted.redact}
        head |= {"inserter": scheme.name} if scheme is not None else {}
        table, letters = manifest.Table(listed), manifest.Document(document, head)
        with contextlib.ExitStack() as stack:
            spooled = None
            if wanted.spool:
                spooled = stack.enter_context(PackedSpools(self._folder, wanted, self._chosen.name))
            groups = [self._group(one, files, (table, letters), spooled) for one in self._planned(ledger)]
        table.finish()
        shown = [{name: getattr(one, name) for name in one.__slots__} for one in groups]
        letters.finish({"groups": shown, "summary": {**_sums(groups), "failed": self._chosen.failed}})
        return groups

    def _planned(self, ledger: Ledger) -> Iterator[_Planned]:
        """Give the groups, each with its letters in their order."""
        wanted, folders = self._wanted, grouping.Folders(self._wanted.group)
        most = wanted.printed.wanted.most if wanted.spool else None
        planned = [
            (total, list(spools.pieces(folders.of(total.key) if wanted.group else "", total.letters, most)))
            for total in ledger.totals()
        ]
        files, number = sum(len(pieces) for _, pieces in planned), 0
        for total, pieces in planned:
            read = self._reader.read(ledger.letters(total.key))
            for at, (name, held) in enumerate(pieces, 1):
                number += 1
                part = f"{at}/{len(pieces)}" if len(pieces) > 1 else ""
                title = ", ".join(filter(None, (total.key.title(wanted.group), part)))
                about = Place("", title, held, number, files)
                yield _Planned(about, name.removeprefix("-"), itertools.islice(read, held))

    def _group(self, one: _Planned, files: Files, lists: Lists, spooled: PackedSpools | None) -> Group:
        """Add the letters of one group, and its list."""
        title, sums = one.about.title, Counter[str]()

        def listed(read: Read, page: int, file: str) -> None:
            row = manifest.Row(**read.row, group=title or None, file=file, first_page=page)
            for each in (own, *lists):
                each.add(row)
            sums.update(letters=1, pages=read.letter.pages, sheets=read.letter.sheets)

        with _temporary() as file:
            own = manifest.Table(file)
            if spooled is not None:
                place = f"{values.SPOOLS}/{one.name or self._chosen.name}.pdf"
                about = one.about._replace(name=place)
                self._said += spooled.add(about, one.read, functools.partial(listed, file=place), files)
            else:
                place = f"{values.LETTERS}/{one.name}" if one.name else values.LETTERS
                for read in one.read:
                    name = f"{place}/{f'{read.number:06}.pdf' if self._wanted.redact else read.letter.output}"
                    files.add(name, read.content)
                    listed(read, 1, name)
            own.finish()
            own_list = f"{values.LISTS}/{one.name}.csv" if one.name else None
            if own_list is not None:
                files.add_file(own_list, file)
        return Group(title=title, place=place, list=own_list, **{name: sums[name] for name in _SUMS})

    def _page(self, groups: Sequence[Group]) -> str:
        seen, scheme = self._reader.seen, self._wanted.printed.wanted.inserter
        return people.page(
            self._chosen.name,
            groups,
            profiles=sorted(seen.profiles),
            carriers=sorted(seen.carriers),
            failed=self._chosen.failed,
            refused=seen.verdicts["failed"],
            examined=seen.verdicts.total() - seen.verdicts[None],
            redacted=self._wanted.redact,
            duplex=self._chosen.duplex,
            inserter=scheme.title if scheme is not None else None,
            sheets_between=self._wanted.printed.sheet is not None,
            spooled=self._wanted.spool,
        )

    def _made(self, groups: Sequence[Group], digest: str) -> Package:
        seen, shown = self._reader.seen, str(self._file)
        if seen.signed:
            self._said.append(_of_signed(seen.signed, sum(one.letters for one in groups) - seen.signed, shown))
        refused = seen.verdicts["failed"]
        if refused:
            message = f"{_letters(refused)} refused by preflight; the column 'preflight' of the list says which"
            hint = "`letterpress preflight` with such a file says the reasons"
            self._said.append(Diagnostic(message=message, file=shown, hint=hint, code="package-refused"))
        about: dict[str, Any] = {**_sums(groups), "failed": self._chosen.failed, "refused": refused}
        return Package(file=shown, groups=tuple(groups), sums=digest, diagnostics=tuple(self._said), **about)


def _sums(groups: Sequence[Group]) -> dict[str, int]:
    return {name: sum(getattr(one, name) for one in groups) for name in _SUMS}


def _temporary() -> Any:
    return tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)


def _letters(number: int) -> str:
    return "1 letter was" if number == 1 else f"{number} letters were"


def _of_signed(signed: int, unsigned: int, file: str) -> Diagnostic:
    """Say that letters were signed after the merge; where others were not, that may have been forgotten."""
    message = f"{_letters(signed)} signed after the merge"
    if not unsigned:
        message += ": the files are as they were signed"
        return Diagnostic(severity="note", message=message, file=file, code="package-signed")
    message += f", and {unsigned} {'was' if unsigned == 1 else 'were'} not"
    hint, params = "if all are to be signed, sign the others, and make the package anew", (("unsigned", unsigned),)
    return Diagnostic(
        severity="warning", message=message, file=file, hint=hint, code="package-partly-signed", params=params
    )
