"""Reads a letter's file, with the people and organisations that it names, into a frozen `Letter`.

All faults of a file are found in one run, each with its line. What is at fault is left out, and the rest is examined.

Not here: front matter as YAML (`yaml`), which fields there are (`schema`), the body (`markdown`).
"""

from __future__ import annotations

import copy
import dataclasses
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from letterpress.content import clauses, defaults, front_matter, markdown, people, references, text_file
from letterpress.content import yaml as content_yaml
from letterpress.errors import Diagnostic, FieldFault, LetterpressError, itself_failed
from letterpress.files import project
from letterpress.model import Letter, Party, Signatory, Version, frozendict
from letterpress.schema import models, values
from letterpress.text import bilingual, language, language_names


def load(path: str | Path) -> Letter:
    """Read one letter.

    :raises UnreadableInput: the file cannot be read.
    :raises LetterpressError: it has faults; all of them are in `diagnostics`.
    """
    letter, faults = examine(path)
    if letter is None or any(fault.severity == "error" for fault in faults):
        raise LetterpressError(faults)
    return noted(letter, faults)


def noted(letter: Letter, faults: tuple[Diagnostic, ...]) -> Letter:
    """Give the letter with what was found when it was read: whoever makes it says it, too."""
    return dataclasses.replace(letter, remarks=faults) if faults else letter


def examine(path: str | Path) -> tuple[Letter | None, tuple[Diagnostic, ...]]:
    """Read one letter and give all that is wrong with it; None where it cannot be made a `Letter`.

    :raises UnreadableInput: the file cannot be read.
    """
    return _examined(_Reader(Path(path), str(path)))


def examine_text(
    data: bytes, path: Path, shown: str, *, mapped: bool = False
) -> tuple[Letter | None, tuple[Diagnostic, ...]]:
    """Read a letter that is no file, and give all that is wrong with it.

    :param path: the file that it would be; `shown` is what messages call it.
    :param mapped: whether the blocks of its text are to know their lines, for a page that says where each stands.
    :raises UnreadableInput: it is no text in UTF-8.
    """
    return _examined(_Reader(path, shown, text=text_file.decoded(data, shown), mapped=mapped))


def examine_project(folder: Path) -> tuple[Letter | None, tuple[Diagnostic, ...]]:
    """Read what the project of `folder` says for its letters, as a letter that says nothing itself.

    :returns: that letter, and the faults of the project's file.
    """
    root = project.root_of(folder)
    path = root / "letter.md"
    shown = path if folder.is_absolute() else Path(os.path.relpath(path, Path.cwd().resolve()))
    return _examined(_Reader(path, str(shown), text="---\n---\n\nText.\n"))


def _examined(reader: _Reader) -> tuple[Letter | None, tuple[Diagnostic, ...]]:
    path = reader.shown
    try:
        letter, unplaced = reader.read()
    except (LetterpressError, MemoryError):
        raise
    except Exception as error:  # of a library: a fault of this letter, like any other
        return None, (itself_failed(error, path),)
    faults = _completed(unplaced, reader.texts)
    files = list(dict.fromkeys(fault.file for fault in faults if fault.file != path))
    order = {file: number for number, file in enumerate([path, *files])}
    return letter, tuple(sorted(faults, key=lambda fault: (order[fault.file or path], fault.line or 0)))


def _completed(faults: Sequence[Diagnostic], texts: Mapping[str, str] | None = None) -> tuple[Diagnostic, ...]:
    """Find the characters that faults are about."""
    if not faults:
        return ()
    from letterpress.content import places  # here: most letters have no fault

    return places.complete(faults, texts)


