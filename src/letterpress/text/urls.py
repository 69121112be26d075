"""Hides passwords and tokens of URLs in what is shown, and takes them out of URLs before a library sees them.

Not here: which URLs are allowed where (content/markdown.py, files/allowed.py). Source: RFC 3986, 3.2.1.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

_START = r"^(?P<scheme>(?:[a-z][a-z0-9+.-]*:)?//)(?P<user>[^:@/?#]*)"
_USER = re.compile(_START + r"(?::(?P<password>[^/?#]*))?@", re.IGNORECASE)
_TYPED = re.compile(_START + r":(?!\d+[/?#])(?P<password>.*)@", re.IGNORECASE)
"""The same with a password that holds `/`, unescaped: no URL any more, and to be hidden all the same."""

_SECRETS = (
    r"(?:ssl)?pass(?:word|wd|file)?|pwd|(?:api|access)?[-_]?(?:key|token)|(?:client[-_]?)?secret|sig(?:nature)?|auth"
)
_QUERY = re.compile(rf"(?P<before>[?&])(?:{_SECRETS})=[^&#]*&?", re.IGNORECASE)


def without_password(url: str) -> str:
    """Write a URL as it may be shown and kept: its password taken out, wherever it stands."""
    url = (_USER if _USER.match(url) else _TYPED).sub(r"\g<scheme>\g<user>@", url)
    return _QUERY.sub(r"\g<before>", url).rstrip("?&")


def is_web_address(url: str) -> bool:
    """Say whether it is a whole URL of HTTP."""
    try:
        parts = urlsplit(url)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # what stands there for a port is no number
        return False


def credentials(url: str) -> tuple[str, tuple[str, str] | None]:
    """Part a URL into one without user and password, and these two, as a library for HTTP takes them.

    Given apart, they stand in no message that the library makes of the URL.
    """
    match = _USER.match(url)
    if match is None:
        return url, None
    return match["scheme"] + url[match.end() :], (unquote(match["user"]), unquote(match["password"] or ""))


def hidden(text: str, url: str) -> str:
    """Take what must not be shown out of a library's words about `url`."""
    for whole in (url, credentials(url)[0]):
        text = text.replace(whole, without_password(whole))
    secrets = [match[0].split("=", 1)[1].rstrip("&") for match in _QUERY.finditer(url)]
    if (match := _USER.match(url) or _TYPED.match(url)) and match["password"]:
        secrets.extend((match["password"], unquote(match["password"])))
    for secret in sorted(filter(None, secrets), key=len, reverse=True):  # one may be a part of another
        text = text.replace(secret, "...")
    return text
