"""Serves an application on an address: a socket, uvicorn on it, and an end within seconds of being told.

At the end no connection that was taken is closed without a word: who has asked is answered, who is about to ask has a
moment to, and every answer says that it is the connection's last (`Connection: close`).

The one module that knows uvicorn. Not here: which application it is (the studio's, the service's), and who may ask.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

from letterpress.errors import LetterpressError, UsageError

LOOPBACK = "127.0.0.1"
_BACKLOG = 256
LAST_CALL = 0.3
"""Seconds that a connection without a request is kept open at the end: one may be under way to us."""
_CLOSE = (b"connection", b"close")
_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
IDLE_SECONDS = 75
"""Seconds that a connection is kept open between two requests: longer than the pools of usual clients keep theirs, so
that none sends a request into a connection that is being closed."""
HEADER_SECONDS = 10.0
"""Seconds that the head of a request may take to arrive, and a connection may be open before its first one."""


class Listening:
    """An address that is answered on."""

    def __init__(self, host: str, port: int) -> None:
        """Take a port.

        :param port: 0: any that is free.
        :raises UsageError: the port or the address cannot be used.
        """
        self.socket = _bound(host, port)
        self.host = host
        self.port: int = self.socket.getsockname()[1]
        self._server: Any = None
        self._stopped = False

    @property
    def origin(self) -> str:
        """Where it is: `http://127.0.0.1:8000`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def serve(
        self,
        application: Any,
        *,
        most: int,
        grace: int,
        started: Callable[[], None] = lambda: None,
        ending: Callable[[], None] = lambda: None,
    ) -> None:
        """Answer until `stop` is called.

        :param most: connections at once; who comes after that is refused with 503.
        :param grace: seconds that open answers have to come to an end.
        :param started: called once it answers.
        :param ending: called once it begins to end.
        """
        import uvicorn

        config = uvicorn.Config(
            application,
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            lifespan="off",
            ws="none",
            http=_protocol(),
            loop="asyncio",
            limit_concurrency=most,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=grace,
            h11_max_incomplete_event_size=64_000,
            proxy_headers=False,
        )
        self._server = _server(uvicorn, config, started, ending)
        self._server.should_exit = self._stopped
        try:
            self._server.run(sockets=[self.socket])
        finally:
            self.socket.close()

    def stop(self) -> None:
        """Answer no more; may be called by a signal's handler."""
        self._stopped = True
        if self._server is not None:
            self._server.should_exit = True


@contextlib.contextmanager
def in_thread(serve: Callable[[Callable[[], None]], None], stop: Callable[[], None], *, name: str) -> Iterator[None]:
    """Serve in a thread of its own as long as the block goes on.

    :param serve: answers until `stop` is called; calls what it is given once it answers.
    :param name: of the thread.
    :raises LetterpressError: it does not start.
    """
    ready = threading.Event()
    thread = threading.Thread(target=serve, args=(ready.set,), name=name, daemon=True)
    thread.start()
    try:
        if not ready.wait(60):
            raise LetterpressError("the server does not start", code="server-unstarted")
        yield
    finally:
        stop()
        thread.join()


def _server(uvicorn: Any, config: Any, started: Callable[[], None], ending: Callable[[], None]) -> Any:
    class Own(uvicorn.Server):  # type: ignore[misc]
        """A server whose signals are the command's to hear."""

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            started()

        async def shutdown(self, sockets: Any = None) -> None:
            state = self.server_state
            state.default_headers = [*state.default_headers, _CLOSE]
            ending()
            for one in sockets or ():
                await self.take_rest(one)
            await super().shutdown(sockets)

        async def take_rest(self, listening: socket.socket) -> None:
            """Take the connections that wait at the socket: to close it would close them without a word."""

            def made() -> Any:
                state = self.lifespan.state
                return self.config.http_protocol_class(config=config, server_state=self.server_state, app_state=state)

            with contextlib.suppress(BlockingIOError):
                for _ in range(_BACKLOG):
                    connection, _address = listening.accept()
                    connection.setblocking(False)
                    await asyncio.get_running_loop().connect_accepted_socket(made, connection)

    return Own(config)


def _protocol() -> Any:
    """uvicorn's protocol, which waits for the head of a connection's first request for ever, with an end to that."""
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class Own(H11Protocol):
        """Closes a connection whose request does not begin, or begins and does not come on."""

        head: Any = None
        """The timer of a head that has to arrive."""

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self.head = self.loop.call_later(HEADER_SECONDS, self.look)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if not self.is_waiting():
                self.head = self.head and self.head.cancel()
            elif self.head is None:
                self.head = self.loop.call_later(HEADER_SECONDS, self.look)

        def connection_lost(self, exc: Exception | None) -> None:
            self.head = self.head and self.head.cancel()
            super().connection_lost(exc)

        def is_waiting(self) -> bool:
            begun = bool(self.conn.trailing_data[0])
            return self.cycle is None or (begun and self.cycle.response_complete)

        def look(self) -> None:
            self.head = None
            if self.is_waiting() and not self.transport.is_closing():
                self.transport.abort()

        def shutdown(self) -> None:
            if self.cycle is None or self.cycle.response_complete:
                self.loop.call_later(LAST_CALL, self.close)
            else:
                self.answer_last()

        def answer_last(self) -> None:
            """Close it after the answer that is under way, which says so if it has not begun."""
            self.cycle.default_headers = self.server_state.default_headers
            super().shutdown()

        def close(self) -> None:
            """Close it, unless a request has come meanwhile; half a request is told that there is no time for it."""
            if self.transport.is_closing():
                return
            if self.cycle is not None and not self.cycle.response_complete:
                self.answer_last()
                return
            if self.conn.trailing_data[0]:
                self.transport.write(_BUSY)
            self.transport.close()

    return Own


def _bound(host: str, port: int) -> socket.socket:
    # With the protocol named, asyncio sends each line at once (TCP_NODELAY); without, a line waits 40 ms for an answer.
    found: socket.socket | None = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE
        )[0]
        found = socket.socket(family, kind, protocol)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        if found is not None:
            found.close()
        said = getattr(error, "strerror", None) or error
        if isinstance(error, socket.gaierror):
            about: dict[str, Any] = {"field": "--host", "code": "address-unusable", "value": host}
            raise UsageError(
                f"the address {host} cannot be used: {said}", hint="127.0.0.1 is usual", **about
            ) from error
        hint = "name another port, or none: any that is free is taken then"
        message = f"port {port} cannot be used: {said}"
        raise UsageError(message, field="--port", hint=hint, code="port-taken", value=port) from error
    return found
