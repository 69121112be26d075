"""Decides whether signing explains what was added to a letter after it was signed.

POLICY is stricter than pyHanko's own, since a letter keeps its places for signatures from the start: nobody may add a
field but for the signature or time stamp of that very revision, redraw an appearance in place, change a default of the
form, or leave an object that nothing refers to.

How pyHanko compares: each rule looks at the older and the newer of two revisions and yields the references whose change
it can explain; an object that is new or changed and that no rule has named makes the change suspicious. So a rule here
does two things: it raises NotBySigning for what is never allowed, with words for people, and leaves to pyHanko's rule
what may be explained. What no rule knows is refused, whatever it is.

Not here: words for what changed on the pages (`description`), whether the bytes are sound (`strict/`).
Source: ISO 32000-2, 12.8.2.2 (DocMDP); ETSI EN 319 142-1, 5.5 (what may be added).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DiffPolicy,
    DiffResult,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)
from pyhanko.sign.diff_analysis.policies import _find_orphans

from letterpress.signing.changes import validation_data
from letterpress.signing.changes.usages import TooEntangled, Usages
from letterpress.signing.fields import at


class NotBySigning(SuspiciousModification):  # type: ignore[misc,unused-ignore] # pyHanko is untyped
    """A change that is not allowed, said so that people understand it."""

    for_people = True
    """Whether the message is told as it is; pyHanko's own speak of its classes."""


class _InPlainWords(SuspiciousModification):  # type: ignore[misc,unused-ignore]
    """A change that pyHanko found, with words of ours, which are told where nothing better can be said."""


class _SameWords(MetadataUpdateRule):  # type: ignore[misc,unused-ignore]
    """XMP may be written again, as many programs do when they sign, if what it says of the letter stays.

    pyHanko's rule lets any well-formed metadata pass, and viewers show the title in their title bar.
    """

    def apply(self, old: Any, new: Any) -> Iterable[Any]:
        yield from super().apply(old, new)
        if _xmp_words(old.root) != _xmp_words(new.root):
            raise NotBySigning("title, author, language or conformance were changed in the metadata")


class _SameInfo(DocInfoRule):  # type: ignore[misc,unused-ignore]
    """The same for the older information dictionary: only the time and the program may change."""

    def apply(self, old: Any, new: Any) -> Iterable[Any]:
        yield from super().apply(old, new)
        before, after = map(_information, (old, new))
        if any(at(before, key) != at(after, key) for key in {*before, *after} - {"/ModDate", "/Producer"}):
            raise NotBySigning("title, author or subject were changed in the document information")


def _information(revision: Any) -> Any:
    reference = revision.trailer_view.get_value_as_reference("/Info", optional=True)
    return {} if reference is None else revision(reference)


class _SameCatalog(CatalogModificationRule):  # type: ignore[misc,unused-ignore]
    """The catalog stays but for what other rules look at, and for extensions of PDF that signing uses."""

    def __init__(self) -> None:
        super().__init__(ignored_keys=frozenset({"/AcroForm", "/DSS", "/Extensions", "/Metadata"}))

    def apply_qualified(self, old: Any, new: Any) -> Iterable[Any]:
        # As they are written: what a reference leads to is for the rules that know it, or is an object that changed
        # and that no rule explains.
        before, after = old.root, new.root
        keys = sorted({*before, *after} - self.ignored_keys)
        changed = [key for key in keys if _raw(before, key) != _raw(after, key)]
        if changed:
            raise NotBySigning(f"the document's {', '.join(changed)} was changed")
        _check_extensions(old, new)
        yield from super().apply_qualified(old, new)


_SIGNING_EXTENSIONS = frozenset({"/ESIC", "/ADBE", "/ISO_"})
"""Developer prefixes of the extensions that programs declare when they sign."""


