"""Says what of an enclosure does not come along into a letter: signatures, forms, scripts, attached files, annotations.

Not here: what is lost by damage (`damage`), how the rest is appended (`append`).
Source: ISO 19005-2, 6.3.1 and 6.5.1 (annotations and actions that PDF/A-2 and -3 allow).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

from letterpress.errors import Diagnostic
from letterpress.pdf.values import annotations_of, array, group, groups, is_group

_ANNOTATIONS = frozenset(
    "/Link /Text /FreeText /Line /Square /Circle /Polygon /PolyLine /Highlight /Underline /Squiggly /StrikeOut /Stamp "
    "/Caret /Ink /Popup /Watermark".split()
)
_ACTIONS = frozenset(("/GoTo", "/GoToR", "/URI"))
_NAMED_ACTIONS = frozenset(("/NextPage", "/PrevPage", "/FirstPage", "/LastPage"))
"""Of those that PDF/A allows, the ones that mean the same in another file."""
_MAX_FIELDS = 100_000


def keeps_annotation(annotation: Any) -> bool:
    """Tell whether an annotation comes along; fields of forms become part of the page."""
    return annotation.get("/Subtype") in _ANNOTATIONS


def keeps_action(action: Any) -> bool:
    """Tell whether what happens on a click may happen in a letter."""
    if not is_group(action):
        return False
    kind = action.get("/S")
    return kind in _ACTIONS or (kind == "/Named" and action.get("/N") in _NAMED_ACTIONS)


class Census:
    """What a file has that does not come along, counted."""

    def __init__(self, pdf: Any) -> None:
        """Count through all pages of pikepdf's `pdf`."""
        self.scripts = 0
        self.fields: Counter[str] = Counter()
        """Form fields by `field_kind`."""
        self.kinds: Counter[str] = Counter()
        """Annotations by their subtype."""
        for page in pdf.pages:
            self.scripts += "/AA" in page.obj
            for annotation in annotations_of(page.obj):
                self._count(annotation)
        root = pdf.Root
        self.fields["signed"] += _signed_unseen(root)
        opening = group(root, "/OpenAction")
        self.scripts += "/JavaScript" in (group(root, "/Names") or {}) or "/AA" in root
        self.scripts += opening is not None and opening.get("/S") == "/JavaScript"
        self.files = len(pdf.attachments) + self.kinds.pop("FileAttachment", 0)

    def _count(self, annotation: Any) -> None:
        if annotation.get("/Subtype") == "/Widget":
            self.fields[field_kind(annotation)] += 1
        elif not keeps_annotation(annotation):
            self.kinds[str(annotation.get("/Subtype"))[1:]] += 1
        action = annotation.get("/A")
        self.scripts += "/AA" in annotation or (action is not None and not keeps_action(action))

    @property
    def has_fields(self) -> bool:
        """Whether there are fields that become print."""
        return bool(self.fields["signed"] or self.fields["field"])

    def warnings(self, name: str) -> Iterator[Diagnostic]:
        """Say what is left out of the enclosure `name`. Whoever knows the letter adds the place."""
        if self.fields["signed"]:
            message = f"'{name}' is signed: the letter shows its pages, and no longer proves who signed"
            yield _warning("enclosure-signed", name, message, "send the signed file itself along as well")
        if self.fields["unsigned"]:
            message = f"'{name}' has places to sign in; in the letter they are empty"
            hint = "send the file itself along as well, if it is to be signed"
            yield _warning("enclosure-unsigned", name, message, hint)
        if self.fields["field"]:
            message = f"'{name}' is a form: in the letter its fields are print, and cannot be filled in"
            hint = "send the form itself along as well, if it is to be filled in"
            yield _warning("enclosure-form", name, message, hint)
        if self.scripts:
            yield _warning("enclosure-script", name, f"'{name}' has scripts or actions; they are left out")
        if self.files:
            message = f"'{name}' carries {'a file' if self.files == 1 else f'{self.files} files'}, left out here"
            params = (("files", self.files),)
            yield _warning("enclosure-attachments", name, message, "send the file itself along as well", *params)
        if self.kinds:
            message = f"'{name}' has annotations that are left out: {', '.join(sorted(self.kinds))}"
            yield _warning("enclosure-annotations", name, message, None, ("kinds", tuple(sorted(self.kinds))))


def _warning(code: str, name: str, message: str, hint: str | None = None, *params: tuple[str, Any]) -> Diagnostic:
    return Diagnostic(severity="warning", message=message, hint=hint, code=code, params=(("enclosure", name), *params))


def _signed_unseen(root: Any) -> bool:
    """Tell whether a signature is in the file that no page shows: an invisible one, a time stamp, a certification."""
    if groups(root, "/Perms"):
        return True
    waiting = array(group(root, "/AcroForm"), "/Fields")
    seen: set[Any] = set()
    while waiting and len(seen) < _MAX_FIELDS:
        field = waiting.pop()
        if not is_group(field) or (field.is_indirect and field.objgen in seen):
            continue
        seen.add(field.objgen)
        if field.get("/FT") == "/Sig" and is_group(field.get("/V")):
            return True
        waiting += array(field, "/Kids")
    return False


def field_kind(field: Any) -> Literal["signed", "unsigned", "field"]:
    """Tell whether a form's field holds a signature, keeps a place for one, or is another."""
    kind, value = None, None
    for _ in range(64):  # what a field is, and what it holds, may stand with those above it
        kind, value = kind or field.get("/FT"), value if value is not None else field.get("/V")
        if not is_group(field.get("/Parent")):
            break
        field = field.Parent
    if kind != "/Sig":
        return "field"
    return "unsigned" if value is None else "signed"
