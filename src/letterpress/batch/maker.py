"""Makes one letter of a run: lays it out, signs it, writes its file, and says what became of it.

Whoever makes letters does it with a `Maker`: a worker process (worker.py), or the run's own process (serial.py). What a
letter is to be is an `Item`, what became of it an `Outcome`; both travel through pipes.

Not here: which letters a run has (plan.py), and what is written down of them (run.py).
"""

from __future__ import annotations

import errno
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from letterpress.enclosed import Attached
from letterpress.errors import Diagnostic, LetterpressError, itself_failed
from letterpress.model import Job, Result
from letterpress.processes import limits
from letterpress.processes.limits import Limits

if TYPE_CHECKING:  # loaded with the first letter
    from letterpress.output import Begun as File
    from letterpress.output import Output
    from letterpress.signing import Series

PRESS = "letterpress.pipeline:press"
PRESS_VERIFIED = "letterpress.pipeline:press_verified"
CHECK = "letterpress.pipeline:inspect"
# Faults of the folder and not of a letter: the run has to stop, the letter is not to blame.
_STOPPING = frozenset(
    {
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EROFS,
        errno.EACCES,
        errno.EPERM,
        errno.EIO,
        errno.EMFILE,
        errno.ENFILE,
        errno.ESTALE,
    }
)


class Item(NamedTuple):
    """One letter to be made: what it has on top of the job that it shares with others.

    Like `Outcome` a named tuple, which is pickled in a fifth of the time that a frozen dataclass takes.
    """

    seq: int
    base: int
    """Which shared job: letters of one base are of one letter and letterhead."""
    id: str
    record: str | None
    values: tuple[tuple[str, Any], ...]
    output: str | None
    """Relative to the output folder; None: it is made, and not written."""


class Outcome(NamedTuple):
    """What became of an item."""

    seq: int
    status: str
    """`done`, `kept` (a signed file holds just this letter), `failed`, or `stop`: the folder takes no more."""
    pages: int | None = None
    sha256: str | None = None
    size: int = 0
    mtime: int = 0
    diagnostics: tuple[Diagnostic, ...] = ()
    enclosures: tuple[tuple[str, int], ...] = ()
    attachments: tuple[Attached, ...] = ()
    claims: tuple[str, ...] = ()
    pdf: bytes | None = None
    laid_out: str | None = None
    """`Result.laid_out`."""
    dispatch: str | None = None
    """`Result.dispatch` as text."""
    kept: str | None = None
    """SHA-256 of the signed file that was left as it is; `sha256` and `size` are the letter's in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A letter that is made, and whose file is beside its place."""

    item: Item
    file: File
    result: Result
    """Without its PDF, unless that is to come back."""
    size: int
    """Of the file, in bytes."""
    mail: File | None = None
    """The letter's e-mail, if it is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key file and what opens it. It travels through the worker's pipe, and is written nowhere."""

    signatory: str
    path: str
    passphrase: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What holds for all letters of a run."""

    press: str
    """`module:function`, Job -> Result."""
    folder: str | None
    """The output folder, absolute."""
    limits: Limits
    """What a letter may use."""
    keep: bool = False
    """Whether the PDF comes back with the outcome."""
    keys: tuple[Key, ...] = ()
    """Who signs each letter at once, in this order."""
    tsa: str | None = None
    """URL of a timestamp server, for signing."""
    replace_signed: bool = False
    """Whether files that bear signatures are replaced."""
    mail: bool = False
    """Whether each letter's e-mail is written beside it."""


