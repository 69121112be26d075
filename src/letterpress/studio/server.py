"""Runs a studio: a port on the loopback, an address with a token, and an end within seconds of a signal.

Not here: what is answered (app.py), who may ask (guard.py), how an address is listened on (interactive/listening.py).
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path

from letterpress.errors import LetterpressError, UsageError
from letterpress.interactive import listening
from letterpress.interactive.listening import LOOPBACK, Listening
from letterpress.processes.limits import Limits

_GRACE = 3
"""Seconds that open answers have to come to an end."""
_FIRST_PORT, _PORTS = 20_000, 10_000
_PEOPLE = 64
"""Connections at once: one page has six."""


class Server:
    """A studio that is served."""

    def __init__(self, root: Path, *, port: int = 0, limits: Limits | None = None) -> None:
        """Take a port.

        :param port: 0: the project's usual one, so that a page which is still open goes on after a new start; any that
            is free where another has that.
        :param root: the project's folder; the working folder has to be the same, since lists are named from there.
        :raises LetterpressError: what the studio needs is not installed, or the port is taken.
        """
        check_installed()
        from letterpress.studio.guard import Access
        from letterpress.studio.session import Studio

        self.listening = _listening(root, port)
        self.port = self.listening.port
        names = (LOOPBACK, "localhost")
        self.access = Access(hosts=frozenset(f"{name}:{self.port}" for name in names), port=self.port)
        self.studio = Studio(root, limits=limits)

    @property
    def origin(self) -> str:
        """Where it is: `http://127.0.0.1:8000`."""
        return self.listening.origin

    @property
    def address(self) -> str:
        """The address that opens it, with its token."""
        return f"{self.origin}/?token={self.access.token}"

    def serve(self, started: Callable[[], None] = lambda: None) -> None:
        """Answer until `stop` is called.

        :param started: called once it answers.
        """
        from letterpress.studio.app import application

        try:
            self.listening.serve(application(self.studio, self.access), most=_PEOPLE, grace=_GRACE, started=started)
        finally:
            self.studio.close()

    def stop(self) -> None:
        """Answer no more; may be called by a signal's handler."""
        self.listening.stop()

    @contextlib.contextmanager
    def served(self) -> Iterator[Server]:
        """Serve in a thread of its own as long as the block goes on."""
        with listening.in_thread(self.serve, self.stop, name="letterpress-studio"):
            yield self


def _listening(root: Path, port: int) -> Listening:
    """:raises UsageError: the port that is asked for is taken."""
    if port:
        return Listening(LOOPBACK, port)
    try:
        return Listening(LOOPBACK, usual_port(root))
    except UsageError:
        return Listening(LOOPBACK, 0)


def usual_port(root: Path) -> int:
    """Give the port that a project's studio takes if it is free: below those that systems hand out (RFC 6056)."""
    number = int.from_bytes(hashlib.sha256(str(root.resolve()).encode("utf-8", "surrogateescape")).digest()[:4], "big")
    return _FIRST_PORT + number % _PORTS


def check_installed() -> None:
    """Find out whether what the studio needs is there, without loading it.

    :raises LetterpressError: it is not.
    """
    missing = [name for name in ("starlette", "uvicorn") if importlib.util.find_spec(name) is None]
    if missing:
        raise LetterpressError(
            f"the studio needs {' and '.join(missing)}, and letterpress was installed without",
            hint="pip install 'letterpress[studio]'",
            code="studio-missing",
            params=(("missing", tuple(missing)),),
        )
