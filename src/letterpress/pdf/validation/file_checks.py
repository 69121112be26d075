"""Checks of the file as a whole and of its objects, wherever they are: filters, files, actions, layers, halftones.

Not here: what the file says of itself (`metadata_checks`), and what is drawn (`content_checks`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from letterpress.pdf.enclosed_file import reason
from letterpress.pdf.validation import jpx, objects
from letterpress.pdf.validation.objects import Found, get, name
from letterpress.pdf.validation.rules import Broken
from letterpress.pdf.validation.subject import Subject
from letterpress.pdf.values import array, group, integer, is_array, is_group, is_stream

_ACTIONS = frozenset(
    "/GoTo /GoToR /GoToE /Launch /Thread /URI /Sound /Movie /Hide /Named /SubmitForm /ResetForm /ImportData /JavaScript"
    " /SetOCGState /Rendition /Trans /GoTo3DView".split()
)
"""Types of actions (ISO 32000-1, table 198)."""
_AREAS = ("/ViewArea", "/ViewClip", "/PrintArea", "/PrintClip")
_LONGEST_NAME, _LONGEST_STRING, _MOST_OBJECTS = 127, 32_767, 8_388_607
"""Limits of PDF: bytes of a name and of a string, indirect objects (PDF Reference 1.6, appendix C)."""


def check(subject: Subject) -> Iterator[Broken]:
    """Find what is broken in a file's objects."""
    yield from _of_the_file(subject)
    yield from _of_the_catalog(subject)
    for found in objects.walk(subject.pdf):
        for look in _LOOKS:
            yield from look(found)


def _of_the_file(subject: Subject) -> Iterator[Broken]:
    """Check how the file is written."""
    ids = array(subject.pdf.trailer, "/ID")
    if len(ids) != 2 or not all(objects.raw(part) for part in ids):
        yield Broken("document-id")
    if subject.pdf.is_encrypted:
        yield Broken("encryption")
    if name(subject.pdf.trailer.get("/Type")) == "/XRef":
        yield Broken("compressed-objects")
    if len(subject.pdf.objects) > _MOST_OBJECTS:
        yield Broken("limits", f"more than {_MOST_OBJECTS:,} objects")
    if said := subject.repairs:
        yield Broken("file-damaged", reason(said[0], str(subject.pdf.filename)))


def _of_the_catalog(subject: Subject) -> Iterator[Broken]:
    """Check what the catalog names."""
    root = subject.root
    names = group(root, "/Names")
    if get(names, "/JavaScript") is not None:
        yield Broken("javascript", "in the names of the catalog")
    if get(names, "/EmbeddedFiles") is not None:
        yield Broken("file-specification", "files are attached")
    if get(names, "/AlternatePresentations") is not None:
        yield Broken("alternate-presentation", "AlternatePresentations")
    if get(group(root, "/AcroForm"), "/XFA") is not None:
        yield Broken("xfa")
    preferences = group(root, "/ViewerPreferences")
    for key in _AREAS:
        area = name(get(preferences, key))
        if area not in ("", "/MediaBox", "/BleedBox"):
            yield Broken("viewer-area", f"{key[1:]} is {area[1:]}")
    yield from _layers(root)


def _layers(root: Any) -> Iterator[Broken]:
    layers = group(root, "/OCProperties")
    if layers is None:
        return
    default = group(layers, "/D")
    yield Broken("optional-content", object=objects.where(layers))
    if default is None:
        yield Broken("optional-content-default", object=objects.where(layers))
    for configuration in (default, *array(layers, "/Configs")):
        if get(configuration, "/AS") is not None:
            yield Broken("optional-content-usage", object=objects.where(configuration))


# --- one object -------------------------------------------------------------------------------------------------------


def _stream(found: Found) -> Iterator[Broken]:
    """Check how a stream is packed, and whether it is here."""
    value = found.value
    if not is_stream(value):
        return
    filters = value.get("/Filter")
    for one in filters if is_array(filters) else (filters,):
        rule = _FILTERS.get(name(one))
        if rule is not None:
            yield Broken(rule, object=found.number)
    if value.get("/F") is not None:
        yield Broken("external-data", object=found.number)


_FILTERS = {
    "/LZWDecode": "lzw-filter",
    "/LZW": "lzw-filter",
    "/JBIG2Decode": "jbig2-filter",
    "/JPXDecode": "jpx-filter",
    "/Crypt": "crypt-filter",
}


def _file(found: Found) -> Iterator[Broken]:
    """Check whether an object names another file."""
    value = found.value
    if is_stream(value):  # its own data in another file is another rule's
        return
    kind = name(value.get("/Type"))
    if kind in ("/Filespec", "/F") or is_group(value.get("/EF")):
        yield Broken("file-specification", object=found.number)


