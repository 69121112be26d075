"""Whether a certificate leads to one that is trusted, at a moment, and has not been revoked.

Job: `Trust`, the judge of certificates. Secret: pyHanko's validation of paths. Not here: the signature itself
(validation.py), revocation lists (revocation.py), why a way up is bad (paths.py).

The validation is given only certificates that stand on a checked way up from the signer, and is not asked at all if
there is none that ends with a trusted one: a file may hold thousands of certificates, all of one name, and the search
among them would take longer than anybody waits.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from asn1crypto import x509
from cryptography import x509 as extensions
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    CRLValidationError,
    OCSPValidationError,
    PathBuildingError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule
from pyhanko_certvalidator.revinfo.validate_crl import verify_crl
from pyhanko_certvalidator.revinfo.validate_ocsp import verify_ocsp_response

from letterpress.signing import algorithms, certificates, paths
from letterpress.signing.revocation import Evidence

REQUIRED = RevocationCheckingPolicy.from_legacy("require")
"""What is not known not to be revoked, is not trusted."""
UNHEEDED = RevocationCheckingPolicy(RevocationCheckingRule.NO_CHECK, RevocationCheckingRule.NO_CHECK)
"""Revocation is looked at apart from the path."""

_MOST_RESPONDERS = 30
"""Certificates that may sign revocation information, looked at for one file."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the search for a path of trust."""

    moment: datetime.datetime
    way: tuple[bytes, ...]
    """The certificates from the signer upwards: the path, or how far it goes."""
    trusted: bool
    """Whether the way is one that can be trusted."""
    revocation: str
    """As in `SignatureReport.revocation`."""
    revoked: datetime.datetime | None = None
    reasons: tuple[str, ...] = ()
    """Why it is not trusted."""


class Trust:
    """Judges the certificates of one file against one store of trust."""

    def __init__(self, store: certificates.TrustStore, dss: Evidence) -> None:
        self.store = store
        self.evidence = Evidence(crls=(*store.revocation_lists, *dss.crls), ocsps=dss.ocsps)
        self.anchors = paths.Pool(store.anchors)
        self.helpers = paths.Pool((*store.helpers, *(one.dump() for one in dss.certificates)))
        self._responders: tuple[bytes, ...] | None = None
        self._climbs: dict[tuple[bytes, tuple[bytes, ...]], paths.Climb] = {}

    def climb(self, own: bytes, beside: Sequence[bytes]) -> paths.Climb:
        """The ways up from `own` by certificates of the store, the file, and those that lie beside it."""
        key = (own, tuple(beside))
        if key not in self._climbs:
            self._climbs[key] = paths.climb(own, self.anchors, paths.Pool(beside), self.helpers)
        return self._climbs[key]

    def context(
        self,
        moment: datetime.datetime,
        *climbs: paths.Climb,
        revocation: Any = UNHEEDED,
        online: bool = False,
    ) -> Any:
        """pyHanko's context to judge in what was climbed.

        :param revocation: whether it must be known that nothing is revoked (REQUIRED).
        :param online: whether that is fetched.
        """
        evidence = self.evidence.at(moment)
        if revocation is REQUIRED:
            evidence = evidence.strong()
        useful = [der for climb in climbs if climb.trusted for der in climb.reached]
        context = ValidationContext(
            trust_roots=[_asn1(der) for der in self.store.anchors],
            other_certs=[_asn1(der) for der in dict.fromkeys((*useful, *self.responders()))],
            crls=[*evidence.crls],
            ocsps=[*evidence.ocsps],
            moment=None if online else moment,
            allow_fetching=online,
            revinfo_policy=CertRevTrustPolicy(revocation, retroactive_revinfo=True),
        )
        if not online:  # pyHanko would add all that lies beside a signature, whether or not it leads anywhere
            context.certificate_registry.register_multiple = _ignore
        return context

    def responders(self) -> tuple[bytes, ...]:
        """Certificates of the file that may sign revocation information and lead to a trusted one."""
        if self._responders is None:
            able = [der for der in self.helpers.ders if _may_speak_of_revocation(der)][:_MOST_RESPONDERS]
            self._responders = tuple(der for der in able if self.climb(der, ()).trusted)
        return self._responders

    async def outcome(self, own: Any, beside: Sequence[bytes], moment: datetime.datetime) -> Outcome:
        """The path of trust as it was at `moment`, and whether anybody has said that it was broken by revocation.

        :param own: asn1crypto's certificate of the signer.
        :param beside: certificates in DER that came with the signature.
        """
        der = own.dump()
        unknown = "none" if certificates.is_self_issued(der) else "unknown"
        climb = self.climb(der, beside)
        if not climb.trusted:
            return Outcome(moment, climb.way, False, unknown, None, self._nowhere(climb, moment))
        modes = [(UNHEEDED, unknown)]
        if self.evidence.at(moment).strong().speaks_of(own):
            modes.insert(0, (REQUIRED, "good"))
        failure: Exception | None = None
        for revocation, word in modes:
            context = self.context(moment, climb, revocation=revocation)
            try:
                path = await CertificateValidator(own, validation_context=context).async_validate_usage(set())
                if revocation is UNHEEDED:
                    await _heed(path, context)
            except RevokedError as error:
                return _revoked(moment, climb, error)
            except Exception as error:  # whatever stands in the way of a path, there is none in this mode
                failure = error
                continue
            way = tuple(dict.fromkeys(one.dump() for one in reversed(list(path.iter_certs(True)))))
            weak = [*(algorithms.of_certificate(der, anchor=der in self.anchors.ders) for der in way)]
            reasons = tuple(dict.fromkeys(reason for found in weak for reason in found))
            return Outcome(moment, way, not reasons, word, None, reasons)
        return Outcome(moment, climb.way, False, unknown, None, _causes(climb, moment, failure))

    def _nowhere(self, climb: paths.Climb, moment: datetime.datetime) -> tuple[str, ...]:
        """Why a way up that ends without a trusted certificate ends there."""
        own, name = climb.way[0], certificates.name_of(climb.way[0])
        found = paths.faults(climb.way[:1], moment, trusted=False)
        if certificates.is_self_issued(own):
            last = f"{name} vouches for this key alone: the certificate issued itself and is not among those you trust"
        elif not self.store.anchors:
            issuer = certificates.issuer_of(own)
            last = (
                f"nothing is trusted yet, so that nobody vouches for {name}; name the issuer's certificate ({issuer})"
            )
        else:
            last = f"the certificate of {name}, issued by {certificates.issuer_of(own)}, leads to none that you trust"
        return (*found, last)

    async def fetch(self, own: Any, beside: Sequence[bytes], moment: datetime.datetime) -> None:
        """Ask those who issued the certificate, over the network, and keep what they say."""
        context = self.context(moment, self.climb(own.dump(), beside), revocation=REQUIRED, online=True)
        try:
            await CertificateValidator(own, validation_context=context).async_validate_usage(set())
        except Exception:  # what was learned on the way counts all the same
            logging.getLogger("pyhanko").debug("no revocation information", exc_info=True)
        finally:
            await context.aclose()
        self.evidence = Evidence(
            crls=tuple({*self.evidence.crls, *(found.dump() for found in context.crls)}),
            ocsps=tuple({*self.evidence.ocsps, *(found.dump() for found in context.ocsps)}),
        )


