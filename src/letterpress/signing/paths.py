"""Why a certificate does not lead to one that is trusted: the way up, and what stands in it.

It explains what pyHanko's validation has refused, and keeps from it what cannot help: it decides nothing by itself.
Not here: the validation (validation.py). Source: RFC 5280, 6.1.
"""

from __future__ import annotations

import datetime
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography import x509

from letterpress.signing import algorithms, certificates

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
                name = _folded(certificates.parse(der).subject)
            except ValueError:
                continue  # what cannot be read vouches for nobody
            self.by_name.setdefault(name, []).append(der)

    def named(self, name: x509.Name) -> Sequence[bytes]:
        """Certificates whose owner has this name."""
        return self.by_name.get(_folded(name), ())


def _folded(name: x509.Name) -> tuple[tuple[str, str], ...]:
    """A name as RFC 5280, 7.1, compares it: whatever the encoding, upper and lower case, and blanks."""
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
    """The ways up from `own`. Takes no more than MOST_CHECKS checks of signatures."""
    longest: tuple[bytes, ...] = (own,)
    trusted: tuple[bytes, ...] | None = (own,) if own in anchors.ders else None
    waiting, seen, checks = deque([longest]), {own: None}, 0
    while waiting:
        way = waiting.popleft()
        longest = max(longest, way, key=len)
        child = certificates.parse(way[-1])
        for der in dict.fromkeys(der for pool in (anchors, *helpers) for der in pool.named(child.issuer)):
            checks += der not in seen
            if checks > MOST_CHECKS:
                return Climb(trusted or longest, trusted is not None, tuple(seen)[1:])
            if der in seen or not certificates.signed_by(child, certificates.parse(der)):
                continue
            seen[der] = None
            if der in anchors.ders:
                trusted = trusted or (*way, der)
            waiting.append((*way, der))
    return Climb(trusted or longest, trusted is not None, tuple(seen)[1:])


def faults(way: Sequence[bytes], moment: datetime.datetime, *, trusted: bool = True) -> tuple[str, ...]:
    """What speaks against a way up, at `moment`. `trusted`: its last certificate is an anchor."""
    found: list[str] = []
    for height, der in enumerate(way):
        last = trusted and height == len(way) - 1
        found.extend(algorithms.of_certificate(der, anchor=last))
        found.extend(_unknown_extensions(der))
        if not last or height == 0:
            found.extend(_out_of_date(der, moment))
        if height and not last:
            found.extend(_no_authority(der, height - 1))
    return tuple(dict.fromkeys(found))


def _unknown_extensions(der: bytes) -> list[str]:
    name = certificates.name_of(der)
    try:
        extensions = list(certificates.parse(der).extensions)
    except (ValueError, x509.DuplicateExtension) as error:
        return [f"the certificate of {name} has extensions that cannot be read ({type(error).__name__})"]
    return [
        f"the certificate of {name} has a critical extension that is not known here: {extension.oid.dotted_string}"
        for extension in extensions
        if extension.critical and extension.oid.dotted_string not in _KNOWN_EXTENSIONS
    ]


def _out_of_date(der: bytes, moment: datetime.datetime) -> list[str]:
    certificate, name = certificates.parse(der), certificates.name_of(der)
    if moment > certificate.not_valid_after_utc:
        return [
            f"the certificate of {name} expired on {certificates.minute(certificate.not_valid_after_utc)}, and no "
            "trusted timestamp proves that it was signed before"
        ]
    if moment < certificate.not_valid_before_utc:
        return [
            f"the certificate of {name} is not valid before {certificates.minute(certificate.not_valid_before_utc)}"
        ]
    return []


def _no_authority(der: bytes, below: int) -> list[str]:
    """Why a certificate may not issue others. `below`: how many issuers stand between it and the signer."""
    name = certificates.name_of(der)
    try:
        extensions = certificates.parse(der).extensions
        try:
            basic = extensions.get_extension_for_class(x509.BasicConstraints).value
        except x509.ExtensionNotFound:
            return [f"the certificate of {name} does not say that it may issue others"]
        if not basic.ca:
            return [f"the certificate of {name} may not issue others"]
        if basic.path_length is not None and basic.path_length < below:
            return [f"the certificate of {name} may issue only certificates of people, not of further issuers"]
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
        return [] if usage.key_cert_sign else [f"the certificate of {name} may not issue others (its key usage)"]
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return []
