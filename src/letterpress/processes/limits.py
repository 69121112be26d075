"""Says how much time and memory one letter or file may take, and holds a process to it.

Not here: who watches a process and ends it: cli/child_process.py for a command, batch/supervisor.py for a run,
kept_worker.py for the Python API. What a process is at when it is ended is told through stages.py.
Sources: getrlimit(2), proc_pid_statm(5), prctl(2).
"""

from __future__ import annotations

import contextlib
import math
import os
import signal
import sys
import time
from dataclasses import dataclass, replace

from letterpress.errors import Diagnostic, UsageError

SECONDS = 60.0
MEMORY_MB = 1500
LEAST_MEMORY_MB = 200
"""What letterpress itself needs with all its libraries, and a little more."""

_ADDRESS_SPACE = 2_000_000_000
"""Bytes of address space above the memory that may be used: libraries, stacks and what allocators reserve. A letter
takes 0.2 GB, one with DuckDB 0.9 GB, of which they use a tenth."""
_DATA = 1.5
"""Private memory that may be asked for, as a multiple of what may be used: an allocator holds more than is in use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one letter or file may use.

    :raises UsageError: a limit is no number, or too small for anything.
    """

    seconds: float = SECONDS
    """By the clock on the wall."""
    memory_mb: int = MEMORY_MB
    """Megabytes (10**6 bytes) that the process has in use while it works on it."""

    def __post_init__(self) -> None:
        seconds, memory = self.seconds, self.memory_mb
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not math.isfinite(seconds):
            raise _refused(f"{seconds!r} is not a number of seconds", "seconds", "60 is usual", seconds)
        if isinstance(memory, bool) or not isinstance(memory, int):
            raise _refused(f"{memory!r} is not a whole number of megabytes", "memory_mb", "1500 is usual", memory)
        if not seconds > 0:
            raise _refused(f"a limit of {seconds:g} s leaves no time", "seconds", "60 is usual", seconds)
        if memory < LEAST_MEMORY_MB:
            message = f"a limit of {memory} MB leaves no room for letterpress itself"
            raise _refused(message, "memory_mb", f"at least {LEAST_MEMORY_MB}; 1500 is usual", memory)

    @property
    def memory(self) -> int:
        """`memory_mb` in bytes."""
        return self.memory_mb * 1_000_000


def _refused(message: str, field: str, hint: str, value: object) -> UsageError:
    written = value if isinstance(value, str | int | float) else repr(value)
    return UsageError(message, field=field, hint=hint, code="limit-invalid", value=written)


# --- what a process does to itself ------------------------------------------------------------------------------------


def bound_memory(limits: Limits) -> None:
    """Let the system refuse this process memory far above its limit.

    Whoever watches ends it at the limit; this holds what grows between two looks, or asks for all at once. On macOS the
    system takes these bounds and does not keep them.
    """
    _set("RLIMIT_CORE", 0)
    _set("RLIMIT_DATA", int(limits.memory * _DATA))
    _set("RLIMIT_AS", limits.memory + _ADDRESS_SPACE + sum(_reserved))


def reserve(size: int) -> bool:
    """Let this process reserve `size` bytes of address space more than its bound, for a library that uses little of it.

    :returns: whether the system allows it; the library ends the process if it is loaded all the same.
    """
    if sys.platform == "win32":
        return True
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    unbound = resource.RLIM_INFINITY
    if soft == unbound:
        _reserved.append(size)
        return True
    if hard != unbound and soft + size > hard:
        return False
    resource.setrlimit(resource.RLIMIT_AS, (soft + size, hard))
    _reserved.append(size)
    return True


_reserved: list[int] = []
"""Bytes that libraries of this process have reserved, for as long as it lives."""


def bound_time(seconds: float) -> None:
    """Let the system end this process once it has computed for so many seconds more.

    The net below the watching process, which ends it by the clock: this holds as well when that one is gone.
    """
    used = time.process_time()
    _set("RLIMIT_CPU", int(used + seconds) + 2)


def unbound() -> None:
    """Take the bounds of this process away again."""
    for name in ("RLIMIT_DATA", "RLIMIT_AS", "RLIMIT_CPU"):
        _set(name, None)


def unbound_time() -> None:
    """Take the bound of time away again."""
    _set("RLIMIT_CPU", None)