async def _heed(path: Any, context: Any) -> None:
    """Raise RevokedError if anything that is known and counts says that a certificate of the path was revoked.

    pyHanko's own milder modes look at nothing for a certificate that names no place to fetch it from, and take a forged
    answer for a reason to give up; where all is required, that the root's list is missing hides what the issuer's says.
    """
    for certificate in list(path.iter_certs(False)):
        part = path.truncate_to_issuer_and_append(certificate)
        for verify in (verify_ocsp_response, verify_crl):
            try:
                await verify(certificate, part, context)
            except RevokedError:
                raise
            except (OCSPValidationError, CRLValidationError, ValidationError, PathBuildingError):
                continue  # it says nothing, or nothing that counts


def _revoked(moment: datetime.datetime, climb: paths.Climb, error: RevokedError) -> Outcome:
    when: datetime.datetime = error.revocation_dt
    own = climb.way[0]
    named = error.is_ee_cert or error.current_path.last.dump() != own
    whose = certificates.name_of(error.current_path.last.dump() if named else own)
    words = f"the certificate of {whose}" if named else f"a certificate above that of {whose}"
    reason = f"{words} was revoked on {certificates.minute(when)}"
    return Outcome(moment, climb.way, False, "revoked", when, (reason,))


def _causes(climb: paths.Climb, moment: datetime.datetime, failure: Exception | None) -> tuple[str, ...]:
    """Why a way to a trusted certificate cannot be taken."""
    if found := paths.faults(climb.way, moment):
        return found
    name = certificates.name_of(climb.way[0])
    return (
        f"the certificate of {name} leads to one that you trust, and the way there is not in order: "
        + (" ".join(str(failure).split())[:300] or type(failure).__name__),
    )


def _ignore(_: Any) -> None:
    """Take no further certificates."""


def _may_speak_of_revocation(der: bytes) -> bool:
    try:
        found = certificates.parse(der).extensions
    except ValueError:
        return False
    try:
        purposes = found.get_extension_for_class(extensions.ExtendedKeyUsage).value
        if ExtendedKeyUsageOID.OCSP_SIGNING in purposes:
            return True
    except extensions.ExtensionNotFound:
        pass
    try:
        return bool(found.get_extension_for_class(extensions.KeyUsage).value.crl_sign)
    except extensions.ExtensionNotFound:
        return False


@lru_cache(maxsize=256)
def _asn1(der: bytes) -> Any:
    return x509.Certificate.load(der)
