"""Runs the service on an address, and ends it within seconds of a signal with every request answered that was taken.

Not here: the application (app.py), how an address is listened on (interactive/listening.py).
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from letterpress.errors import LetterpressError, UsageError
from letterpress.interactive import listening
from letterpress.interactive.listening import LOOPBACK, Listening
from letterpress.processes.limits import Limits

if TYPE_CHECKING:
    from letterpress.serve.logs import Log
    from letterpress.serve.tokens import Tokens

PORT = 8470
"""Where it is answered, unless another port is named."""
_GRACE = 7
"""Seconds that open answers have to come to an end: those that wait for a worker have a second less (service.py)."""
_NEEDED = {
    "fastapi": "fastapi",
    "uvicorn": "uvicorn",
    "python_multipart": "python-multipart",
    "prometheus_client": "prometheus-client",
}


class Server:
    """A service that is served."""

    def __init__(
        self,
        root: Path,
        *,
        host: str = LOOPBACK,
        port: int = 0,
        tokens: Tokens | None = None,
        config: Path | None = None,
        allow_text: bool = False,
        limits: Limits | None = None,
        log: Log | None = None,
    ) -> None:
        """Take a port, and start the workers.

        :param port: 0: any that is free.
        :param tokens: who may ask; None: one is made, see `token`.
        :param config: the file of settings; None: `serve.toml` in the project, if it is there.
        :raises LetterpressError: what the service needs is not installed, a file has faults, or the port is taken.
        """
        check_installed()
        from letterpress.serve import app, config as configs, logs, service, tokens as tokens_  # noqa: I001

        settings = configs.read(root, config, allow_text=allow_text, limits=limits)
        self.token: str | None = None
        """The one that was made for this start."""
        if tokens is None:
            self.token, tokens = tokens_.made()
        self.listening = Listening(host, port)
        self.port = self.listening.port
        try:
            self.service = service.started(root, settings, tokens, log or logs.Log())
        except BaseException:
            self.listening.socket.close()
            raise
        self.application = app.application(self.service)

    @property
    def origin(self) -> str:
        """Where it is: `http://127.0.0.1:8470`."""
        return self.listening.origin

    def serve(self, started: Callable[[], None] = lambda: None) -> None:
        """Answer until `stop` is called.

        :param started: called once it answers.
        """
        most, write = self.service.config.file.limits.connections, self.service.log.write
        events = {"started": started, "ending": lambda: write("service", state="stopping")}
        try:
            self.listening.serve(self.application, most=most, grace=_GRACE, **events)
        finally:
            self.service.close()
            write("service", state="stopped")

    def stop(self) -> None:
        """Take no more requests, and answer those that were taken; may be called by a signal's handler."""
        self.service.stop()
        self.listening.stop()

    @contextlib.contextmanager
    def served(self) -> Iterator[Server]:
        """Serve in a thread of its own as long as the block goes on."""
        with listening.in_thread(self.serve, self.stop, name="letterpress-serve"):
            yield self


def check_installed() -> None:
    """Find out whether what the service needs is there, without loading it.

    :raises LetterpressError: it is not.
    """
    missing = [package for module, package in _NEEDED.items() if importlib.util.find_spec(module) is None]
    if missing:
        raise LetterpressError(
            f"the service needs {' and '.join(missing)}, and letterpress was installed without",
            hint="pip install 'letterpress[serve]'",
            code="serve-missing",
            params=(("missing", tuple(missing)),),
        )


@contextlib.contextmanager
def store_held(root: Path, config: Path | None, *, allow_text: bool) -> Iterator[None]:
    """Keep the folder of jobs for this process: two services would begin and delete each other's jobs.

    :raises UsageError: another service has it.
    """
    from letterpress.serve import config as configs

    held = _taken(configs.read(root, config, allow_text=allow_text, limits=None).store)
    try:
        yield
    finally:
        if held is not None:
            os.close(held)


def _taken(store: Path) -> int | None:
    """Lock a folder of jobs; None where it cannot be written: a job that is begun says so."""
    from letterpress.files import lock

    try:
        store.mkdir(mode=0o700, parents=True, exist_ok=True)
        return lock.acquire(store / "lock", store)
    except UsageError as error:
        (fault,) = error.diagnostics
        if fault.code != "folder-busy":
            raise
        process = dict(fault.params)["process"]
        message = f"another service keeps its jobs in this folder (process {process or 'unknown'})"
        hint = 'stop it, or name another folder in a file of settings: store = "...", and --config FILE'
        raise UsageError(message, file=str(store), hint=hint, code="folder-busy", params=fault.params) from None
    except OSError:
        return None
