"""Runs a command in a child process, and kills it when it exceeds its limits of time or memory.

`watch` forks before any large library is loaded, so that the child needs no second start. The child does the work, and
tells the parent through a pipe which unit (letter, file, reading of data) and stage it has reached. The parent passes
signals and the exit code on, kills the child at its limit, and removes the temporary files that it has left.

After a child that was killed or has crashed, the parent forks again. The new child gets the results of the units that
are done, and for the unit that the last child failed at a fault, which the command reports like any other. So the
remaining letters are still made.

Not here: the limits themselves (processes/limits.py), how a command tells its unit and stage (processes/stages.py), and
the workers of a run (batch/supervisor.py).
"""

from __future__ import annotations

import contextlib
import marshal
import os
import select
import signal
import struct
import sys
import time
from collections.abc import Sequence
from typing import Any, NoReturn

from letterpress.cli import child_remains
from letterpress.errors import Diagnostic, ExitCode, LetterpressError
from letterpress.processes import limits, quick_end, signals, stages
from letterpress.processes.limits import Limits
from letterpress.processes.scratch import Scratch, remove_left

COMMANDS = frozenset("render variants merge runs sign verify validate text preflight check salutation".split())
COMMANDS |= {"package", "envelopes", "labels", "plan", "shard"}
"""Commands that may need much time or memory: they lay out, read data, sign, verify or read what others made."""

TICK = 0.05
"""Seconds between two checks of the child."""
_GRACE = 3.0
"""Seconds that a child has to end when it is told to."""
_GAP = 2.0
"""More seconds than this between two checks mean that this process was stopped as well: by Ctrl-Z, or by a sleep of
the machine."""
_HEAD = struct.Struct("!I")


def wanted(arguments: Sequence[str]) -> bool:
    """Whether these arguments are a command that is to be watched."""
    helps = {"-h", "--help"} & set(arguments)
    return bool(arguments) and arguments[0] in COMMANDS and not helps and hasattr(os, "fork")


def watch(arguments: Sequence[str]) -> Child:
    """Fork a child, which returns and runs the command; the parent watches it and never returns.

    :param arguments: the command line, without the program.
    """
    history = _History()
    terminal = child_remains.terminal()
    first = True
    while True:
        signal.pthread_sigmask(signal.SIG_BLOCK, signals.ENDING)
        reader, writer = os.pipe()
        scratch = child_remains.scratch()
        pid = os.fork()
        if pid == 0:
            os.close(reader)
            return _begin(Child(writer, history), scratch)
        os.close(writer)
        if first:  # while the child works
            remove_left()
        first = False
        parent = _Parent(pid, reader, history)
        try:
            verdict = parent.wait()
        finally:
            os.close(reader)
        child_remains.tidy(parent.temporaries, scratch, terminal if parent.died else None)
        if verdict is None:
            os._exit(parent.code)
        again = parent.kind != "run" and parent.unit >= 0 and not parent.once and parent.unit not in history.faults
        if not again:
            _leave(verdict, "--json" in arguments)
        history.faults[parent.unit] = verdict


class _History:
    """Results (pickled) and faults that earlier children have left, by the number of the unit."""

    def __init__(self) -> None:
        self.kept: dict[int, bytes] = {}
        self.faults: dict[int, Diagnostic] = {}


# --- the child --------------------------------------------------------------------------------------------------------


