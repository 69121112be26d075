"""Decides whether a signature may be made: options, turn, file, certificate.

What speaks against it is an error here, and never a signature that nobody will trust.

Not here: making it (`signature`, `writing/`), whether others are valid (`verification`).
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, Literal, get_args

from letterpress.errors import Diagnostic, Fix, LetterpressError, UsageError, nearest
from letterpress.signing import fields, whole_file
from letterpress.signing.certificates import contents, key_kinds, paths, purpose
from letterpress.signing.certificates.trust_store import TrustStore
from letterpress.signing.fields import Place
from letterpress.signing.keys.signer import Signer
from letterpress.text import urls

Level = Literal["B-B", "B-T", "B-LT", "B-LTA"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""PAdES levels (EN 319 142-1), each with all that the one before has."""


def check_options(level: str, tsa: str | None, time: datetime.datetime | None) -> None:
    """Check that the options of `sign` go together.

    :raises UsageError: they do not.
    """
    if level not in LEVELS:
        raise UsageError(
            f"there is no level {level}",
            hint="the levels are " + ", ".join(LEVELS),
            code="level-unknown",
            value=level,
            params=(("known", LEVELS),),
            fixes=tuple(Fix(kind="replace", title=f"Use {near}", value=near) for near in nearest(level, LEVELS)),
        )
    if level != "B-B" and not tsa:
        raise UsageError(
            f"level {level} needs a timestamp server",
            hint="add --tsa URL, or sign at B-B",
            code="timestamp-server-missing",
            params=(("level", level),),
        )
    if tsa is not None and not urls.is_web_address(tsa):
        shown = urls.without_password(tsa) if "://" in tsa else urls.without_password(f"//{tsa}").removeprefix("//")
        raise UsageError(
            f"'{shown}' is not the URL of a timestamp server",
            hint="it starts with http:// or https://; `/`, `@`, `:` in a password are written %2F, %40, %3A",
            code="timestamp-server-address",
            value=shown,
        )
    if time is not None and time.tzinfo is None:
        raise UsageError("the signing time needs a time zone", code="time-zone-missing", value=time.isoformat())


def may_sign(places: Sequence[Place], target: Place, certify: bool | None) -> bool:
    """Decide whether a signature in `target` certifies the letter; the first one does unless `certify` is False.

    :param places: all that the letter keeps.
    :raises LetterpressError: the field cannot be signed now.
    :raises UsageError: another signature is to certify.
    """
    fields.check_open(places, target)
    by_name = {place.name: place for place in places}
    earlier = [by_name[name].signatory for name in target.after if name in by_name and by_name[name].open]
    if earlier:
        raise LetterpressError(
            f"it is not yet {target.signatory}'s turn: this letter is signed in order",
            hint="first to sign: " + ", ".join(earlier),
            code="turn-not-yet",
            params=(("signatory", target.signatory), ("first", tuple(earlier))),
        )
    later = [place.signatory for place in places if not place.open and target.name in place.after]
    if later:
        raise LetterpressError(
            f"the field of {target.signatory} is locked: {later[0]} signed after it in order",
            hint="render the letter again and have it signed from the first signatory on",
            code="turn-missed",
            params=(("signatory", target.signatory), ("signed", later[0])),
        )
    signed = any(not place.open for place in places)
    if certify and signed:
        raise UsageError(
            "only the first signature can certify a letter",
            hint="leave certify out: this one approves",
            code="certify-too-late",
        )
    return not signed if certify is None else certify


def check_file(reader: Any, pdf: bytes, source: str | None) -> list[Diagnostic]:
    """Check that what one signs is what others see; return warnings.

    :param reader: pyHanko's reader of `pdf`.
    :param source: names the file in diagnostics.
    :raises LetterpressError: programs read the file in more than one way, or what it shows may change.
    """
    ends = [*fields.signed_ends(reader).values()]
    problems, notes = whole_file.check(reader, pdf, ends)
    if problems:
        hint = (
            "ask for the file as it was signed; see letterpress verify"
            if ends
            else "have the program that made it write it anew, without what is named here, and sign that"
        )
        raise LetterpressError(
            Diagnostic(
                message=f"cannot be signed: {problem.text}",
                file=source,
                hint=hint,
                code=problem.code,
                params=problem.params,
            )
            for problem in problems
        )
    return [
        Diagnostic(severity="warning", message=note.text, file=source, code=note.code, params=note.params)
        for note in notes
    ]


