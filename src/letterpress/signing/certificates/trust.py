"""Judges whether a certificate leads to one that is trusted, at a moment, and has not been revoked.

The validation is given only certificates that stand on a checked way up from the signer, and is not asked at all if
there is none that ends with a trusted one: a file may hold thousands of certificates, all of one name, and the search
among them would take longer than anybody waits.

Not here: the signature itself (`judging/`), revocation lists (`revocation`), why a way up is bad (`paths`).
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

from letterpress.signing.certificates import algorithms, contents, paths
from letterpress.signing.certificates.revocation import Evidence
from letterpress.signing.certificates.trust_store import TrustStore
from letterpress.signing.reasons import Reason

REQUIRED = RevocationCheckingPolicy.from_legacy("require")
"""What is not known not to be revoked, is not trusted."""
UNHEEDED = RevocationCheckingPolicy(RevocationCheckingRule.NO_CHECK, RevocationCheckingRule.NO_CHECK)
"""Revocation is looked at apart from the path."""

_MOST_RESPONDERS = 30
"""Certificates that may sign revocation information, looked at for one file."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of the search for a path of trust."""

    moment: datetime.datetime
    way: tuple[bytes, ...]
    """The certificates from the signer upwards: the path, or how far it goes."""
    trusted: bool
    """Whether the way is one that can be trusted."""
    revocation: str
    """As in `SignatureReport.revocation`."""
    revoked: datetime.datetime | None = None
    reasons: tuple[Reason, ...] = ()
    """Why it is not trusted."""


class Trust:
    """Judges the certificates of one file against one store of trust."""

    def __init__(self, store: TrustStore, dss: Evidence) -> None:
        self.store = store
        self.evidence = Evidence(crls=(*store.revocation_lists, *dss.crls), ocsps=dss.ocsps)
        self.anchors = paths.Pool(store.anchors)
        self.helpers = paths.Pool((*store.helpers, *(one.dump() for one in dss.certificates)))
        self._responders: tuple[bytes, ...] | None = None
        self._climbs: dict[tuple[bytes, tuple[bytes, ...]], paths.Climb] = {}

    def climb(self, own: bytes, beside: Sequence[bytes]) -> paths.Climb:
        """Search the ways up from `own` by certificates of the store, the file, and those that lie `beside` it."""
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
        """Make pyHanko's context to judge in what was climbed.

        :param moment: at which it judges; with `online`, now.
        :param climbs: whose certificates it may use.
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
        """Return the certificates of the file that may sign revocation information and lead to a trusted one."""
        if self._responders is None:
            able = [der for der in self.helpers.ders if _may_speak_of_revocation(der)][:_MOST_RESPONDERS]
            self._responders = tuple(der for der in able if self.climb(der, ()).trusted)
        return self._responders

    async def outcome(self, own: Any, beside: Sequence[bytes], moment: datetime.datetime) -> Outcome:
        """Look for a path of trust as it was at `moment`, and for word that it was broken by revocation.

        :param own: asn1crypto's certificate of the signer.
        :param beside: certificates in DER that came with the signature.
        """
        der = own.dump()
        unknown = "none" if contents.is_self_issued(der) else "unknown"
        climb = self.climb(der, beside)
        if not climb.trusted:
            return Outcome(moment, climb.way, False, unknown, None, self._nowhere(climb, moment))
        # Where something is known of the signer's certificate, all of it is required first: the result is "good" then.
        # If that fails, as for want of the root's list, the path is taken without, and what is known is heeded apart.
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
            weak = (algorithms.of_certificate(der, anchor=der in self.anchors.ders) for der in way)
            reasons = tuple(dict.fromkeys(reason for reasons in weak for reason in reasons))
            return Outcome(moment, way, not reasons, word, None, reasons)
        return Outcome(moment, climb.way, False, unknown, None, _causes(climb, moment, failure))

    def _nowhere(self, climb: paths.Climb, moment: datetime.datetime) -> tuple[Reason, ...]:
        """Say why a way up that ends without a trusted certificate ends there."""
        own, name = climb.way[0], contents.name_of(climb.way[0])
        issuer = contents.issuer_of(own)
        reasons = paths.faults(climb.way[:1], moment, trusted=False)
        if contents.is_self_issued(own):
            text = f"{name} vouches for this key alone: the certificate issued itself and is not among those you trust"
            last = Reason(code="certificate-self-issued", text=text, params=(("certificate", name),))
        elif not self.store.anchors:
            text = (
                f"nothing is trusted yet, so that nobody vouches for {name}; name the issuer's certificate ({issuer})"
            )
            last = Reason(code="trust-missing", text=text, params=(("certificate", name), ("issuer", issuer)))
        else:
            text = f"the certificate of {name}, issued by {issuer}, leads to none that you trust"
            last = Reason(code="certificate-untrusted", text=text, params=(("certificate", name), ("issuer", issuer)))
        return (*reasons, last)

    async def fetch(self, own: Any, beside: Sequence[bytes], moment: datetime.datetime) -> None:
        """Ask those who issued the certificate, over the network, whether it is revoked, and keep what they say."""
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
    # pyHanko names the certificate by the end of the path it had built, which is the signer's if an issuer's was meant
    # and the path was not cut: then all that is known is that it stands above.
    named = error.is_ee_cert or error.current_path.last.dump() != own
    name = contents.name_of(error.current_path.last.dump() if named else own)
    words = f"the certificate of {name}" if named else f"a certificate above that of {name}"
    text = f"{words} was revoked on {contents.minute(when)}"
    params = (("certificate", name), ("since", when.isoformat()))
    reason = Reason(code="certificate-revoked", text=text, params=params)
    return Outcome(moment, climb.way, False, "revoked", when, (reason,))


def _causes(climb: paths.Climb, moment: datetime.datetime, failure: Exception | None) -> tuple[Reason, ...]:
    """Say why a way to a trusted certificate cannot be taken."""
    if reasons := paths.faults(climb.way, moment):
        return reasons
    name = contents.name_of(climb.way[0])
    said = " ".join(str(failure).split())[:300] or type(failure).__name__
    text = f"the certificate of {name} leads to one that you trust, and the way there is not in order: {said}"
    return (Reason(code="certificate-path-refused", text=text, params=(("certificate", name), ("cause", said))),)


def _ignore(_: Any) -> None:
    """Take no further certificates."""


def _may_speak_of_revocation(der: bytes) -> bool:
    """Tell whether a certificate may sign OCSP answers or revocation lists, by what it says of itself."""
    try:
        stated = contents.parse(der).extensions
    except ValueError:
        return False
    try:
        purposes = stated.get_extension_for_class(extensions.ExtendedKeyUsage).value
        if ExtendedKeyUsageOID.OCSP_SIGNING in purposes:
            return True
    except extensions.ExtensionNotFound:
        pass
    try:
        return bool(stated.get_extension_for_class(extensions.KeyUsage).value.crl_sign)
    except extensions.ExtensionNotFound:
        return False


@lru_cache(maxsize=256)
def _asn1(der: bytes) -> Any:
    return x509.Certificate.load(der)
