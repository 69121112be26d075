"""Packs the letters of a run for whoever prints and posts them: letters or one PDF a group, lists, check sums.

The same letters make the same package, byte for byte. It is written as a stream and is there whole or not at all.

Not here: how a package is looked through (`verification`), and what its lists hold (`manifest`).
"""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Unpack

from letterpress import output
from letterpress.batch import combine
from letterpress.errors import Diagnostic, UsageError
from letterpress.files import atomic, targets
from letterpress.files.zip_stream import ZipStream
from letterpress.pdf.document_parts import About
from letterpress.post import grouping, manifest, people, values
from letterpress.post.chosen import Chosen
from letterpress.post.files import Files
from letterpress.post.ledger import Ledger, Total, record_parts
from letterpress.post.people import Group
from letterpress.post.reading import Read, Reader
from letterpress.post.values import Options, Wanted
from letterpress.post.values import Package as Package
from letterpress.processes.scratch import Scratch

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
    return _Packer(Path(folder), Path(file), Wanted(group=names, **wanted)).pack()


class _Packer:
    """Makes one package."""

    def __init__(self, folder: Path, file: Path, wanted: Wanted) -> None:
        self._folder, self._file, self._wanted = folder, file, wanted
        self._chosen = Chosen(folder, wanted)
        self._reader = Reader(folder, wanted)
        self._scratch: Path | None = None
        self._said: list[Diagnostic] = []

    def pack(self) -> Package:
        """Make it."""
        if self._file.suffix.lower() != ".zip":
            message, hint = f"'{self._file}' does not end in .zip", "such as out/letters.zip"
            raise UsageError(message, field="--output", hint=hint, code="output-unsuitable")
        with Ledger() as ledger, self._scratch_folder():
            self._chosen.fill(ledger)
            self._said += self._chosen.said
            return self._written(ledger)

    @contextlib.contextmanager
    def _scratch_folder(self) -> Iterator[None]:
        """A folder for the files of groups, which may be large: it goes with this process, however it ends."""
        if not self._wanted.spool:
            yield
            return
        scratch = Scratch()
        self._scratch = Path(scratch.path)
        try:
            yield
        finally:
            scratch.remove()

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
        head = {"letter": self._chosen.name, "grouped_by": list(wanted.group), "redacted": wanted.redact}
        table, letters = manifest.Table(listed), manifest.Document(document, head)
        folders = grouping.Folders(wanted.group)
        groups = []
        for total in ledger.totals():
            folder = folders.of(total.key) if wanted.group else None
            groups.append(self._group(ledger, total, folder, files, (table, letters)))
        table.finish()
        shown = [{name: getattr(one, name) for name in one.__slots__} for one in groups]
        letters.finish({"groups": shown, "summary": {**_sums(groups), "failed": self._chosen.failed}})
        return groups

    def _group(self, ledger: Ledger, total: Total, folder: str | None, files: Files, lists: Lists) -> Group:
        """Add the letters of one group, and its list.

        :param folder: the group's; None: letters are not grouped.
        """
        title = total.key.title(self._wanted.group)
        read = self._reader.read(ledger.letters(total.key))
        with _temporary() as file:
            own = manifest.Table(file)
            if self._wanted.spool:
                place = f"{values.SPOOLS}/{folder or self._chosen.name}.pdf"
                self._add_spool(place, title, read, files, (own, *lists))
            else:
                place = f"{values.LETTERS}/{folder}" if folder else values.LETTERS
                for one in read:
                    name = f"{place}/{f'{one.number:06}.pdf' if self._wanted.redact else one.letter.output}"
                    files.add(name, one.content)
                    _list(one, (own, *lists), group=title or None, file=name, first_page=1)
            own.finish()
            own_list = f"{values.LISTS}/{folder}.csv" if folder else None
            if own_list is not None:
                files.add_file(own_list, file)
        sums = {name: getattr(total, name) for name in _SUMS}
        return Group(title=title, place=place, list=own_list, **sums)

    def _add_spool(self, place: str, title: str, read: Iterator[Read], files: Files, lists: Lists) -> None:
        """Add the letters of a group as one PDF."""
        assert self._scratch is not None  # noqa: S101 - see `_scratch_folder`
        first = next(read)
        lang, duplex = first.noted.lang, first.noted.duplex

        def parts() -> Iterator[combine.Part]:
            page = 1
            for one in itertools.chain((first,), read):
                _list(one, lists, group=title or None, file=place, first_page=page)
                page += one.letter.pages + (one.letter.pages % 2 if duplex else 0)
                name = f"{one.number}" if self._wanted.redact else one.letter.record or f"{one.number}"
                yield combine.Part(path=self._folder / one.letter.output, title=name, about=self._about(one))

        target = self._scratch / "spool.pdf"
        made = combine.write(target, parts(), title=title or self._chosen.name, lang=lang, duplex=duplex)
        self._said += [Diagnostic.from_json({**one.as_json(), "file": place}) for one in made.diagnostics]
        with target.open("rb") as file:
            files.add_file(place, file)
        target.unlink()

    def _about(self, one: Read) -> About:
        """What a print room knows a letter by."""
        if self._wanted.redact:
            return About(one.number)
        _, key = record_parts(one.letter.record)
        return About(one.number, key or "", one.noted.postcode or "", one.noted.country or "")

    def _page(self, groups: Sequence[Group]) -> str:
        seen = self._reader.seen
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
        )

    def _made(self, groups: Sequence[Group], digest: str) -> Package:
        seen, shown = self._reader.seen, str(self._file)
        if seen.signed:
            message = f"{_letters(seen.signed)} signed after the merge: the files are as they were signed"
            self._said.append(Diagnostic(severity="note", message=message, file=shown, code="package-signed"))
        refused = seen.verdicts["failed"]
        if refused:
            message = f"{_letters(refused)} refused by preflight; the column 'preflight' of the list says which"
            hint = "`letterpress preflight` with such a file says the reasons"
            self._said.append(Diagnostic(message=message, file=shown, hint=hint, code="package-refused"))
        about: dict[str, Any] = {**_sums(groups), "failed": self._chosen.failed, "refused": refused}
        return Package(file=shown, groups=tuple(groups), sums=digest, diagnostics=tuple(self._said), **about)


def _list(one: Read, lists: Lists, **place: Any) -> None:
    """Put a letter into the lists."""
    row = manifest.Row(**one.row, **place)
    for each in lists:
        each.add(row)


def _sums(groups: Sequence[Group]) -> dict[str, int]:
    return {name: sum(getattr(one, name) for one in groups) for name in _SUMS}


def _temporary() -> Any:
    return tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)


def _letters(number: int) -> str:
    return "1 letter was" if number == 1 else f"{number} letters were"
