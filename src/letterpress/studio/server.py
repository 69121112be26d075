"""Runs a studio: a port on the loopback, an address with a token, and an end within seconds of a signal.

The one module that knows uvicorn. Not here: what is answered (app.py), who may ask (guard.py).
"""

from __future__ import annotations

import contextlib
import importlib.util
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from letterpress.errors import LetterpressError, UsageError
from letterpress.processes.limits import Limits

LOOPBACK = "127.0.0.1"
_BACKLOG = 64
_GRACE = 3
"""Seconds that open answers have to come to an end."""
_PEOPLE = 64
"""Connections at once: one page has six."""


class Server:
    """A studio that is served."""

    def __init__(self, root: Path, *, port: int = 0, limits: Limits | None = None) -> None:
        """Take a port.

        :param root: the project's folder; the working folder has to be the same, since lists are named from there.
        :param port: 0: any that is free.
        :raises LetterpressError: what the studio needs is not installed, or the port is taken.
        """
        check_installed()
        from letterpress.studio.guard import Access
        from letterpress.studio.session import Studio

        self.socket = _bound(port)
        self.port: int = self.socket.getsockname()[1]
        names = (LOOPBACK, "localhost")
        self.access = Access(hosts=frozenset(f"{name}:{self.port}" for name in names), port=self.port)
        self.studio = Studio(root, limits=limits)
        self._server: Any = None

    @property
    def origin(self) -> str:
        """Where it is: `http://127.0.0.1:8000`."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def address(self) -> str:
        """The address that opens it, with its token."""
        return f"{self.origin}/?token={self.access.token}"

    def serve(self, started: Callable[[], None] = lambda: None) -> None:
        """Answer until `stop` is called.

        :param started: called once it answers.
        """
        import uvicorn

        from letterpress.studio.app import application

        config = uvicorn.Config(
            application(self.studio, self.access),
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            lifespan="off",
            ws="none",
            http="h11",
            loop="asyncio",
            limit_concurrency=_PEOPLE,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=_GRACE,
            h11_max_incomplete_event_size=64_000,
        )
        self._server = _server(uvicorn, config, started)
        try:
            self._server.run(sockets=[self.socket])
        finally:
            self.socket.close()
            self.studio.close()

    def stop(self) -> None:
        """Answer no more; may be called by a signal's handler."""
        if self._server is not None:
            self._server.should_exit = True

    @contextlib.contextmanager
    def served(self) -> Iterator[Server]:
        """Serve in a thread of its own as long as the block goes on."""
        ready = threading.Event()
        thread = threading.Thread(target=self.serve, args=(ready.set,), name="letterpress-studio", daemon=True)
        thread.start()
        try:
            if not ready.wait(60):
                raise LetterpressError("the studio does not start", code="studio-unstarted")
            yield self
        finally:
            self.stop()
            thread.join()


def _server(uvicorn: Any, config: Any, started: Callable[[], None]) -> Any:
    class Own(uvicorn.Server):  # type: ignore[misc]
        """A server whose signals are the command's to hear."""

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            started()

    return Own(config)


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


def _bound(port: int) -> socket.socket:
    # With the protocol named, asyncio sends each line at once (TCP_NODELAY); without, a line waits 40 ms for an answer.
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((LOOPBACK, port))
        found.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        found.close()
        hint = "name another port, or none: any that is free is taken then"
        message = f"port {port} cannot be used: {getattr(error, 'strerror', None) or error}"
        raise UsageError(message, field="--port", hint=hint, code="port-taken", value=port) from error
    return found
