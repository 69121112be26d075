"""Finds the way from a certificate up to its issuers, and says what on it speaks against trust.

It explains what pyHanko's validation has refused, and keeps from it what cannot help: it decides nothing by itself.

Not here: the validation of a path (`trust`).
Source: RFC 5280, 6.1.
"""

from __future__ import annotations

import datetime
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography import x509

from letterpress.signing.certificates import algorithms, contents
from letterpress.signing.reasons import Reason

MOST_CHECKS = 200
"""Signatures of certificates that are checked for one way up: a file may hold thousands of one name."""

_KNOWN_EXTENSIONS = frozenset(
    {
        *("2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.30", "2.5.29.31", "2.5.29.32", "2.5.29.33"),
        *("2.5.29.35", "2.5.29.36", "2.5.29.37", "2.5.29.46", "2.5.29.54", "1.3.6.1.5.5.7.1.1", "1.3.6.1.5.5.7.1.3"),
        *("1.3.6.1.5.5.7.1.6", "1.3.6.1.5.5.7.48.1.5"),
    }
)
"""What pyHanko's validation understands (pyhanko_certvalidator.validate.SUPPORTED_EXTENSIONS); a test compares."""


class Pool:
    """Certificates by the name of their owner."""

    def __init__(self, ders: Iterable[bytes]) -> None:
        self.ders = tuple(dict.fromkeys(ders))
        self.by_name: dict[Any, list[bytes]] = {}
        for der in self.ders:
            try:
                name = _folded(contents.parse(der).subject)
            except ValueError:
                continue  # what cannot be read vouches for nobody
            self.by_name.setdefault(name, []).append(der)

    def named(self, name: x509.Name) -> Sequence[bytes]:
        """Return the certificates whose owner has this name."""
        return self.by_name.get(_folded(name), ())


def _folded(name: x509.Name) -> tuple[tuple[str, str], ...]:
    """Return a name as RFC 5280, 7.1, compares it: whatever the encoding, upper and lower case, and blanks."""
    return tuple(
        (part.oid.dotted_string, " ".join(part.value.split()).casefold() if isinstance(part.value, str) else "")
        for part in name
    )


@dataclass(frozen=True, slots=True)
class Climb:
    """What lies above a certificate."""

    way: tuple[bytes, ...]
    """From the certificate upwards, each signed by the next: the shortest to an anchor, else the longest there is."""
    trusted: bool
    """Whether the way ends with an anchor."""
    reached: tuple[bytes, ...]
    """All certificates on any way up, without the first: nothing else can help."""


def climb(own: bytes, anchors: Pool, *helpers: Pool) -> Climb:
    """Search the ways up from `own`, breadth first, with no more than MOST_CHECKS checks of signatures.

    :param anchors: certificates that are trusted; where several issuers fit, they come first.
    :param helpers: further certificates, those that lie nearest first.
    """
    longest: tuple[bytes, ...] = (own,)
    trusted: tuple[bytes, ...] | None = (own,) if own in anchors.ders else None
    waiting, seen, checks = deque([longest]), {own: None}, 0
    while waiting:
        way = waiting.popleft()
        longest = max(longest, way, key=len)
        child = contents.parse(way[-1])
        for der in dict.fromkeys(der for pool in (anchors, *helpers) for der in pool.named(child.issuer)):
            checks += der not in seen
            if checks > MOST_CHECKS:
                return Climb(trusted or longest, trusted is not None, tuple(seen)[1:])
            if der in seen or not contents.signed_by(child, contents.parse(der)):
                continue
            seen[der] = None
            if der in anchors.ders:
                trusted = trusted or (*way, der)
            waiting.append((*way, der))
    return Climb(trusted or longest, trusted is not None, tuple(seen)[1:])


def faults(way: Sequence[bytes], moment: datetime.datetime, *, trusted: bool = True) -> tuple[Reason, ...]:
    """Say what speaks against a way up, at `moment`.

    :param trusted: whether its last certificate is an anchor, which is taken as it is.
    """
    reasons: list[Reason] = []
    for height, der in enumerate(way):
        last = trusted and height == len(way) - 1
        reasons.extend(algorithms.of_certificate(der, anchor=last))
        reasons.extend(_unknown_extensions(der))
        if not last or height == 0:
            reasons.extend(_out_of_date(der, moment))
        if height and not last:
            reasons.extend(_no_authority(der, height - 1))
    return tuple(dict.fromkeys(reasons))


def _unknown_extensions(der: bytes) -> list[Reason]:
    name = contents.name_of(der)
    try:
        extensions = list(contents.parse(der).extensions)
    except (ValueError, x509.DuplicateExtension) as error:
        text = f"the certificate of {name} has extensions that cannot be read ({type(error).__name__})"
        return [Reason(code="certificate-extensions-unreadable", text=text, params=(("certificate", name),))]
    return [
        Reason(
            code="certificate-extension-unknown",
            text=f"the certificate of {name} has a critical extension that is not known here: "
            f"{extension.oid.dotted_string}",
            params=(("certificate", name), ("extension", extension.oid.dotted_string)),
        )
        for extension in extensions
        if extension.critical and extension.oid.dotted_string not in _KNOWN_EXTENSIONS
    ]


def _out_of_date(der: bytes, moment: datetime.datetime) -> list[Reason]:
    certificate, name = contents.parse(der), contents.name_of(der)
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if moment > ends:
        text = (
            f"the certificate of {name} expired on {contents.minute(ends)}, and no trusted timestamp proves that it "
            "was signed before"
        )
        params = (("certificate", name), ("until", ends.isoformat()))
        return [Reason(code="certificate-expired", text=text, params=params)]
    if moment < begins:
        text = f"the certificate of {name} is not valid before {contents.minute(begins)}"
        params = (("certificate", name), ("from", begins.isoformat()))
        return [Reason(code="certificate-not-yet-valid", text=text, params=params)]
    return []


def _no_authority(der: bytes, below: int) -> list[Reason]:
    """Say why a certificate may not issue others.

    :param below: how many issuers stand between it and the signer.
    """
    name = contents.name_of(der)
    problem = _limit_of_issuing(der, below)
    if problem is None:
        return []
    text = f"the certificate of {name} {problem}"
    return [Reason(code="certificate-may-not-issue", text=text, params=(("certificate", name),))]


def _limit_of_issuing(der: bytes, below: int) -> str | None:
    try:
        extensions = contents.parse(der).extensions
        try:
            basic = extensions.get_extension_for_class(x509.BasicConstraints).value
        except x509.ExtensionNotFound:
            return "does not say that it may issue others"
        if not basic.ca:
            return "may not issue others"
        if basic.path_length is not None and basic.path_length < below:
            return "may issue only certificates of people, not of further issuers"
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
        return None if usage.key_cert_sign else "may not issue others (its key usage)"
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return None  # without a key usage it may; what cannot be read is said by _unknown_extensions