class Child(stages.Watched):
    """Sends the parent what the child's work tells `stages`."""

    def __init__(self, pipe: int, history: _History) -> None:
        self._pipe = pipe
        self._history = history
        self._limits = Limits()
        self._unit = -1

    def under(self, given: Limits) -> None:
        """Set the limits for this process, and tell the parent."""
        self._limits = given
        limits.bound_memory(given)
        limits.bound_time(given.seconds)
        self._tell("limits", float(given.seconds), given.memory_mb)

    def begin(self, file: str | None, stage: str, kind: str) -> Any:
        """Begin a unit.

        :returns: the result of an earlier child, if one has done the unit; else None.
        :raises LetterpressError: an earlier child has died of it.
        """
        self._unit += 1
        limits.bound_memory(self._limits)
        limits.bound_time(self._limits.seconds)
        self._tell("unit", self._unit, file, stage, kind)
        if kind == "run":
            self.free(memory=False)
        if self._unit in self._history.faults:
            raise LetterpressError(self._history.faults[self._unit])
        kept = self._history.kept.get(self._unit)
        if kept is None:
            return None
        import pickle

        return pickle.loads(kept)  # noqa: S301 - our own child's

    def keep(self, value: Any) -> None:
        """Send the unit's result to the parent, in case that another child has to go on."""
        if self._unit not in self._history.kept:
            import pickle

            self._tell("kept", self._unit, pickle.dumps(value))

    def at(self, stage: str, file: str | None) -> None:
        """Tell the stage."""
        self._tell("at", stage, file)

    def beat(self, record: str | None) -> None:
        """Tell that a long unit makes progress: its time limit begins anew."""
        limits.bound_time(self._limits.seconds)
        self._tell("beat", record)

    def made(self, letters: int, of: int | None) -> None:
        """Tell how far the run is."""
        self._tell("made", letters, of)

    def free(self, *, memory: bool) -> None:
        """Lift the time limit until the next unit, and with `memory` the memory limit."""
        if memory:
            limits.unbound()
        else:
            limits.unbound_time()
        self._tell("free", memory)

    def once(self) -> None:
        """Tell that no other child may begin this command again."""
        self._tell("once")

    def ending(self) -> None:
        """Tell that a signal was heard and the work is being ended: the parent is not to kill the child for it."""
        self._tell("ending")

    def temporary(self, path: str, *, there: bool) -> None:
        """Tell that a temporary file is made or removed."""
        self._tell("temporary", os.path.abspath(path), there)  # noqa: PTH100 - nothing may be followed

    @property
    def interrupted(self) -> bool:
        """Whether a signal has asked this process to end, whatever a library has made of the exception."""
        return signals.asked()

    def out_of_memory(self) -> NoReturn:
        """Tell that the system has refused memory, and exit: libraries may not be in a sound state any more."""
        self._tell("memory")
        os._exit(ExitCode.FAILED)

    def over(self, code: int) -> None:
        """Tell the command's exit code, which holds even if this process crashes while it exits."""
        self._tell("over", int(code))
        quick_end.told(int(code))

    def _tell(self, *message: Any) -> None:
        data = marshal.dumps(message)
        rest = memoryview(_HEAD.pack(len(data)) + data)
        try:
            while rest:
                rest = rest[os.write(self._pipe, rest) :]
        except OSError:  # nobody waits for us any more
            os._exit(ExitCode.FAILED)


def _begin(child: Child, scratch: Scratch | None) -> Child:
    """Prepare the child: its signals, its folder for temporary files, and what it tells the parent."""
    quick_end.prepare()
    limits.die_with(os.getppid())
    for number in signals.heeded():
        signal.signal(number, signals.interrupting)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, signals.ENDING)
    if scratch is not None:
        import tempfile

        tempfile.tempdir = os.environ["TMPDIR"] = scratch.path
    stages.tell(child)
    return child


# --- the parent -------------------------------------------------------------------------------------------------------