def _set(name: str, wanted: int | None) -> None:
    """Set the soft limit as far as the hard one allows, so that it can be raised again."""
    with contextlib.suppress(ImportError, AttributeError, ValueError, OSError):
        import resource

        which = getattr(resource, name)
        hard = resource.getrlimit(which)[1]
        soft = hard if wanted is None else wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(which, (soft, hard))


def die_with(parent: int) -> None:
    """Ask Linux to end this process with the thread that started it; elsewhere a closed pipe does, a moment later.

    :param parent: process number of whoever started it: if that has ended already, nothing would tell us any more.
    """
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        os._exit(0)


def memory_of(pid: int) -> int:
    """Ask how many bytes of memory a process has in use; 0 where the system does not say."""
    with contextlib.suppress(OSError, ValueError, IndexError), open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


# --- faults -----------------------------------------------------------------------------------------------------------

_LOOK = {
    "data": "look whether it is the file that is meant",
    "choosing": "make the SQL simpler",
    "file": "look whether it is the file that is meant",
    "letter": "look for a huge table, image or gradient",
    "run": "it keeps a note of each letter",
}
_AGAIN = "run the same command again: it makes what is missing, and nothing twice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Where work was when it was ended."""

    file: str | None = None
    record: str | None = None
    stage: str = ""
    """What was being done, such as `laying out the letter`."""
    kind: str = "letter"
    """`letter`, `file`, `data` or `choosing`: what may be to blame; `run`: others do the work, and nothing here is."""
    made: tuple[int, int | None] | None = None
    """Of a run: how many letters are made, of how many, if that is known."""

    def fault(self, message: str, hint: str, code: str, params: tuple[tuple[str, float | str], ...] = ()) -> Diagnostic:
        """Make the fault of what was at work here: `message` with the stage, and that it was given up.

        :param params: what the message names, besides the stage.
        """
        stage = f" while {self.stage}," if self.stage else ""
        if self.kind == "run":
            made, of = self.made or (0, None)
            missing = f" of {of}; {of - made} are missing" if of is not None else ""
            told = f"; {made}{missing}" if self.made is not None else ""
            message = f"{message} while {self.stage}, and the run stopped early{told}"
            return Diagnostic(message=message, file=self.file, hint=f"{_AGAIN}; {hint}", code=code, params=params)
        return Diagnostic(
            message=f"{message}{stage} and was given up",
            file=self.file,
            record=self.record,
            hint=hint,
            code=code,
            params=(*params, *((("stage", self.stage),) if self.stage else ())),
        )


def too_slow(seconds: float, point: Point, *, tries: int = 1) -> Diagnostic:
    """Make the fault of what took longer than it may.

    :param seconds: the limit.
    :param tries: how often it was tried.
    """
    again = f", {tries} times" if tries > 1 else ""
    hint = f"{_LOOK[point.kind]}; or raise --time-limit"
    return point.fault(f"took more than {seconds:g} s{again}", hint, code="limit-time", params=(("limit_s", seconds),))


def too_much_memory(memory: int, point: Point) -> Diagnostic:
    """Make the fault of what needed more memory than `memory` bytes."""
    megabytes = memory // 1_000_000
    message, hint = f"needed more than {megabytes} MB of memory", f"{_LOOK[point.kind]}; or raise --memory-limit"
    return point.fault(message, hint, code="limit-memory", params=(("limit_mb", megabytes),))


def broken(code: int, memory: int, point: Point, *, tries: int = 1, said: str = "") -> Diagnostic:
    """Make the fault of what ended its process.

    :param code: the process's exit code, as `subprocess` has it.
    :param memory: the limit, in bytes.
    :param said: the process's last words.
    """
    how = signal.Signals(-code).name if code < 0 and -code in set(signal.Signals) else f"exit code {code}"
    times = f" {tries} times" if tries > 1 else ""
    hint = "look at it alone with -v to see more" if point.kind != "run" else "the system's log says who ended it"
    if point.kind == "letter":
        hint += ", and at its images and characters"
    if how in ("SIGABRT", "SIGTRAP", "SIGKILL"):  # GLib and C++ abort where memory is refused; Linux kills
        hint = f"it may have wanted more than the {memory // 1_000_000} MB of --memory-limit; {hint}"
    what = "the process of the command was ended" if point.kind == "run" else f"ended its process{times}"
    fault = point.fault(f"{what} ({how})", hint, code="process-ended", params=(("end", how),))
    return replace(fault, message=f"{fault.message}: {said}") if said else fault