class _Reader:
    """Reads one letter, and gathers places and faults on the way."""

    def __init__(self, path: Path, shown: str, text: str | None = None, *, mapped: bool = False) -> None:
        self.path = path
        self.text = text
        """The letter's text; None: what is in the file."""
        self.shown = shown
        self.mapped = mapped
        self.root = project.root_of(path)
        self.faults: list[Diagnostic] = []
        self.places: dict[str, tuple[str, int]] = {}
        self.ink_bases: dict[int, str] = {}
        self.design_base = str(path.resolve().parent)
        """What the files of the sender's design are relative to."""
        self.by_project: frozenset[str] = frozenset()
        """Fields that the project says."""
        self.project_parameters: Mapping[str, Any] = frozendict()
        self.project_letterhead: str | None = None
        self.texts: dict[str, str] = {}
        """The letter's text, by its file: what a fault's place is looked up in."""

    def read(self) -> tuple[Letter | None, tuple[Diagnostic, ...]]:
        written = text_file.read(self.path, self.shown) if self.text is None else self.text
        self.texts[self.shown] = written
        text, unprintable = text_file.without_unprintable(written, self.shown)
        self.faults += unprintable
        parts = front_matter.split(text, self.shown)
        if isinstance(parts, Diagnostic):
            return None, (*self.faults, parts)
        document = content_yaml.read(parts.front, file=self.shown, first_line=2)
        self.faults += document.faults
        self.places.update({path: (self.shown, line) for path, line in document.lines.items()})
        data = document.data
        if data is None and not document.faults:
            data = {}
        if not isinstance(data, dict):
            if not document.faults:
                hint = "write 'name: value' lines, such as 'letterhead: plain'"
                message, params = "the front matter is not a group of fields", (("expected", "group of fields"),)
                self.fault("type-wrong", message, line=2, hint=hint, params=params)
            data = None
        top = 2 if isinstance(data, dict) and data.get("subject") else 1
        own, *others = bilingual.split(parts.body, parts.body_line)
        self.faults += (
            slip.at(file=self.shown, line=line) for line, slip in bilingual.slips(parts.body, parts.body_line)
        )
        body = self._body(own, top)
        if data is None:
            return None, tuple(self.faults)
        self._take_defaults(data)
        if isinstance(data.get("lang"), str):
            data["lang"] = language_names.tag_or_same(data["lang"])
        self._resolve_references(data)
        body = self._with_clauses(body, data, str(data.get("lang") or "en-US"))
        versions, problems = self._versions(data, own, others, top)
        model, more = models.check("letter", data)
        problems = more + problems
        problems += references.unknown_countries(data)
        problems += references.unknown_offices(data)
        for problem in problems:
            file, line = self.place(problem.path)
            self.faults.append(problem.as_diagnostic(file=file, line=line))
        if model is None:
            # With what is at fault left out, the rest of the letter can still be examined in the same run.
            model, _ = models.check("letter", references.without(data, [problem.path for problem in problems]))
        if model is None:
            return None, tuple(self.faults)
        try:
            language.check(model.lang)
        except LetterpressError as error:
            file, line = self.place("lang")
            self.faults.append(dataclasses.replace(error.diagnostics[0], file=file, line=line, field="lang"))
        return self._letter(model, body, versions), tuple(self.faults)

    def _body(self, part: bilingual.Part, top: int) -> Any:
        body, faults = markdown.parse(
            part.text, file=self.shown, first_line=part.line, top_heading=top, mapped=self.mapped
        )
        self.faults += faults
        return body

    def _versions(
        self, data: dict[str, Any], own: bilingual.Part, others: list[bilingual.Part], top: int
    ) -> tuple[tuple[Version, ...], list[FieldFault]]:
        """What the letter says in further languages; `data` keeps the texts of its own one."""
        lang = str(data.get("lang") or "en-US")
        if own.lang is not None and not bilingual.same(own.lang, lang) and language.is_known(own.lang):
            hint = f"write lang: {own.lang} in the front matter, or begin with the part in '{lang}'"
            message = f"the text begins in '{own.lang}', and the letter is in '{lang}'"
            params = (("lang", lang),)
            self.fault("language-differs", message, line=own.line - 1, hint=hint, value=own.lang, params=params)
        seen, tags = [lang], [lang, *(part.lang or lang for part in (own, *others))]
        bodies: list[tuple[str, Any]] = []
        for part in others:
            tag = part.lang or lang
            if not language.is_known(tag):
                continue
            if any(bilingual.same(tag, one) for one in seen):
                message = f"there is a second part in '{tag}'"
                self.fault("language-part-twice", message, line=part.line - 1, hint="write both in one", value=tag)
            else:
                seen.append(tag)
                bodies.append((tag, self._with_clauses(self._body(part, top), data, tag)))
        if len(seen) == 1 and data.get("bilingual") == "columns" and not others:
            message, hint = "the letter is in one language", "begin the second one with a line <!-- lang: fr -->"
            self.fault("language-part-missing", message, field="bilingual", hint=hint, severity="warning")
        for name, problem in bilingual.lacking(data, lang, seen[1:]) if len(seen) > 1 else ():
            file, line = self.place(name)
            self.faults.append(problem.at(file=file, line=line, field=name, severity="warning"))
        unknown = [part for part in (own, *others) if part.lang is not None and not language.is_known(part.lang)]
        for part in unknown:
            self.faults.append(bilingual.unknown(part, data, tags).at(file=self.shown, line=part.line - 1))
        texts, faults = bilingual.take_texts(data, lang, seen[1:])
        faults = [] if unknown else faults  # a text may be that of a part whose language is not known
        versions = []
        for tag, body in bodies:
            model, wrong = models.check("letter", texts.get(tag, {}))
            faults += [fault._replace(path=f"{fault.path}.{tag}") for fault in wrong]
            given = {name: getattr(model, name) for name in bilingual.TEXTS} if model else {}
            versions.append(Version(lang=tag, body=body, **given))
        return tuple(versions), faults

    def fault(self, code: str, message: str, *, field: str | None = None, line: int | None = None, **more: Any) -> None:
        """Note a fault of the field `field`, or of the line `line` of the letter's file."""
        file = self.shown
        if field is not None:
            file, line = self.place(field)
        self.faults.append(Diagnostic(code=code, message=message, file=file, line=line, field=field, **more))

    def place(self, path: str) -> tuple[str, int]:
        """Find file and line of a field: its own, or those of the nearest group around it."""
        return references.nearest(self.places, path) or (self.shown, 2)

    def _with_clauses(self, body: Any, data: dict[str, Any], lang: str) -> Any:
        """Insert the body's clauses, and add the fields they declare, except those that the letter declares itself."""
        inserted = clauses.insert(
            body,
            self.root / "content" / "clauses",
            lang=lang,
            file=self.shown,
            shown=self._shown,
            read=text_file.read,
            mapped=self.mapped,
        )
        self.faults += inserted.faults
        own = data.get("fields")
        if inserted.fields and (own is None or isinstance(own, dict)):
            data["fields"] = {**inserted.fields, **(own or {})}
            self.places = {**inserted.places, **self.places}
        return inserted.body

    def _take_defaults(self, data: dict[str, Any]) -> None:
        """Put what the project says for all its letters in the places of what this one does not say."""
        file = self.root / project.FILE
        said = defaults.read(self.root, self._shown(file))
        self.faults += said.faults
        if said.text:
            self.texts[self._shown(file)] = said.text
        taken = [name for name in defaults.LETTER_FIELDS if name in said.data and name not in data]
        for name in taken:
            data[name] = copy.deepcopy(said.data[name])
            inner = {path: place for path, place in said.places.items() if path == name or path.startswith(f"{name}.")}
            self.places.update(inner)
        self.by_project = frozenset(taken)
        self.project_parameters = values.freeze(said.data.get("parameters") or {})
        self.project_letterhead = said.data.get("letterhead")
        for path in (f"parameters.{name}" for name in self.project_parameters):
            if path in said.places:
                self.places.setdefault(path, said.places[path])
        if "from" in taken:
            self.design_base = str(self.root)

    def _resolve_references(self, data: dict[str, Any]) -> None:
        """Put the person or organisation that a name means in the place of the name."""
        for role in ("from", "to"):
            if isinstance(data.get(role), str):
                party = self._referred(role, data[role], role)
                data[role] = party.data
                if role == "from" and party.folder:
                    self.design_base = party.folder
        if isinstance(data.get("to"), list):
            data["to"] = self._recipients(data["to"])
        signatories = data.get("signatories")
        if isinstance(signatories, list):
            for at, item in enumerate(signatories):
                own = "signatories" not in self.by_project
                self.ink_bases[at] = str(self.path.resolve().parent if own else self.root)
                if isinstance(item, str):
                    person = self._referred("signatories", item, f"signatories.{at + 1}")
                    signatories[at], self.ink_bases[at] = person.data, person.folder or self.ink_bases[at]

    def _recipients(self, names: list[Any]) -> list[Any]:
        before = len(self.faults)
        known = {
            at: self._referred("to", name, f"to.{at}") for at, name in enumerate(names, 1) if isinstance(name, str)
        }
        cut = people.cut_at_commas(names, list(known.values()))
        if cut is not None:
            file, line = self.place("to")
            self.faults[before:] = [dataclasses.replace(cut, file=file, line=line, field="to")]
        return [known[at].data if at in known else name for at, name in enumerate(names, start=1)]

    def _referred(self, role: people.Role, name: str, path: str) -> people.Referred:
        """Read the person or organisation `name`, which the letter names at `path`.

        Faults of fields below `path` are then placed in that person's or organisation's file.
        """
        person = people.refer(name, role, root=self.root, shown=self._shown)
        if person.fault is not None:
            file, line = self.place(path)
            self.faults.append(dataclasses.replace(person.fault, file=file, line=line, field=path))
        self.faults += person.faults
        if person.places:
            self.places = {key: place for key, place in self.places.items() if not key.startswith(f"{path}.")}
            self.places.update({f"{path}.{key}": place for key, place in person.places.items()})
        return person

    def _shown(self, file: Path) -> str:
        return _shown_beside(file, self.path, self.shown)

    def _sender(self, model: Any) -> Party | None:
        if model is None:
            return None
        party = values.party(model)
        return dataclasses.replace(party, design_base=self.design_base) if party.design else party

    def _letter(self, model: Any, body: Any, versions: tuple[Version, ...]) -> Letter:
        signatories: list[Signatory] = []
        for at, person in enumerate(model.signatories):
            signatories.append(values.signatory(person, self.ink_bases.get(at)))
        return Letter(
            slug=slug_of(self.path),
            path=self.shown,
            folder=str(self.path.resolve().parent),
            root=str(self.root),
            letterhead=model.letterhead,
            lang=model.lang,
            date=model.date,
            body=body,
            sender=self._sender(model.sender),
            to=tuple(values.party(party) for party in model.to),
            subject=model.subject,
            reference=tuple(model.reference.items()),
            via=tuple(model.via),
            notices=tuple(model.notices),
            salutation=model.salutation,
            closing=model.closing,
            signatories=tuple(signatories),
            signatories_order=model.signatories_order,
            sign=model.sign,
            enclosures=tuple(values.enclosure(item) for item in model.enclosures),
            enclosures_conformance="refuse" if model.enclosures_conformance == "keep" else model.enclosures_conformance,
            attachments=tuple(map(values.attachment, model.attachments)),
            einvoice=values.einvoice(model.einvoice),
            codes=tuple(map(values.spec, model.codes)),
            cc=tuple(model.cc),
            bcc=tuple(model.bcc),
            postscript=model.postscript,
            paper=model.paper,
            versions=versions,
            bilingual=model.bilingual,
            typography=model.typography,
            parameters=values.freeze(model.parameters),
            fit=model.fit,
            project_parameters=self.project_parameters,
            project_letterhead=self.project_letterhead,
            stationery=values.stationery(model.stationery) if model.stationery else frozendict(),
            fields=frozendict({name: values.field_spec(spec) for name, spec in model.fields.items()}),
            variants=values.freeze(model.variants),
            map=frozendict(model.map),
            data=None if model.data is None else values.writing(model.data),
            places=frozendict(self.places),
        )


def slug_of(path: Path) -> str:
    """Give a file's name without its ending: `offer.de.md` -> `offer.de`."""
    return path.name.removesuffix(".md") if path.name.endswith(".md") else path.stem


def _shown_beside(file: Path, letter: Path, shown: str) -> str:
    """Name `file` as the user would write it, seen from how the letter was named."""
    base = Path(shown).parent
    if base.is_absolute():
        return str(file)
    return os.path.normpath(base / os.path.relpath(file.resolve(), letter.resolve().parent))


def signatory(letter: Letter, name: str) -> Signatory:
    """Read the person `name` of the letter's project as a signatory: a record may choose who signs.

    :raises LetterpressError: there is none of that name, or their file has faults.
    """
    reader = _Reader(Path(letter.folder) / Path(letter.path).name, letter.path)
    person = reader._referred("signatories", name, "signatories")
    if reader.faults:
        raise LetterpressError(_completed(reader.faults))
    model, _ = models.check("letter", {"signatories": [person.data]})
    return values.signatory(model.signatories[0], person.folder)
