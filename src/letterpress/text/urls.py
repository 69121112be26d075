"""URLs that hold a password: how they are shown, and what is taken out of them before a library sees them.

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
    """A URL as it may be shown and kept: its password taken out, wherever it stands."""
    url = (_USER if _USER.match(url) else _TYPED).sub(r"\g<scheme>\g<user>@", url)
    return _QUERY.sub(r"\g<before>", url).rstrip("?&")


def is_web_address(url: str) -> bool:
    """Whether it is a whole URL of HTTP."""
    try:
        parts = urlsplit(url)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # what stands there for a port is no number
        return False


def credentials(url: str) -> tuple[str, tuple[str, str] | None]:
    """The URL without user and password, and these two, as a library for HTTP takes them.

    Given apart, they stand in no message that the library makes of the URL.
    """
    found = _USER.match(url)
    if found is None:
        return url, None
    return found["scheme"] + url[found.end() :], (unquote(found["user"]), unquote(found["password"] or ""))


def hidden(text: str, url: str) -> str:
    """A library's words about `url`, without what must not be shown."""
    for whole in (url, credentials(url)[0]):
        text = text.replace(whole, without_password(whole))
    secrets = [match[0].split("=", 1)[1].rstrip("&") for match in _QUERY.finditer(url)]
    if (found := _USER.match(url) or _TYPED.match(url)) and found["password"]:
        secrets.extend((found["password"], unquote(found["password"])))
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "...")
    return text
