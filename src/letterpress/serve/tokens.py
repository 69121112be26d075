"""Says whose a bearer token is, and what it may do.

Tokens come from a file or from the environment, a line for each:

    # name   scopes        token, or sha256: and its hash
    shop     render        Qm1vZ2Vu…
    office   render,sign   sha256:5e884898da28…

Only hashes stay in memory. A token that is given is compared with each of them, in a time that says nothing of which.

Not here: how often a token may ask (rates.py).
Sources: RFC 6750 (bearer tokens), RFC 7235 (`Authorization`).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from letterpress.errors import Diagnostic, LetterpressError, UnreadableInput

SCOPES = ("render", "sign", "admin")
"""What a token may do: make and check letters, sign, look at the numbers and end others' jobs."""
ENVIRONMENT = "LETTERPRESS_TOKENS"
"""The environment variable that holds tokens as the file does."""
_LEAST = 16
"""Characters of a token: 16 of 64 are 96 bits."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]+")
_HASH = re.compile(r"sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """Who asks."""

    name: str
    scopes: frozenset[str]
    sha256: bytes
    """Of the token."""

    def may(self, scope: str) -> bool:
        """Whether it has a scope; `admin` has all."""
        return scope in self.scopes or "admin" in self.scopes


class Tokens:
    """All tokens that are good."""

    def __init__(self, known: Iterable[Token]) -> None:
        self._known = tuple(known)

    @property
    def names(self) -> tuple[str, ...]:
        """Whose tokens there are."""
        return tuple(one.name for one in self._known)

    def of(self, authorization: str | None) -> Token | None:
        """Find whose the token in an `Authorization` header is; None: nobody's."""
        scheme, _, given = (authorization or "").partition(" ")
        return self.known(given.strip()) if scheme.lower() == "bearer" else None

    def known(self, given: str) -> Token | None:
        """Find whose a token is; takes as long whoever's it is."""
        sha256 = hashlib.sha256(given.encode("utf-8", "surrogatepass")).digest()
        found = None
        for one in self._known:
            if hmac.compare_digest(one.sha256, sha256):
                found = one
        return found


def made() -> tuple[str, Tokens]:
    """Make a token for everything; gives it and what knows it."""
    token = secrets.token_urlsafe(32)
    sha256 = hashlib.sha256(token.encode()).digest()
    return token, Tokens([Token(name="start", scopes=frozenset(SCOPES), sha256=sha256)])


def read(path: Path) -> Tokens:
    """Read a file of tokens.

    :raises LetterpressError: it cannot be read, or a line is none.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}"
        raise UnreadableInput(message, file=str(path), code="file-unreadable") from error
    return parsed(text, str(path))


def parsed(text: str, shown: str) -> Tokens:
    """Read lines of tokens.

    :param shown: what messages call the source.
    :raises LetterpressError: with every line that is none; no message holds a token.
    """
    known: list[Token] = []
    faults: list[Diagnostic] = []
    lines = enumerate(text.splitlines(), start=1)
    parts = ((number, part.split()) for number, line in lines for part in line.partition("#")[0].split(";"))
    for number, words in parts:
        if words:
            try:
                known.append(_token(words, {one.name for one in known}))
            except ValueError as error:
                hint = "write 'NAME SCOPES TOKEN', with scopes such as render,sign"
                faults.append(
                    Diagnostic(message=str(error), file=shown, line=number, hint=hint, code="tokens-unreadable")
                )
    if not known and not faults:
        hint = "write 'NAME SCOPES TOKEN' on a line, with scopes such as render,sign"
        faults.append(Diagnostic(message="holds no token", file=shown, hint=hint, code="tokens-unreadable"))
    if faults:
        raise LetterpressError(faults)
    return Tokens(known)


def _token(words: list[str], names: set[str]) -> Token:
    """:raises ValueError: it is none."""
    if len(words) != 3:
        raise ValueError(f"has {len(words)} words and not three")
    name, said, token = words
    scopes = frozenset(filter(None, said.split(",")))
    if not _NAME.fullmatch(name) or name in names:
        raise ValueError("its name is none, or there is another of that name")
    if not scopes or not scopes <= set(SCOPES):
        raise ValueError(f"its scopes are not of {', '.join(SCOPES)}")
    if match := _HASH.fullmatch(token):
        return Token(name=name, scopes=scopes, sha256=bytes.fromhex(match[1]))
    if len(token) < _LEAST or not _TOKEN.fullmatch(token):
        raise ValueError(
            f"its token is shorter than {_LEAST} characters, or has others than letters, digits and ._~+/=-"
        )
    return Token(name=name, scopes=scopes, sha256=hashlib.sha256(token.encode()).digest())
