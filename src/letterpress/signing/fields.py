"""Opens a finished letter, and reads the places that it keeps for signatures: for whom, in which order, who has signed.

A place is a signature field: its name (`T`) is the signatory's as a slug, its label (`TU`) says name and title.

The order of signing travels in the standard field lock: the field of the second signatory has an indirect `Lock <<
/Type /SigFieldLock /Action /Include /Fields [(first)] >>`, the third one's names the first two, and so on. Once the
second has signed, the first field is locked, for every reader of PDF.

Not here: how pages keep such places (`layout/`), whether signatures hold (`verification`).
Source: ISO 32000-2, 12.7.5.5 (signature fields and their locks).
"""

from __future__ import annotations

import contextlib
import datetime
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from letterpress.errors import Fix, LetterpressError, UnreadableInput, did_you_mean, nearest

LABEL = "Signature of "
"""How the label of a place begins that letterpress made."""

_OBJECT = re.compile(rb"\s*\d+\s+\d+\s+obj\b")
_LABEL = re.compile(rf"^{LABEL}(?P<words>.+)$", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A signature field of a letter."""

    name: str
    """The field's `T`."""
    label: str
    """The field's `TU`: what a screen reader says, such as "Signature of Ro Khanna, Member of Congress"."""
    signatory: str
    """For whom the place is kept; the field's name if the label does not say."""
    title: str | None
    page: int | None
    """Counted from 1; None for a field that is on no page."""
    box: tuple[float, float, float, float]
    """x1, y1, x2, y2 in pt from the page's bottom-left corner."""
    after: tuple[str, ...]
    """Names of the fields that are to be signed before this one."""
    signed_by: str | None
    """Name in the certificate of who signed; None while the field is open."""
    signed_at: datetime.datetime | None
    """When, by the signer's own account."""
    open: bool

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in pt."""
        x1, y1, x2, y2 = self.box
        return abs(x2 - x1), abs(y2 - y1)

    def state(self) -> str:
        """Say in one phrase who it is for, and whether it is signed."""
        who = f"{self.signatory} ({self.name})" if self.signatory != self.name else self.name
        if self.open:
            return f"{who}: open"
        when = f" on {self.signed_at:%Y-%m-%d %H:%M %Z}".rstrip() if self.signed_at else ""
        return f"{who}: signed by {self.signed_by or 'somebody unknown'}{when}"


class DamagedPdf(UnreadableInput):
    """A file that is a PDF by its first line, and further on cut off or damaged, or not at its end."""


def open_pdf(pdf: bytes, source: str | None = None) -> Any:
    """Open `pdf` with pyHanko. Whether every program reads the file alike is for `strict.check` to say.

    :param source: names the file in diagnostics.
    :returns: pyHanko's reader.
    :raises UnreadableInput: it is no PDF, or encrypted.
    :raises DamagedPdf: it is cut off or damaged, or goes on after its end.
    """
    from letterpress.signing.reader import Reader

    if b"%PDF-" not in pdf[:1024]:
        raise UnreadableInput(
            "is not a PDF", file=source, hint="give a PDF that letterpress has rendered", code="pdf-expected"
        )
    try:
        reader = Reader(BytesIO(pdf))
        if not reader.encrypted:
            _ = reader.root["/Pages"]["/Count"], reader.trailer["/Size"]
    except Exception as error:  # a damaged file can fail anywhere in the parser: see tests/signing/test_verify.py
        if (whole := _end_of_whole(pdf)) is not None:
            raise DamagedPdf(
                f"goes on after its end (at byte {whole}): {_bytes(len(pdf) - whole)} there",
                file=source,
                hint="fetch the file again from where it came from: something was added on its way",
                code="file-goes-on",
                params=(("byte", whole), ("bytes", len(pdf) - whole)),
            ) from error
        raise DamagedPdf(
            "is cut off or damaged: its cross-reference table or catalog cannot be read",
            file=source,
            hint="fetch the file again from where it came from",
            code="file-damaged",
        ) from error
    if reader.encrypted:
        raise UnreadableInput(
            "is encrypted, and an encrypted letter can neither be signed nor verified here",
            file=source,
            hint="save it without a password first; PDF/A forbids encryption",
            code="file-encrypted",
        )
    if reader.xrefs.hybrid_xrefs_present:
        _take_hybrids(reader)
    return reader


def _end_of_whole(pdf: bytes) -> int | None:
    """Find where a PDF ends that is whole up to there, if something else follows; None if there is no such place."""
    from letterpress.signing.reader import Reader

    end = pdf.rfind(b"%%EOF") + len(b"%%EOF")
    if end < len(b"%%EOF") or not pdf[end:].strip() or _OBJECT.match(pdf, end):
        return None  # an object there begins a revision, and it is that one's end that is missing
    try:
        reader = Reader(BytesIO(pdf[:end]))
        _ = reader.encrypted or reader.root["/Pages"]["/Count"]
    except Exception:  # a damaged file can fail anywhere in the parser
        return None
    return end


def _bytes(count: int) -> str:
    return f"{count:,} bytes stand" if count != 1 else "1 byte stands"


def _take_hybrids(reader: Any) -> None:
    """Let pyHanko work on hybrids of table and stream, all of which it refuses otherwise.

    `strict.check` refuses those whose table and stream differ. pyHanko's `strict` stays as it is: it is what finds an
    object that is added later for a reference that led to nothing.
    """
    from pyhanko.pdf_utils.xref import XRefCache

    class Taken(XRefCache):  # type: ignore[misc,unused-ignore] # pyHanko is untyped
        hybrid_xrefs_present = False

    reader.xrefs.__class__ = Taken


def signed_ends(reader: Any) -> dict[str, int]:
    """Return where the byte ranges of all signatures and time stamps end, by the names of their fields.

    One that cannot be read is left out: its signature is no signature.
    """
    from pyhanko.sign.fields import enumerate_sig_fields

    ends: dict[str, int] = {}
    with contextlib.suppress(Exception):  # a damaged form can fail anywhere in the parser; places() says so
        for name, value, _ in enumerate_sig_fields(reader, filled_status=True):
            with contextlib.suppress(Exception):
                covered = [int(number) for number in value.get_object()["/ByteRange"]]
                ends[name] = covered[2] + covered[3]
    return ends


def places(reader: Any) -> tuple[Place, ...]:
    """Read all signature fields, in the letter's order, without those of document time stamps.

    :param reader: from `open_pdf`.
    :raises DamagedPdf: the form cannot be read.
    """
    from pyhanko.sign.fields import enumerate_sig_fields

    known = []
    try:
        pages = _pages_of_widgets(reader)
        for name, value, reference in enumerate_sig_fields(reader):
            signature = value.get_object() if value is not None else None
            if signature is not None and at(signature, "/Type") == "/DocTimeStamp":
                continue
            known.append(_place(name, reference, signature, pages))
    except Exception as error:  # a damaged file can fail anywhere in the parser
        raise DamagedPdf(
            "is damaged: its form fields cannot be read",
            hint="fetch the file again from where it came from",
            code="file-damaged",
        ) from error
    return tuple(known)


def _place(name: str, reference: Any, signature: Any, pages: dict[Any, int]) -> Place:
    field = reference.get_object()
    label = str(at(field, "/TU", ""))
    signatory, title = split_label(label, name)
    box = [float(number) for number in at(field, "/Rect", (0, 0, 0, 0))]
    lock = at(field, "/Lock")
    after: tuple[str, ...] = ()
    if lock is not None and at(lock, "/Action") == "/Include":
        after = tuple(str(other) for other in at(lock, "/Fields", ()) if str(other) != name)
    return Place(
        name=name,
        label=label,
        signatory=signatory,
        title=title,
        page=pages.get((reference.idnum, reference.generation)),
        box=(box[0], box[1], box[2], box[3]),
        after=after,
        signed_by=signer_name(signature) if signature is not None else None,
        signed_at=_claimed_time(signature) if signature is not None else None,
        open=signature is None,
    )


def kept_for(field: Any, name: str) -> str | None:
    """Tell for whom a field is kept: by its label, or its name if it shows on the page; None if it does neither."""
    label = str(at(field, "/TU", ""))
    if _LABEL.match(label):
        return split_label(label, name)[0]
    kids = [kid.get_object() for kid in at(field, "/Kids", ())]
    return name if any(has_area(widget) for widget in (field, *kids)) else None


def has_area(widget: Any) -> bool:
    """Tell whether a field or another annotation has an area on its page."""
    box = [float(number) for number in at(widget, "/Rect", (0, 0, 0, 0))]
    return box[0] != box[2] and box[1] != box[3]


def at(dictionary: Any, key: str, default: Any = None) -> Any:
    """Return the value of `key`, with references followed, which pyHanko's own `get` does not do."""
    return dictionary[key] if key in dictionary else default  # noqa: SIM401 - pyHanko's get does not


def _pages_of_widgets(reader: Any) -> dict[Any, int]:
    numbers: dict[Any, int] = {}
    for index in range(int(reader.root["/Pages"]["/Count"])):
        page = reader.find_page_for_modification(index)[0].get_object()
        for annotation in at(page, "/Annots", ()):
            reference = getattr(annotation, "reference", annotation)
            numbers[(getattr(reference, "idnum", None), getattr(reference, "generation", None))] = index + 1
    return numbers


def signer_name(signature: Any) -> str | None:
    """Return the name in the certificate of a signature; None if it cannot be read."""
    from asn1crypto import cms
    from pyhanko.sign.general import extract_certificate_info

    from letterpress.signing.certificates import contents

    try:
        signed_data = cms.ContentInfo.load(bytes(signature.raw_get("/Contents").original_bytes))["content"]
        return contents.name_of(extract_certificate_info(signed_data).signer_cert.dump())
    except Exception:  # anything may stand there; verify says what is wrong with it
        return None


def _claimed_time(signature: Any) -> datetime.datetime | None:
    from pyhanko.pdf_utils.generic import parse_pdf_date

    try:
        moment: datetime.datetime = parse_pdf_date(signature["/M"])
    except Exception:  # absent or malformed: the time is the signer's claim only
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def language(reader: Any) -> str:
    """Return the letter's language, a BCP 47 tag; `en-US` if the file does not say."""
    return str(at(reader.root, "/Lang", "")) or "en-US"


def split_label(label: str, name: str) -> tuple[str, str | None]:
    """Split a field's label into signatory and title; a comma inside the name is told by the field's name."""
    match = _LABEL.match(label)
    if not match:
        return label or name, None
    pieces = match["words"].split(", ")
    for count in range(1, len(pieces) + 1):
        candidate = ", ".join(pieces[:count])
        if name == slug(candidate) or re.fullmatch(re.escape(slug(candidate)) + r"-\d+", name):
            return candidate, ", ".join(pieces[count:]) or None
    return pieces[0], ", ".join(pieces[1:]) or None


def slug(text: str) -> str:
    """Write `text` in lower-case ASCII letters, digits and hyphens; empty if nothing of it is Latin."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def find(known: Sequence[Place], wanted: str) -> Place:
    """Find the place that `wanted` names: a field's name, a signatory's name, or a slug of it.

    :raises LetterpressError: there is none, or more than one.
    """
    for test in (
        lambda place: place.name == wanted,
        lambda place: _folded(place.signatory) == _folded(wanted),
        lambda place: bool(slug(wanted)) and slug(wanted) in (place.name, slug(place.signatory)),
        lambda place: _folded(place.label) == _folded(wanted),
    ):
        matches = [place for place in known if test(place)]
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise LetterpressError(
                f"'{wanted}' fits {len(matches)} signature fields",
                hint="name one of the fields: " + ", ".join(place.name for place in matches),
                code="signature-field-ambiguous",
                value=wanted,
                params=(("fields", tuple(place.name for place in matches)),),
            )
    if not known:
        raise LetterpressError(
            "this PDF keeps no place for a digital signature",
            hint="render the letter with `sign: digital` for its signatories, or --sign NAME=digital",
            code="signature-field-missing",
        )
    names = [name for place in known for name in {place.signatory, place.name}]
    near = did_you_mean(wanted, names) or ""
    near += "" if not near else " " if near.endswith("?") else "; "
    states = "; ".join(place.state() for place in known)
    raise LetterpressError(
        f"no signature field for '{wanted}'",
        hint=f"{near}the fields are: {states}",
        code="signature-field-unknown",
        value=wanted,
        params=(("fields", tuple(place.name for place in known)),),
        fixes=tuple(Fix(kind="replace", title=f"Sign for '{name}'", value=name) for name in nearest(wanted, names)),
    )


def check_open(places: Sequence[Place], target: Place) -> None:
    """Refuse a place that has been signed.

    :param places: all that the letter keeps.
    :raises LetterpressError: it has.
    """
    if not target.open:
        when = f" on {target.signed_at:%Y-%m-%d at %H:%M %Z}".rstrip() if target.signed_at else ""
        still_open = [place.signatory for place in places if place.open]
        raise LetterpressError(
            f"the field of {target.signatory} is already signed, by {target.signed_by or 'somebody unknown'}{when}",
            hint="still open: " + ", ".join(still_open) if still_open else "all have signed",
            code="field-signed",
            params=(("signatory", target.signatory), ("signer", target.signed_by), ("open", tuple(still_open))),
        )


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
