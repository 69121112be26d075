"""What is known about revoked certificates.

Job: `Evidence`, and reading it from the document security store of a file (B-LT). Secret: how CRLs, OCSP answers and
the store are read. Whether a signature stands in the light of it is validation.py's business.
"""

from __future__ import annotations

import datetime
import functools
from dataclasses import dataclass
from typing import Any

from asn1crypto import crl, ocsp, x509
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError


@dataclass(frozen=True, slots=True)
class Evidence:
    """Certificates, revocation lists and OCSP answers: out of a file's document security store, or from elsewhere."""

    certificates: tuple[Any, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()

    def speaks_of(self, certificate: Any) -> bool:
        """Whether there is revocation information about the certificate."""
        serials = {one["cert_id"]["serial_number"].native for der in self.ocsps for one in _answers(der)}
        return certificate.serial_number in serials or any(_crl(der).issuer == certificate.issuer for der in self.crls)

    def at(self, moment: datetime.datetime) -> Evidence:
        """What of it had not run out at `moment`."""
        lists = [der for der in self.crls if _lasts(_crl(der)["tbs_cert_list"]["next_update"], moment)]
        ocsps = [der for der in self.ocsps if all(_lasts(one["next_update"], moment) for one in _answers(der))]
        return Evidence(self.certificates, tuple(lists), tuple(ocsps))


@functools.lru_cache(maxsize=64)
def _crl(der: bytes) -> Any:
    return crl.CertificateList.load(der)


@functools.lru_cache(maxsize=64)
def _answers(der: bytes) -> Any:
    """The answers in an OCSP response."""
    try:
        return list(ocsp.OCSPResponse.load(der).response_data["responses"])
    except (ValueError, TypeError, KeyError, AttributeError):  # an error, or junk: no answer
        return []


def _lasts(next_update: Any, moment: datetime.datetime) -> bool:
    return next_update.native is None or next_update.native >= moment


def read_dss(reader: Any) -> Evidence:
    """The document security store of the file that pyHanko's `reader` has open; empty if there is none."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return Evidence()
    except Exception:  # a store that cannot be read proves nothing
        return Evidence()
    return Evidence(
        certificates=tuple(x509.Certificate.load(stream.get_object().data) for stream in store.certs.values()),
        crls=tuple(stream.get_object().data for stream in store.crls),
        ocsps=tuple(stream.get_object().data for stream in store.ocsps),
    )