def _check_extensions(old: Any, new: Any) -> None:
    before, after = (at(revision.root, "/Extensions", {}) for revision in (old, new))
    for key in sorted({*before, *after} - {"/Type"}):
        had, has = (_listed(at(extensions, key, generic.ArrayObject())) for extensions in (before, after))
        gained = [extension for extension in has if not any(_same(other, extension) for other in had)]
        lost = any(not any(_same(extension, other) for other in has) for extension in had)
        if lost or (gained and key not in _SIGNING_EXTENSIONS):
            raise NotBySigning(f"the document's /Extensions were changed ({key})")
        # An extension says that the file may be read by other rules than PDF 1.7: only signing is a reason for one.
        if gained and not _signs(old, new):
            raise NotBySigning(f"the document's /Extensions were changed ({key}), and nothing was signed")


def _listed(value: Any) -> list[Any]:
    return [*value] if isinstance(value, list) else [value]


def _signs(old: Any, new: Any) -> bool:
    """Tell whether a revision adds a signature, a time stamp, or what proves one for long."""
    if _raw(old.root, "/DSS") != _raw(new.root, "/DSS"):
        return True
    return _filled(old) != _filled(new)


def _filled(revision: Any) -> set[str]:
    from pyhanko.sign.fields import enumerate_sig_fields

    return {name for name, _, _ in enumerate_sig_fields(revision, filled_status=True)}


def _raw(dictionary: Any, key: str) -> Any:
    return dictionary.raw_get(key) if key in dictionary else None


def _same(old: Any, new: Any) -> bool:
    """Tell whether two values say the same, references followed: each as it is in its own revision.

    Two references that were met together before are not followed again: structures of PDF go round in circles.
    """
    waiting: list[tuple[Any, Any]] = [(old, new)]
    seen: set[tuple[int, ...]] = set()
    while waiting:
        before, after = waiting.pop()
        if isinstance(before, generic.IndirectObject) and isinstance(after, generic.IndirectObject):
            pair = (before.idnum, before.generation, after.idnum, after.generation)
            if pair in seen:
                continue
            seen.add(pair)
        before, after = before.get_object(), after.get_object()
        if isinstance(before, generic.DictionaryObject) and isinstance(after, generic.DictionaryObject):
            if isinstance(before, generic.StreamObject) != isinstance(after, generic.StreamObject):
                return False
            if isinstance(before, generic.StreamObject) and before.encoded_data != after.encoded_data:
                return False
            if before.keys() != after.keys():
                return False
            waiting.extend((before.raw_get(key), after.raw_get(key)) for key in before)
        elif isinstance(before, list) and isinstance(after, list):
            if len(before) != len(after):
                return False
            waiting.extend(zip(list.__iter__(before), list.__iter__(after), strict=True))
        elif type(before) is not type(after) or before != after:
            return False
    return True


class _SameForm(FormUpdatingRule):  # type: ignore[misc,unused-ignore]
    """The form stays but for its fields: not its fonts (/DR), its defaults (/DA, /Q), its flags."""

    def apply(self, old: Any, new: Any) -> Iterable[Any]:
        before, after = (at(revision.root, "/AcroForm", {}) for revision in (old, new))
        for key in sorted({*before, *after} - {"/Fields"}):
            if (key in before) != (key in after) or not _same(before.raw_get(key), after.raw_get(key)):
                raise NotBySigning(f"the form's {key} was changed")
        yield from super().apply(old, new)


class _OnlyWhatIsSigned(SigFieldCreationRule):  # type: ignore[misc,unused-ignore]
    """A field may be added only with the signature or time stamp that this very revision puts in it.

    It is invisible then: anything visible could lie over the text.
    """

    def apply(self, context: Any) -> Iterable[Any]:
        for name, spec in context.field_specs.items():
            if spec.old_field_ref is None and spec.new_field_ref is not None:
                self._check(name, spec.new_field)
        for level, update in super().apply(context):
            if not update.valid_when_certifying:  # which pyHanko says of fields with an area
                raise NotBySigning(f"a visible field was added: {update.field_name}")
            yield level, update

    def _check(self, name: str, field: Any) -> None:
        if at(field, "/FT") != "/Sig":
            raise NotBySigning(f"a field was added: {name}")
        if "/V" not in field:
            raise NotBySigning(f"an empty field was added: {name}")


