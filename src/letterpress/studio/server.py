"""Runs a studio: a port on the loopback, an address with a token, and an end within seconds of a signal.

Not here: what is answered (app.py), who may ask (guard.py), how an address is listened on (interactive/listening.py).
"""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path

from letterpress.errors import LetterpressError
from letterpress.interactive import listening
from letterpress.interactive.listening import LOOPBACK, Listening
from letterpress.processes.limits import Limits

_GRACE = 3
"""Seconds that open answers have to come to an end."""
_PEOPLE = 64
"""Connections at once: one page has six."""


class Server:
    """A studio that is served."""

    def __init__(self, root: Path, *, port: int = 0, limits: Limits | None = None) -> None:
        """Take a port.

        :param port: 0: any that is free.
        :param root: the project's folder; the working folder has to be the same, since lists are named from there.
        :raises LetterpressError: what the studio needs is not installed, or the port is taken.
        """
        check_installed()
        from letterpress.studio.guard import Access
        from letterpress.studio.session import Studio

        self.listening = Listening(LOOPBACK, port)
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