class Maker:
    """Makes letters by the orders of one run."""

    def __init__(self, orders: Orders, *, before_writing: Callable[[], None] | None = None) -> None:
        """:param before_writing: called before each file is written; does not return if nobody waits for the file."""
        self._orders = orders
        self._before_writing = before_writing
        module, _, name = orders.press.partition(":")
        self._press: Callable[[Job], Result] = getattr(importlib.import_module(module), name)
        self._series: Series | None = None

    def prepare(self) -> None:
        """Load what the first letter needs, so that its time is its own.

        :raises LetterpressError: a native library is missing; the hint says which package has it.
        """
        if self._orders.press in (PRESS, PRESS_VERIFIED):
            from letterpress import pipeline

            pipeline.prepare()

    def make(self, base: Job, item: Item) -> Outcome:
        """Make one letter, and write it. Nothing is raised: a fault of one letter is no fault of the next."""
        made = self.begin(base, item)
        return made if isinstance(made, Outcome) else self.finish([made])[0]

    def begin(self, base: Job, item: Item) -> Outcome | Begun:
        """Make one letter. Its file is left beside its place, for `finish` to put it there. Nothing is raised."""
        job = replace(base, values=(*base.values, *item.values), record=item.record, id=item.id, output=item.output)
        try:
            result = job.judged(self._sign(self._press(job), job))
            mail = self._mail(result, job) if self._orders.mail and result.status == "done" else None
        except LetterpressError as error:
            faults = tuple(replace(fault, record=item.record) for fault in error.diagnostics)
            return Outcome(seq=item.seq, status="failed", diagnostics=faults)
        except MemoryError:
            point = limits.Point(file=base.letter.path, record=item.record)
            fault = limits.too_much_memory(self._orders.limits.memory, point)
            return Outcome(seq=item.seq, status="failed", diagnostics=(fault,))
        except Exception as error:
            fault = itself_failed(error, base.letter.path, item.record)
            return Outcome(seq=item.seq, status="failed", diagnostics=(fault,))
        if result.status == "done" and result.pdf is not None and item.output and self._orders.folder is not None:
            return self._begin_file(item, result, Path(self._orders.folder), result.pdf, mail)
        return Outcome(
            seq=item.seq,
            status="failed" if result.status == "failed" else "done",
            pages=result.pages,
            sha256=result.sha256,
            diagnostics=result.diagnostics,
            enclosures=result.enclosures,
            attachments=result.attachments,
            claims=result.claims,
            laid_out=result.laid_out,
            pdf=result.pdf if self._orders.keep else None,
        )

    def _sign(self, result: Result, job: Job) -> Result:
        """Sign the letter with the keys of the orders, which are opened when the first letter is there."""
        orders = self._orders
        if not orders.keys or result.pdf is None:
            return result
        from letterpress import signing, stamp

        if self._series is None:
            signers = [(key.signatory, signing.from_pkcs12(Path(key.path), key.passphrase)) for key in orders.keys]
            # on behalf: whose keys they are has been looked at
            self._series = signing.Series(signers, tsa=orders.tsa, on_behalf=True)
        return stamp.sign(result, self._series, letterhead_name=job.letterhead, root=job.letter.root)

    def _mail(self, result: Result, job: Job) -> bytes | None:
        """Make the letter's e-mail; of a letter that is only looked at, find what keeps it from being one.

        :raises LetterpressError: an address is missing or none.
        """
        from letterpress import mail

        if result.pdf is not None:
            return mail.message(job, result.pdf, Path(job.output or f"{job.letter.slug}.pdf").name)
        if faults := mail.check(job):
            raise LetterpressError((*result.diagnostics, *faults))
        return None

    def _begin_file(
        self, item: Item, result: Result, folder: Path, pdf: bytes, mail: bytes | None = None
    ) -> Outcome | Begun:
        """Write the letter's file, and its e-mail, beside their places."""
        from letterpress import output

        if self._before_writing is not None:
            self._before_writing()
        # The folder is never made anew: it was there when the run began, and its journal has gone with it.
        if not folder.is_dir():
            return _folder_removed(item, folder)
        path = folder / (item.output or "")
        try:
            file = output.begin(path, pdf, replace_signed=self._orders.replace_signed)
            beside = None if mail is None else output.begin(path.with_suffix(".eml"), mail)
        except (LetterpressError, OSError) as error:
            return _not_written(item, path, folder, error)
        kept = pdf if self._orders.keep else None
        return Begun(item=item, file=file, size=len(pdf), result=replace(result, pdf=kept), mail=beside)

    def finish(self, letters: Sequence[Begun]) -> list[Outcome]:
        """Put the letters' files in their places; they are safe on the disk when the outcomes are given."""
        from letterpress import output

        if not letters:
            return []
        if self._before_writing is not None:
            self._before_writing()
        assert self._orders.folder is not None  # noqa: S101 - else no letter has a file
        folder = Path(self._orders.folder)
        if not folder.is_dir():  # removed since: the names that the files would have are not there any more
            output.give_up([file for letter in letters for file in (letter.file, letter.mail) if file is not None])
            return [_folder_removed(letter.item, folder) for letter in letters]
        # The e-mails come first: a letter that is there has its own.
        mails = [letter.mail for letter in letters if letter.mail is not None]
        wrong = {str(file.path): end for file, end in zip(mails, output.finish(mails), strict=True)} if mails else {}
        ends = output.finish([letter.file for letter in letters])
        for at, letter in enumerate(letters):
            said = wrong.get(str(letter.mail.path)) if letter.mail is not None else None
            ends[at] = said if isinstance(said, Exception) else ends[at]
        return [self._outcome(letter, end, folder) for letter, end in zip(letters, ends, strict=True)]

    def _outcome(self, letter: Begun, end: Output | Exception, folder: Path) -> Outcome:
        item, result, path = letter.item, letter.result, letter.file.path
        try:
            if isinstance(end, Exception):
                raise end
            mtime = path.stat().st_mtime_ns if end.kept is None else 0
        except (LetterpressError, OSError) as error:
            return _not_written(item, path, folder, error)
        except Exception as error:
            return Outcome(seq=item.seq, status="failed", diagnostics=(itself_failed(error, str(path), item.record),))
        return Outcome(
            seq=item.seq,
            status="done" if end.kept is None else "kept",
            pages=result.pages,
            sha256=result.sha256,
            size=letter.size,
            mtime=mtime,
            kept=end.kept,
            diagnostics=(*result.diagnostics, *(replace(said, record=item.record) for said in end.diagnostics)),
            enclosures=result.enclosures,
            attachments=result.attachments,
            claims=result.claims,
            laid_out=result.laid_out,
            dispatch=None if result.dispatch is None else result.dispatch.as_text(),
            pdf=result.pdf,
        )


def _folder_removed(item: Item, folder: Path) -> Outcome:
    fault = Diagnostic(
        message="the output folder was removed during the run",
        file=str(folder),
        hint="run again",
        code="folder-removed",
    )
    return Outcome(seq=item.seq, status="stop", diagnostics=(fault,))


def _not_written(item: Item, path: Path, folder: Path, error: LetterpressError | OSError) -> Outcome:
    """Say why a file was not written, and whether the next one would fare better."""
    cause = error.__cause__ if isinstance(error, LetterpressError) else error
    number = cause.errno if isinstance(cause, OSError) else None
    faults: tuple[Diagnostic, ...] = (Diagnostic(message=str(error), file=str(path), code="output-unwritable"),)
    if isinstance(error, LetterpressError):
        faults = error.diagnostics
    faults = tuple(replace(fault, record=item.record) for fault in faults)
    stop = number in _STOPPING or not folder.is_dir()
    return Outcome(seq=item.seq, status="stop" if stop else "failed", diagnostics=faults)
