"""The inside of a worker process: letters in, PDFs on disk, a word back for each.

Job: takes items from a pipe, makes each letter, writes its file, and says what became of it. Secret: the messages on
the pipe, and what a worker may use of the machine. A worker that finds its parent gone writes nothing more.

Started with `command()`; nothing else should run this module.
"""

from __future__ import annotations

import errno
import importlib
import json
import os
import select
import signal
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from letterpress.errors import Diagnostic, LetterpressError, itself_failed
from letterpress.model import Job, Result
from letterpress.processes import limits, stages
from letterpress.processes.channel import Board, Channel
from letterpress.processes.limits import Limits

PRESS = "letterpress.pipeline:press"
CHECK = "letterpress.pipeline:examine"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One letter to be made: what it has on top of the job that it shares with others."""

    seq: int
    base: int
    """Which shared job: letters of one base are of one letter and letterhead."""
    id: str
    record: str | None
    values: tuple[tuple[str, Any], ...]
    output: str | None
    """Relative to the output folder; None: it is made, and not written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
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
    pdf: bytes | None = None
    kept: str | None = None
    """SHA-256 of the signed file that was left as it is; `sha256` and `size` are the letter's in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key file and what opens it. It travels through the worker's pipe, and is written nowhere."""

    signatory: str
    path: str
    passphrase: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What a worker is told when it starts."""

    press: str
    """`module:function`, Job -> Result."""
    folder: str | None
    """The output folder, absolute."""
    limits: Limits
    """What a letter may use."""
    parent: int
    keep: bool = False
    """Whether the PDF comes back with the outcome."""
    keys: tuple[Key, ...] = ()
    """Who signs each letter at once, in this order."""
    tsa: str | None = None
    """URL of a timestamp server, for signing."""
    board: int | None = None
    """File descriptor of the board that says what the worker is at."""
    replace_signed: bool = False
    """Whether files that bear signatures are replaced."""


def command() -> list[str]:
    """How a worker is started: a fresh interpreter (never a fork of one that has loaded Pango), with our search
    path."""
    code = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from letterpress.batch.worker import main; main()"
    return [sys.executable, "-c", code, json.dumps(sys.path)]


def main() -> None:
    """Work until there is nothing more to do or nobody to do it for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to hear
    outgoing = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints, it must not get between the messages
    channel = Channel(os.dup(0), outgoing)
    _Worker(channel).work()


