"""What is known about revoked certificates: lists, OCSP answers, and what a file brings along in its store (B-LT).

Not here: whether a certificate is trusted in the light of it (`trust`); whether the store holds anything else
(`changes/validation_data`).
Source: RFC 5280, 5 (lists), RFC 6960 (OCSP), ETSI EN 319 142-1, 5.4 (the document security store).
"""

from __future__ import annotations

import datetime
import functools
from dataclasses import dataclass
from typing import Any

from asn1crypto import crl, ocsp, x509
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError

from letterpress.signing.certificates.algorithms import WEAK_DIGESTS

SHORT_LIVED = datetime.timedelta(days=1)
"""How long an OCSP answer counts that does not say when the next one comes."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Certificates, revocation lists and OCSP answers: out of a file's document security store, or from elsewhere."""

    certificates: tuple[Any, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()

    def speaks_of(self, certificate: Any) -> bool:
        """Tell whether there is revocation information about asn1crypto's `certificate`."""
        number = certificate.serial_number
        return any(number in _answer(der).serials for der in self.ocsps) or any(
            _crl(der).issuer == certificate.issuer for der in self.crls
        )

    def at(self, moment: datetime.datetime) -> Evidence:
        """Return what of it had not run out at `moment`."""
        lists = tuple(der for der in self.crls if _crl_lasts(der) >= moment)
        return Evidence(self.certificates, lists, tuple(der for der in self.ocsps if _answer(der).lasts >= moment))

    def strong(self) -> Evidence:
        """Return what of it cannot be forged.

        The rest may say that a certificate was revoked, never that it was not.
        """
        lists = tuple(der for der in self.crls if _digest(_crl(der)["signature_algorithm"]) not in WEAK_DIGESTS)
        return Evidence(self.certificates, lists, tuple(der for der in self.ocsps if _answer(der).strong))


@dataclass(frozen=True, slots=True)
class _Answer:
    """What an OCSP response says of itself."""

    serials: frozenset[int]
    lasts: datetime.datetime
    strong: bool


@functools.lru_cache(maxsize=4096)
def _crl(der: bytes) -> Any:
    return crl.CertificateList.load(der)


@functools.lru_cache(maxsize=4096)
def _crl_lasts(der: bytes) -> datetime.datetime:
    fields = _crl(der)["tbs_cert_list"]
    return _lasts(fields["this_update"].native, fields["next_update"].native)


@functools.lru_cache(maxsize=4096)
def _answer(der: bytes) -> _Answer:
    try:
        response = ocsp.OCSPResponse.load(der)
        answers = list(response.response_data["responses"])
        return _Answer(
            frozenset(one["cert_id"]["serial_number"].native for one in answers),
            min(_lasts(one["this_update"].native, one["next_update"].native) for one in answers),
            _digest(response.basic_ocsp_response["signature_algorithm"]) not in WEAK_DIGESTS,
        )
    except (ValueError, TypeError, KeyError, AttributeError):  # an error, or junk: no answer
        return _Answer(frozenset(), datetime.datetime.min.replace(tzinfo=datetime.UTC), strong=False)


def _digest(algorithm: Any) -> str | None:
    try:
        name: str = algorithm.hash_algo
    except ValueError:
        return None
    return name


def _lasts(this_update: datetime.datetime, next_update: datetime.datetime | None) -> datetime.datetime:
    """Return the moment up to which something counts that was said at `this_update`."""
    return next_update if next_update is not None else this_update + SHORT_LIVED


def read_dss(reader: Any) -> Evidence:
    """Read the document security store of the file that pyHanko's `reader` has open; empty if there is none."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return Evidence()
    except Exception:  # a store that cannot be read proves nothing
        return Evidence()
    return Evidence(
        certificates=tuple(x509.Certificate.load(stream.get_object().data) for stream in store.certs.values()),
        crls=tuple(dict.fromkeys(stream.get_object().data for stream in store.crls)),
        ocsps=tuple(dict.fromkeys(stream.get_object().data for stream in store.ocsps)),
    )