class _OnlyValidationData(DSSCompareRule):  # type: ignore[misc,unused-ignore]
    """The document security store may grow by certificates, revocation lists and OCSP answers, and by nothing else."""

    def apply(self, old: Any, new: Any) -> Iterable[Any]:
        if fault := validation_data.fault(old, new):
            raise NotBySigning(fault)
        yield from super().apply(old, new)


POLICY = StandardDiffPolicy(
    global_rules=[
        _SameCatalog(),
        _SameInfo().as_qualified(ModificationLevel.LTA_UPDATES),
        ObjectStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        XrefStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        _OnlyValidationData().as_qualified(ModificationLevel.LTA_UPDATES),
        _SameWords().as_qualified(ModificationLevel.LTA_UPDATES),
    ],
    form_rule=_SameForm(
        field_rules=[
            _OnlyWhatIsSigned(),
            SigFieldModificationRule(allow_in_place_appearance_stream_changes=False),
        ],
        ignored_acroform_keys=frozenset({"/Fields"}),
    ),
    ignore_orphaned_objects=False,
)
"""What may happen to a letter after a signature: further signatures in their places, time stamps, validation data."""


@dataclass(frozen=True, slots=True)
class _Step:
    """What the policy says of one revision, compared with the one before it."""

    result: Any
    """A DiffResult, or the SuspiciousModification that was raised."""


class Review(DiffPolicy):  # type: ignore[misc,unused-ignore]
    """Applies POLICY to a file: each revision is compared once, with the one before it, whoever asks.

    pyHanko compares each signature's revision with all later ones: of fifty signatures, 1,225 pairs. Step by step is
    the stricter way: what one revision added, the next may not change either.
    """

    def __init__(self) -> None:
        self.steps: dict[int, _Step] = {}
        self.usages: Usages | None = None

    def apply(self, old: Any, new: Any, field_mdp_spec: Any = None, doc_mdp: Any = None) -> Any:
        """Compare two revisions, with nothing remembered."""
        return POLICY.apply(old, new, field_mdp_spec, doc_mdp)

    def review_file(self, reader: Any, base_revision: Any, field_mdp_spec: Any = None, doc_mdp: Any = None) -> Any:
        """Say what became of the file since `base_revision`.

        :param field_mdp_spec: which fields a signature locks, if it locks some.
        :returns: a DiffResult, or the SuspiciousModification that comes first.
        """
        base = base_revision if isinstance(base_revision, int) else base_revision.revision
        level, fields = ModificationLevel.NONE, set[str]()
        for revision in range(base + 1, reader.xrefs.total_revisions):
            result = self._step(reader, revision)
            if isinstance(result, SuspiciousModification):
                return result
            for name in sorted(result.changed_form_fields):
                if field_mdp_spec is not None and field_mdp_spec.is_locked(name):
                    return NotBySigning(f"the field {name} was signed or changed, which this signature had locked")
            level, fields = max(level, result.modification_level), fields | result.changed_form_fields
        return DiffResult(level, fields)

    def _step(self, reader: Any, revision: int) -> Any:
        if revision not in self.steps:
            old, new = (reader.get_historical_resolver(number) for number in (revision - 1, revision))
            try:
                self.usages = self.usages or Usages(reader)
                self.usages.prepare(old, new)
                self.steps[revision] = _Step(POLICY.apply(old, new))
            except TooEntangled:
                reason = "its objects refer to each other in too many ways to be compared"
                self.steps[revision] = _Step(NotBySigning(reason))
            except SuspiciousModification as error:
                self.steps[revision] = _Step(_explained(error, old, new))
            except Exception as error:  # the structure may be such that it cannot even be compared
                self.steps[revision] = _Step(NotBySigning(f"it cannot be compared ({type(error).__name__})"))
        return self.steps[revision].result