class _Parent:
    """Watches one child until it ends."""

    def __init__(self, pid: int, pipe: int, history: _History) -> None:
        self.pid = pid
        self.history = history
        self.unit = -1
        self.once = False
        self.died = False
        """Whether a signal has ended it."""
        self.code = 0
        self.temporaries: set[str] = set()
        self._pipe = pipe
        self._buffer = bytearray()
        self._limits = Limits()
        self._file: str | None = None
        self._record: str | None = None
        self._stage = ""
        self.kind = "letter"
        """Of the unit; after a `run` no other child begins, since it would do all of it anew."""
        self._made: tuple[int, int | None] | None = None
        self._begun = time.monotonic()
        self._timed = False
        """Whether the time limit applies: not before the first unit, since no file of the user is read before."""
        self._bounded = True
        self._over: int | None = None
        self._heard: float | None = None
        """When a signal was passed on that the child has not answered."""
        self._verdict: str | None = None

    def wait(self) -> Diagnostic | None:
        """Watch the child until it ends.

        :returns: the fault that ended it, if it has not reported its end itself.
        """
        os.set_blocking(self._pipe, False)
        for number in signals.heeded():
            signal.signal(number, self._pass_on)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signals.ENDING)
        last = time.monotonic()
        while True:
            select.select([self._pipe], [], [], TICK)
            now = time.monotonic()
            if now - last > _GAP:
                self._begun += now - last
            last = now
            ended = self._read()
            done, status = os.waitpid(self.pid, 0 if ended else os.WNOHANG)
            if done:
                self._read()
                return self._judge(os.waitstatus_to_exitcode(status))
            self._look(now)

    def _pass_on(self, number: int, _: Any) -> None:
        self._heard = time.monotonic()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def _look(self, now: float) -> None:
        if self._verdict is not None:
            return
        if self._heard is not None and now - self._heard > _GRACE:
            self._verdict = "interrupted"
        elif self._timed and self._over is None and now - self._begun > self._limits.seconds:
            self._verdict = "time"
        elif self._bounded and limits.memory_of(self.pid) > self._limits.memory:
            self._verdict = "memory"
        if self._verdict is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def _judge(self, code: int) -> Diagnostic | None:
        self.died = code < 0
        self.code = code if code >= 0 else ExitCode.INTERRUPTED
        if self._over is not None and (self._heard is None or self._over in (0, ExitCode.INTERRUPTED)):
            self.code = self._over
            return None
        if code in (0, ExitCode.INTERRUPTED) and self._verdict is None:
            return None
        if self._verdict == "interrupted" or self._heard is not None:  # what it made of the signal does not matter
            self.code = ExitCode.INTERRUPTED
            print("interrupted", file=sys.stderr, flush=True)
            return None
        if code >= 0 and self._verdict is None:
            return None
        self.code = ExitCode.FAILED
        point = limits.Point(file=self._file, record=self._record, stage=self._stage, kind=self.kind, made=self._made)
        if self._verdict == "memory":
            return limits.too_much_memory(self._limits.memory, point)
        if self._verdict == "time" or code == -signal.SIGXCPU:
            return limits.too_slow(self._limits.seconds, point)
        return limits.broken(code, self._limits.memory, point)

    def _read(self) -> bool:
        """Read the child's messages; True if it has closed the pipe."""
        ended = False
        try:
            while block := os.read(self._pipe, 1 << 16):
                self._buffer += block
            ended = True
        except BlockingIOError:
            pass
        start = 0
        while len(self._buffer) - start >= _HEAD.size:
            (size,) = _HEAD.unpack_from(self._buffer, start)
            if len(self._buffer) - start - _HEAD.size < size:
                break
            start += _HEAD.size
            self._take(*marshal.loads(self._buffer[start : start + size]))  # noqa: S302 - our own child's
            start += size
        del self._buffer[:start]
        return ended

    def _take(self, kind: str, *content: Any) -> None:
        if kind == "limits":
            self._limits = Limits(seconds=content[0], memory_mb=content[1])
        elif kind == "unit":
            self.unit, self._file, self._stage, self.kind = content
            self._record = self._made = None
            self._bounded = True
            self._begin()
        elif kind == "at":
            if self.kind != "run":  # what is still read of its list meanwhile
                self._stage = content[0]
                self._file = content[1] or self._file
        elif kind == "beat":
            self._record = (content[0] or self._record) if self.kind != "run" else None
            self._begin()
        elif kind == "made":
            self._made = content[0], content[1]
        elif kind == "free":
            self._timed, self._bounded = False, not content[0]
        elif kind == "kept":
            self.history.kept[content[0]] = content[1]
        elif kind == "temporary":
            (self.temporaries.add if content[1] else self.temporaries.discard)(content[0])
        elif kind == "once":
            self.once = True
        elif kind == "ending":
            self._heard = None
        elif kind == "memory":
            self._verdict = "memory"
        elif kind == "over":
            self._over = content[0]

    def _begin(self) -> None:
        self._begun = time.monotonic()
        self._timed = True


def _leave(fault: Diagnostic, as_json: bool) -> NoReturn:
    """Report the fault and exit: the parent does this itself where no other child can go on."""
    from letterpress.cli import output

    code = output.fault(LetterpressError(fault), as_json)
    sys.stdout.flush()
    os._exit(code)