def check_certificate(
    signer: Signer, target: Place, when: datetime.datetime, store: TrustStore, *, on_behalf: bool = False
) -> list[Diagnostic]:
    """Check the signer's certificate and those above it at the time `when`; return warnings.

    :param target: the place to be signed, whose signatory the certificate names.
    :param on_behalf: whether it may name another.
    :raises LetterpressError: it names another, or nobody could ever trust the key or its chain.
    """
    own = signer.chain[0]
    if not on_behalf and target.label.startswith(fields.LABEL):  # another program's place is nobody's by name
        check_name(signer, target.signatory)
    _check_digest(signer)
    if faults := purpose.faults(own, when):
        raise LetterpressError(faults)
    above = paths.climb(own, paths.Pool(store.anchors), paths.Pool(signer.chain), paths.Pool(store.helpers))
    rooted = above.trusted or contents.is_self_issued(above.way[-1])
    if reasons := paths.faults(above.way, when, trusted=rooted and len(above.way) > 1):
        hint = "ask its issuer for a new one: whoever verifies the signature will not trust it"
        raise LetterpressError(
            Diagnostic(message=reason.text, hint=hint, code=reason.code, params=reason.params) for reason in reasons
        )
    warnings = [] if rooted or len(above.way) > 1 else [_no_issuer(own)]
    if rare := key_kinds.rarely_known(own):
        warnings.append(
            Diagnostic(
                severity="note",
                message=f"the key of {contents.name_of(own)} is {rare}, which not every program can verify yet",
                hint="letterpress can; use an RSA key, P-256 or P-384 if everybody is to",
                code="key-rarely-known",
                params=(("certificate", contents.name_of(own)), ("kind", rare)),
            )
        )
    name = contents.name_of(own)
    # Names are compared as fields are named; one without Latin letters has no slug, and is compared as it is.
    expected = fields.slug(target.signatory) or target.signatory.casefold()
    if (fields.slug(name) or name.casefold()) != expected:
        warnings.append(
            Diagnostic(
                severity="warning",
                message=f"the key belongs to {name}, and the place is kept for {target.signatory}",
                hint="verify will show both names",
                code="signer-other-name",
                params=(("signatory", target.signatory), ("certificate", name)),
            )
        )
    return warnings


def check_name(signer: Signer, signatory: str, *, source: str | None = None) -> None:
    """Refuse a key in another's name: with `Dr. Ada Brook`, `BROOK ADA` agrees, and `Ben Brook` does not.

    :param source: the key's file.
    :raises LetterpressError: the certificate's subject is somebody else.
    """
    name = contents.name_of(signer.chain[0])
    words, expected = _words(name), _words(signatory)
    if words and expected and (words <= expected or expected <= words):
        return
    raise LetterpressError(
        f"the key belongs to {name}, and the place is kept for {signatory}",
        file=source,
        hint=f"use the key of {signatory}; if {name} may sign in the place of {signatory}, add --on-behalf",
        code="signer-refused",
        params=(("signatory", signatory), ("certificate", name)),
    )


def _words(name: str) -> frozenset[str]:
    """The words of a name, as the names of fields have them; without initials and titles, which one of two may have."""
    words = (fields.slug(name) or name.casefold()).replace("-", " ").split()
    return frozenset(word for word in words if len(word) > 1 or not word.isascii()) or frozenset(words)


def _check_digest(signer: Signer) -> None:
    """Refuse a signer that would use another digest than its key can be verified with."""
    own = signer.chain[0]
    usual = key_kinds.digest_for(own)
    fixed = key_kinds.pss(own) is not None or (usual != key_kinds.DIGESTS.get("rsa") and not key_kinds.key_bits(own))
    if signer.digest not in key_kinds.PSS_DIGESTS or (fixed and signer.digest != usual):
        raise LetterpressError(
            f"the key of {contents.name_of(own)} signs with {usual}, and not with {signer.digest}",
            hint="let the signer's `digest` be signing.digest_for(chain[0])",
            code="digest-unsuitable",
            value=signer.digest,
            params=(("certificate", contents.name_of(own)), ("digest", usual)),
        )


def _no_issuer(own: bytes) -> Diagnostic:
    """Warn that whoever verifies has to have the issuer's certificate already."""
    return Diagnostic(
        severity="warning",
        message=f"the key comes without the certificate of its issuer ({contents.issuer_of(own)}), "
        "and the signature will hold none",
        hint="who does not know the issuer will not trust the signature; add the chain with --cert CHAIN.pem",
        code="issuer-missing",
        params=(("issuer", contents.issuer_of(own)),),
    )