def _explained(error: Exception, old: Any, new: Any) -> Exception:
    """Say the same in plain words, with the objects that were added or changed: pyHanko speaks of its own objects."""
    if isinstance(error, NotBySigning):
        return error
    try:
        orphans = sorted(reference.idnum for reference in _find_orphans(new) - _structural(new))
        if orphans:
            return NotBySigning(f"{_objects(orphans, 'added')}, which nothing refers to")
        words = _words_for(str(error), old, new)
    except Exception:  # what is too odd to be looked at
        words = "objects were changed or added, as signing does not do"
    return _InPlainWords(words)


_KEYS = re.compile(r"/[A-Za-z0-9]+")


def _words_for(text: str, old: Any, new: Any) -> str:
    """Find plain words for what pyHanko says of the difference of two revisions; two of its texts are known."""
    given = [reference for reference in new.explicit_refs_in_revision() if reference not in _structural(new)]
    if match := re.match(r"Values for dict key (/\S+) differ", text):
        keys = {match[1]}
    elif match := re.match(r"Dict keys differ: (.*?) vs\. (.*)\.", text, re.DOTALL):
        keys = {*_KEYS.findall(match[1])} ^ {*_KEYS.findall(match[2])}
    else:
        keys = set()
    if keys:
        numbers = sorted(
            reference.idnum for reference in given if _differ(_read(old, reference), _read(new, reference), keys)
        )
        where = f" of {_objects(numbers)}" if numbers else ""
        return f"the entr{'ies' if len(keys) > 1 else 'y'} {', '.join(sorted(keys))}{where} changed"
    changed = sorted(one.idnum for one in given if _read(old, one) is not None)
    if changed:
        return f"{_objects(changed, 'changed')}, as signing does not do"
    return f"{_objects(sorted(one.idnum for one in given), 'added')}, as signing does not do"


def _read(revision: Any, reference: Any) -> Any:
    try:
        return revision(reference)
    except Exception:  # it was not there yet
        return None


def _differ(before: Any, after: Any, keys: set[str]) -> bool:
    if not (isinstance(before, generic.DictionaryObject) and isinstance(after, generic.DictionaryObject)):
        return False
    return all(_raw(before, key) != _raw(after, key) for key in keys)


def _objects(numbers: list[int], what: str = "") -> str:
    """Name objects: "object 7 was added", "objects 7, 8 were added"."""
    many = len(numbers) > 1
    listed = ", ".join(map(str, numbers[:5])) + (", ..." if numbers[5:] else "")
    verb = f" {'were' if many else 'was'} {what}" if what else ""
    return f"object{'s' * many} {listed}{verb}"


def _structural(new: Any) -> set[Any]:
    """Return the streams that hold objects or cross-references: nothing refers to them, and they belong there."""
    stream = new.reader.xrefs.get_xref_container_info(new.revision).stream_ref
    return {*new.object_streams_used(), *([stream] if stream is not None else [])}


_WORDS = (
    "{http://purl.org/dc/elements/1.1/}",
    "{http://www.aiim.org/pdfa/ns/id/}",
    "{http://www.aiim.org/pdfua/ns/id/}",
)


def _xmp_words(root: Any) -> list[tuple[str, str]]:
    """Read what the metadata say of the letter itself: Dublin Core and the standards that it keeps."""
    from lxml import etree

    if "/Metadata" not in root:
        return []
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    words: list[tuple[str, str]] = []
    for element in etree.fromstring(root["/Metadata"].data, parser=parser).iter(etree.Element):
        if element.tag.startswith(_WORDS):
            words.append((element.tag, " ".join("".join(element.itertext()).split())))
        words.extend((name, value) for name, value in element.attrib.items() if name.startswith(_WORDS))
    return sorted(words)
