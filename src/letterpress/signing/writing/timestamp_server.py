"""Asks a timestamp server, and says what it did wrong.

Not here: what becomes of a timestamp (`cms`, `pades`).
Source: RFC 3161 (timestamps over HTTP), RFC 7617 (Basic authentication).
"""

from __future__ import annotations

import base64

from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError

from letterpress.errors import Diagnostic
from letterpress.signing.run_async import wait_for
from letterpress.text import urls

_SLACK = 1024
"""Bytes by which a timestamp may turn out longer than the first one of the same server."""


class TimestampServer:
    """A timestamp server, asked over HTTP (RFC 3161)."""

    def __init__(self, url: str, timeout: float) -> None:
        self.url = url
        self.timeout = timeout
        address, user = urls.credentials(url)
        self.client = HTTPTimeStamper(address, timeout=timeout, headers=_authorization(user))

    def fault(self, digest: str) -> Diagnostic | None:
        """Ask for one timestamp, which also tells how long they are.

        :param digest: that timestamps are to be made with.
        :returns: what is wrong, if it fails.
        """
        try:
            wait_for(self.client.async_dummy_response(digest))
        except Exception as error:  # an answer that is no timestamp fails wherever its parser stops
            return self.diagnose(error)
        return None

    def diagnose(self, error: BaseException) -> Diagnostic:
        """Say for people what the server did wrong."""
        cause = error.__cause__ if isinstance(error, TimestampRequestError) and error.__cause__ else error
        if isinstance(cause, TimeoutError):
            problem = f"did not answer within {self.timeout:g} s"
        elif isinstance(error, TimestampRequestError):
            problem = f"failed: {urls.hidden(str(cause), self.url)}"
        else:
            problem = f"gave an answer that is no timestamp ({type(error).__name__})"
        return Diagnostic(
            message=f"the timestamp server {urls.without_password(self.url)} {problem}",
            hint="nothing was signed; try again later, name another --tsa, or allow B-B by --tsa-optional",
            code="timestamp-server-failed",
            value=urls.without_password(self.url),
            params=(("cause", problem),),
        )

    def size(self, digest: str) -> int:
        """Return the bytes to keep for a timestamp with `digest`, for which `fault` has been asked before."""
        return len(self.client._dummy_response_cache[digest].dump()) + _SLACK


def _authorization(user: tuple[str, str] | None) -> dict[str, str]:
    """Make the header that tells a server who asks."""
    if user is None:
        return {}
    return {"Authorization": "Basic " + base64.b64encode(":".join(user).encode()).decode()}