class _Worker:
    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.bases: dict[int, Job] = {}
        self.items: deque[Item] = deque()
        self.stopped = False
        self.orders: Orders | None = None
        self.press: Callable[[Job], Result] | None = None
        self.signers: list[tuple[str, Any]] = []

    def work(self) -> None:
        while True:
            self._read()
            if self.items and not self.stopped:
                item = self.items.popleft()
                self._send(("start", item.seq))
                self._send(("outcome", self._make(item)))
                self._retire_if_large()
            elif self.channel.ended or self.stopped:
                return
            else:
                select.select([self.channel.incoming], [], [])

    def _send(self, message: Any) -> None:
        self.channel.send(message)
        self.channel.flush_all()

    def _read(self) -> None:
        for kind, *content in self.channel.receive():
            if kind == "orders":
                self._obey(content[0])
            elif kind == "base":
                self.bases[content[0]] = content[1]
            elif kind == "items":
                self.items.extend(content[0])
            else:
                self.stopped = True
        if self.channel.ended:
            self.stopped = True

    def _obey(self, orders: Orders) -> None:
        self.orders = orders
        limits.die_with(orders.parent)
        if orders.board is not None:
            stages.tell(Board(orders.board))
        module, _, name = orders.press.partition(":")
        self.press = getattr(importlib.import_module(module), name)
        if orders.press == PRESS:
            importlib.import_module("weasyprint")  # now, while the parent still reads its records
        limits.bound_memory(orders.limits)
        limits.unbound_time()  # a command bounds its own time, and a worker is watched
        self._send(("ready",))

    def _make(self, item: Item) -> Outcome:
        assert self.press is not None  # noqa: S101 - orders come first
        assert self.orders is not None  # noqa: S101
        base = self.bases[item.base]
        job = replace(base, values=(*base.values, *item.values), record=item.record, id=item.id, output=item.output)
        try:
            result = self._sign(self.press(job), job)
        except LetterpressError as error:
            faults = tuple(replace(fault, record=item.record) for fault in error.diagnostics)
            return Outcome(seq=item.seq, status="failed", diagnostics=faults)
        except MemoryError:
            point = limits.Point(file=base.letter.path, record=item.record)
            fault = limits.too_much_memory(self.orders.limits.memory, point)
            return Outcome(seq=item.seq, status="failed", diagnostics=(fault,))
        except Exception as error:
            fault = itself_failed(error, base.letter.path, item.record)
            return Outcome(seq=item.seq, status="failed", diagnostics=(fault,))
        if result.status != "done" or result.pdf is None or item.output is None or self.orders.folder is None:
            pdf = result.pdf if self.orders.keep else None
            status = "failed" if result.status == "failed" else "done"
            return Outcome(
                seq=item.seq,
                status=status,
                pages=result.pages,
                sha256=result.sha256,
                diagnostics=result.diagnostics,
                pdf=pdf,
            )
        return self._write(item, result, Path(self.orders.folder), result.pdf)

    def _sign(self, result: Result, job: Job) -> Result:
        """The letter, signed with the keys of the orders, which are opened when the first letter is there."""
        assert self.orders is not None  # noqa: S101
        if not self.orders.keys or result.pdf is None:
            return result
        from letterpress import signing, stamp

        if not self.signers:
            self.signers = [
                (key.signatory, signing.from_pkcs12(Path(key.path), key.passphrase)) for key in self.orders.keys
            ]
        head = job.letterhead
        return stamp.sign(result, self.signers, letterhead_name=head, root=job.letter.root, tsa=self.orders.tsa)

    def _write(self, item: Item, result: Result, folder: Path, pdf: bytes) -> Outcome:
        from letterpress import output

        assert self.orders is not None  # noqa: S101
        assert item.output is not None  # noqa: S101
        if os.getppid() != self.orders.parent:
            os._exit(0)
        if not folder.is_dir():
            fault = Diagnostic(
                message="the output folder was removed during the run", file=str(folder), hint="run again"
            )
            return Outcome(seq=item.seq, status="stop", diagnostics=(fault,))
        path = folder / item.output
        try:
            written = output.write(path, pdf, replace_signed=self.orders.replace_signed)
            found = path.stat()
        except (LetterpressError, OSError) as error:
            cause = error.__cause__ if isinstance(error, LetterpressError) else error
            number = cause.errno if isinstance(cause, OSError) else None
            faults = (
                error.diagnostics
                if isinstance(error, LetterpressError)
                else (Diagnostic(message=str(error), file=str(path)),)
            )
            faults = tuple(replace(fault, record=item.record) for fault in faults)
            stop = number in _STOPPING or not folder.is_dir()
            return Outcome(seq=item.seq, status="stop" if stop else "failed", diagnostics=faults)
        return Outcome(
            seq=item.seq,
            status="done" if written.kept is None else "kept",
            pages=result.pages,
            sha256=result.sha256,
            size=len(pdf),
            mtime=found.st_mtime_ns if written.kept is None else 0,
            kept=written.kept,
            diagnostics=(*result.diagnostics, *(replace(one, record=item.record) for one in written.diagnostics)),
            enclosures=result.enclosures,
            pdf=pdf if self.orders.keep else None,
        )

    def _retire_if_large(self) -> None:
        """End, to be replaced, while memory is still far from the limit."""
        assert self.orders is not None  # noqa: S101
        if limits.memory_of(os.getpid()) > 0.6 * self.orders.limits.memory:
            self.channel.flush_all()
            os._exit(0)