def _action(found: Found) -> Iterator[Broken]:
    """Check whether something happens by an object."""
    value = found.value
    kind = name(value.get("/S"))
    known = name(value.get("/Type")) == "/Action" or (kind in _ACTIONS and found.key not in ("/K", "/Trans"))
    if not known or "/O" in value:  # /O: attributes of a structure element
        return
    if kind == "/JavaScript":
        yield Broken("javascript", object=found.number)
    else:
        yield Broken("action", kind[1:], object=found.number)


def _picture(found: Found) -> Iterator[Broken]:
    """Check an image."""
    value = found.value
    if name(value.get("/Subtype")) != "/Image" or not is_stream(value):
        return
    if integer(value.get("/BitsPerComponent")) == 16:
        yield Broken("image-16-bit", object=found.number)
    for other in array(value, "/Alternates"):
        if get(other, "/DefaultForPrinting") is True:
            yield Broken("alternate-image", object=found.number)
    filters = value.get("/Filter")
    if "/JPXDecode" in {name(one) for one in (filters if is_array(filters) else (filters,))}:
        wrong = jpx.wrong(value)
        if wrong:
            yield Broken("jpx-channels", wrong, object=found.number)


def _form(found: Found) -> Iterator[Broken]:
    """Check a form, or what is drawn as one."""
    value = found.value
    kind = name(value.get("/Subtype"))
    if is_stream(value) and (kind == "/PS" or name(value.get("/Subtype2")) == "/PS" or "/PS" in value):
        yield Broken("postscript", object=found.number)
    if kind == "/Form" and is_group(value.get("/Ref")):
        yield Broken("reference-form", object=found.number)
    if kind in ("/Form", "/Image") and is_group(value.get("/OPI")):
        yield Broken("opi", object=found.number)


def _screen(found: Found) -> Iterator[Broken]:
    """Check what a graphics state or a halftone does to colours; TR, TR2 and HT stand in nothing else."""
    value = found.value
    if found.key == "/StructTreeRoot":
        return
    for key in ("/TR", "/TR2"):
        curve = value.get(key)
        # A soft mask has a TR as well, which turns its values and no colours (ISO 32000-1, table 144).
        if curve is not None and name(curve) not in ("/Default", "/Identity") and name(value.get("/Type")) != "/Mask":
            yield Broken("transfer-curve", key[1:], object=found.number)
    if "/HTP" in value:
        yield Broken("halftone-phase", object=found.number)
    if "/HalftoneType" in value:
        kind = integer(value.get("/HalftoneType"))
        if kind not in (1, 5):
            yield Broken("halftone", f"type {kind}", object=found.number)
        if "/HalftoneName" in value:
            yield Broken("halftone", "it has a name", object=found.number)
        if value.get("/TransferFunction") is not None and name(value.get("/TransferFunction")) != "/Identity":
            yield Broken("transfer-curve", "TransferFunction of a halftone", object=found.number)


def _page(found: Found) -> Iterator[Broken]:
    """Check what a page may not have beside its content and boxes."""
    if name(found.value.get("/Type")) != "/Page":
        return
    if is_group(found.value.get("/SeparationInfo")):
        yield Broken("separated-page", object=found.number)
    if "/PresSteps" in found.value:
        yield Broken("alternate-presentation", "PresSteps", object=found.number)


def _names(found: Found) -> Iterator[Broken]:
    """Check names and texts: how long they are, and whether a font's is UTF-8."""
    value = found.value
    for key, below in value.items():
        written = name(below)
        if max(len(key.encode("utf-8", "surrogateescape")), len(written.encode())) - 1 > _LONGEST_NAME:
            yield Broken("limits", f"a name of more than {_LONGEST_NAME} bytes", object=found.number)
        if len(objects.raw(below)) > _LONGEST_STRING and key != "/Contents":  # a signature's bytes
            yield Broken("limits", f"a text of more than {_LONGEST_STRING:,} bytes", object=found.number)
    if "/BaseFont" in value and not _is_utf8(value.get("/BaseFont")):
        yield Broken("name-encoding", f"font {name(value.get('/BaseFont'))[1:]}", object=found.number)
    for _, space in _spaces(value):
        for colour in (space[1],) if not is_array(space[1]) else list(space[1]):
            if not _is_utf8(colour):
                yield Broken("name-encoding", f"colour {name(colour)[1:]}", object=found.number)


def _spaces(value: Any) -> Iterator[tuple[str, list[Any]]]:
    """Yield the spot colours among the colour spaces of a resource dictionary."""
    below = value.get("/ColorSpace")
    for key, space in below.items() if is_group(below) else ():
        parts = list(space) if is_array(space) else []
        if len(parts) > 3 and name(parts[0]) in ("/Separation", "/DeviceN"):
            yield key, parts


def _is_utf8(value: Any) -> bool:
    try:
        str(value)
    except UnicodeDecodeError:
        return False
    return True


_LOOKS: tuple[Callable[[Found], Iterator[Broken]], ...] = (
    _stream,
    _file,
    _action,
    _picture,
    _form,
    _screen,
    _page,
    _names,
)
