"""Checks that what stands in a document security store (/DSS) is validation data and nothing else.

A store may be added behind the last signature, so it is a place to hide something in.

Not here: what the data prove (`certificates/revocation`).
Source: ETSI EN 319 142-1, 5.4 (PAdES), ISO 32000-2, 12.8.4.3.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from typing import Any

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.pdf_utils import generic

from letterpress.signing.fields import at

_LISTS = {"/Certs": "certificate", "/CRLs": "revocation list", "/OCSPs": "OCSP response"}
_LISTS_OF_ONE = {"/Cert": "certificate", "/CRL": "revocation list", "/OCSP": "OCSP response"}
"""Keys of the store, and of what it says of one signature, with what they list."""
_DIGEST = re.compile(r"/[0-9A-F]{40}")
_DATE = re.compile(r"(?:D:)?\d{4,14}(?:Z|[+-]\d\d'?(?:\d\d'?)?)?(?:00'?00'?)?")
_STREAM_KEYS = frozenset({"/Length", "/Filter", "/DecodeParms", "/DL"})


def fault(old: Any, new: Any) -> str | None:
    """Say what in the store of the revision `new` is no validation data; None if there is nothing.

    :param old: pyHanko's resolver of the revision before; what it holds already is not looked at again.
    """
    if "/DSS" not in new.root:
        return None
    added = set(new.explicit_refs_in_revision())
    return next(_faults(at(old.root, "/DSS", {}), at(new.root, "/DSS"), added), None)


def added_in(reader: Any, revision: int) -> bool:
    """Tell whether a revision adds to the store, or writes it for the first time."""
    new = reader.get_historical_resolver(revision)
    if "/DSS" not in new.root:
        return False
    had = reader.get_historical_resolver(revision - 1).root
    if "/DSS" not in had or had.raw_get("/DSS") != new.root.raw_get("/DSS"):
        return True
    added = set(new.explicit_refs_in_revision())
    return any(reference in added for reference in _references(new.root))


def _references(root: Any) -> Iterator[Any]:
    """Yield the objects that the store consists of."""
    waiting = [(root.raw_get("/DSS"), 0)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, generic.IndirectObject):
            yield value.reference
            value = value.get_object()
        if isinstance(value, generic.StreamObject) or depth > 4:
            continue
        if isinstance(value, generic.DictionaryObject):
            waiting.extend((value.raw_get(key), depth + 1) for key in value)
        elif isinstance(value, generic.ArrayObject):
            waiting.extend((item, depth + 1) for item in list.__iter__(value))


def _faults(before: Any, store: Any, added: set[Any]) -> Iterator[str]:
    if not isinstance(store, generic.DictionaryObject) or isinstance(store, generic.StreamObject):
        yield "the validation data (/DSS) are no dictionary"
        return
    yield from _form(store, "/DSS", {*_LISTS, "/Type", "/VRI"})
    yield from _listed(store, _LISTS, added)
    about = at(store, "/VRI", generic.DictionaryObject())
    if not isinstance(about, generic.DictionaryObject) or isinstance(about, generic.StreamObject):
        yield "the validation data (/DSS) have a /VRI that is no dictionary"
        return
    known = at(before, "/VRI", {}) if isinstance(before, dict) else {}
    for key in about:
        if key not in known:
            yield from _about_signature(key, at(about, key), added)


def _about_signature(key: str, entry: Any, added: set[Any]) -> Iterator[str]:
    """Yield the faults of what the store says of one signature."""
    if not _DIGEST.fullmatch(key):
        yield f"the validation data (/DSS) have {key[:60]} in /VRI, which is not the digest of a signature"
    elif not isinstance(entry, generic.DictionaryObject) or isinstance(entry, generic.StreamObject):
        yield f"the validation data (/DSS) have no dictionary for {key} in /VRI"
    else:
        yield from _form(entry, "/VRI", {*_LISTS_OF_ONE, "/Type", "/TU", "/TS"})
        yield from _listed(entry, _LISTS_OF_ONE, added)
        if "/TU" in entry and not _DATE.fullmatch(str(at(entry, "/TU"))):
            yield "the validation data (/DSS) have a /TU that is no date"
        if "/TS" in entry:
            yield from _entry(entry.raw_get("/TS"), "time stamp", added)


def _form(dictionary: Any, kind: str, allowed: set[str]) -> Iterator[str]:
    if others := sorted({*dictionary} - allowed):
        yield f"the validation data (/DSS) have entries that do not belong there: {', '.join(others)[:100]}"
    if at(dictionary, "/Type", kind) != kind:
        yield f"the validation data (/DSS) say that they are something else: {str(at(dictionary, '/Type'))[:60]}"


def _listed(dictionary: Any, kinds: dict[str, str], added: set[Any]) -> Iterator[str]:
    for key, kind in kinds.items():
        listed = at(dictionary, key, generic.ArrayObject())
        if not isinstance(listed, generic.ArrayObject):
            yield f"the validation data (/DSS) have a {key} that is no list"
            continue
        for item in list.__iter__(listed):
            yield from _entry(item, kind, added)


def _entry(value: Any, kind: str, added: set[Any]) -> Iterator[str]:
    if not isinstance(value, generic.IndirectObject):
        yield f"the validation data (/DSS) hold something in place of a {kind}"
        return
    if value.reference not in added:
        return
    stream = value.get_object()
    if (
        not isinstance(stream, generic.StreamObject)
        or not {*stream} <= _STREAM_KEYS
        or not _is(kind, bytes(stream.data))
    ):
        yield f"object {value.idnum} was added as validation data (/DSS), and is no {kind}"


@functools.lru_cache(maxsize=4096)
def _is(kind: str, data: bytes) -> bool:
    """Tell whether `data` reads as that kind to its end. asn1crypto reads lazily, so each part is asked for."""
    try:
        _READERS[kind](data)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    return True


def _certificate(data: bytes) -> None:
    certificate = x509.Certificate.load(data, strict=True)
    _ = certificate.subject.dump(), certificate.public_key["algorithm"].native, certificate.signature
    _ = certificate["tbs_certificate"].native


def _list(data: bytes) -> None:
    body = crl.CertificateList.load(data, strict=True)["tbs_cert_list"]
    _ = body["issuer"].native, body["this_update"].native, body["signature"].native


def _response(data: bytes) -> None:
    response = ocsp.OCSPResponse.load(data, strict=True)
    if not len(response.response_data["responses"]):
        raise ValueError


def _time_stamp(data: bytes) -> None:
    token = cms.ContentInfo.load(data, strict=True)
    if token["content_type"].native != "signed_data":
        raise ValueError
    _ = token["content"]["encap_content_info"]["content"].parsed.native


_READERS: dict[str, Callable[[bytes], None]] = {
    "certificate": _certificate,
    "revocation list": _list,
    "OCSP response": _response,
    "time stamp": _time_stamp,
}
