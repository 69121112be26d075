"""A letter file -> `Letter`.

Job: reads a letter with the people and organisations it names, checks it, and freezes it; all faults of a file in one
run, each with its line. Secret: where front matter ends, where references lie, which line a field stands on.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from letterpress.content import clauses, markdown, references
from letterpress.content import yaml as content_yaml
from letterpress.errors import Diagnostic, FieldFault, LetterpressError, UnreadableInput, did_you_mean, itself_failed
from letterpress.model import Letter, Party, Signatory, Version, frozendict
from letterpress.schema import models
from letterpress.text import bilingual, characters, language

MAX_BYTES = 4_000_000
"""Size of a letter's file: a thousand pages of text."""
_FOLDERS = {"from": ("organisations", "people"), "to": ("people", "organisations"), "signatories": ("people",)}


def project_root(path: Path) -> Path:
    """The nearest folder upward from `path` that has a `content/` or `templates/`; else the file's own folder."""
    start = path.resolve()
    folder = start if start.is_dir() else start.parent
    for candidate in (folder, *folder.parents):
        if (candidate / "content").is_dir() or (candidate / "templates").is_dir():
            return candidate
    return folder


def read_text(path: Path, shown: str) -> str:
    """A text file as UTF-8, line ends as `\\n`.

    :raises UnreadableInput: it is missing, a folder, too large, not permitted, or not UTF-8 (with the line).
    """
    try:
        if path.is_dir():
            hint = "name the letter's file, such as " + f"{shown.rstrip('/')}/letter.md"
            raise UnreadableInput("is a folder, not a letter", file=shown, hint=hint)
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableInput(f"is larger than {MAX_BYTES // 1_000_000} MB", file=shown)
        data = path.read_bytes()
    except FileNotFoundError:
        siblings = [sibling.name for sibling in path.parent.glob("*.md")] if path.parent.is_dir() else []
        raise UnreadableInput("there is no such file", file=shown, hint=did_you_mean(path.name, siblings)) from None
    except OSError as error:
        raise UnreadableInput(f"cannot be read: {error.strerror}", file=shown) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        byte = f"byte 0x{data[error.start]:02X}"
        hint = "save it as UTF-8; it looks like Windows-1252 or UTF-16 now"
        raise UnreadableInput(f"is not UTF-8: {byte}", file=shown, line=line, hint=hint) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def load(path: str | Path) -> Letter:
    """Read one letter.

    :raises UnreadableInput: the file cannot be read.
    :raises LetterpressError: it has faults; all of them are in `diagnostics`.
    """
    letter, faults = examine(path)
    if letter is None or any(fault.severity == "error" for fault in faults):
        raise LetterpressError(faults)
    return letter


def examine(path: str | Path) -> tuple[Letter | None, tuple[Diagnostic, ...]]:
    """Read one letter and give all that is wrong with it; None where it cannot be made a `Letter`.

    :raises UnreadableInput: the file cannot be read.
    """
    try:
        letter, faults = _Reader(Path(path), str(path)).read()
    except (LetterpressError, MemoryError):
        raise
    except Exception as error:  # of a library: a fault of this letter, like any other
        return None, (itself_failed(error, str(path)),)
    files = list(dict.fromkeys(fault.file for fault in faults if fault.file != str(path)))
    order = {file: number for number, file in enumerate([str(path), *files])}
    return letter, tuple(sorted(faults, key=lambda fault: (order[fault.file or str(path)], fault.line or 0)))


class _Reader:
    """One reading of one letter: gathers places and faults on the way."""

    def __init__(self, path: Path, shown: str) -> None:
        self.path = path
        self.shown = shown
        self.root = project_root(path)
        self.faults: list[Diagnostic] = []
        self.places: dict[str, tuple[str, int]] = {}
        self.ink_bases: dict[int, str] = {}

    def read(self) -> tuple[Letter | None, tuple[Diagnostic, ...]]:
        text = self._check_characters(read_text(self.path, self.shown), self.shown)
        front, body_text, body_line = self._split(text)
        if front is None:
            return None, tuple(self.faults)
        document = content_yaml.read(front, file=self.shown, first_line=2)
        self.faults += document.faults
        self.places.update({path: (self.shown, line) for path, line in document.lines.items()})
        data = document.data
        if data is None and not document.faults:
            data = {}
        if not isinstance(data, dict):
            if not document.faults:
                hint = "write 'name: value' lines, such as 'letterhead: plain'"
                self.fault("the front matter is not a group of fields", line=2, hint=hint)
            data = None
        top = 2 if isinstance(data, dict) and data.get("subject") else 1
        own, *others = bilingual.split(body_text, body_line)
        body = self._body(own, top)
        if data is None:
            return None, tuple(self.faults)
        self._resolve_references(data)
        body = self._with_clauses(body, data, str(data.get("lang") or "en-US"))
        versions, problems = self._versions(data, own, others, top)
        model, more = models.check("letter", data)
        problems = more + problems
        problems += references.unknown_country(data.get("from"), "from")
        for at, one in enumerate(data["to"] if isinstance(data.get("to"), list) else [], start=1):
            problems += references.unknown_country(one, f"to.{at}")
        problems += references.unknown_country(data.get("to"), "to")
        problems += references.unknown_offices(data)
        for problem in problems:
            self.fault(problem.message, field=problem.path, hint=problem.hint)
        if model is None:
            # With what is at fault left out, the rest of the letter can still be examined in the same run.
            model, _ = models.check("letter", references.without(data, [problem.path for problem in problems]))
        if model is None:
            return None, tuple(self.faults)
        try:
            language.check(model.lang)
        except LetterpressError as error:
            self.fault(error.diagnostics[0].message, field="lang", hint=error.diagnostics[0].hint)
        return self._letter(model, body, versions), tuple(self.faults)

    def _body(self, part: bilingual.Part, top: int) -> Any:
        body, faults = markdown.parse(part.text, file=self.shown, first_line=part.line, top_heading=top)
        self.faults += faults
        return body

    def _versions(
        self, data: dict[str, Any], own: bilingual.Part, others: list[bilingual.Part], top: int
    ) -> tuple[tuple[Version, ...], list[FieldFault]]:
        """What the letter says in further languages; `data` keeps the texts of its own one."""
        lang = str(data.get("lang") or "en-US")
        if own.lang is not None and not bilingual.same(own.lang, lang):
            hint = f"write lang: {own.lang} in the front matter, or begin with the part in '{lang}'"
            self.fault(f"the text begins in '{own.lang}', and the letter is in '{lang}'", line=own.line - 1, hint=hint)
        seen = [lang]
        found: list[tuple[bilingual.Part, str, Any]] = []
        for part in others:
            tag = part.lang or lang
            if not language.is_known(tag):
                self.fault(f"'{tag}' is not a language that letterpress can set", line=part.line - 1, hint="fr, de-CH")
            elif any(bilingual.same(tag, one) for one in seen):
                self.fault(f"there is a second part in '{tag}'", line=part.line - 1, hint="write both in one")
            else:
                seen.append(tag)
                found.append((part, tag, self._with_clauses(self._body(part, top), data, tag)))
        texts, faults = bilingual.take_texts(data, lang, seen[1:])
        versions = []
        for _, tag, body in found:
            model, wrong = models.check("letter", texts.get(tag, {}))
            faults += [FieldFault(f"{one.path}.{tag}", one.message, one.hint) for one in wrong]
            given = {name: getattr(model, name) for name in bilingual.TEXTS} if model else {}
            versions.append(Version(lang=tag, body=body, **given))
        return tuple(versions), faults

    def fault(
        self, message: str, *, field: str | None = None, line: int | None = None, hint: str | None = None
    ) -> None:
        file = self.shown
        if field is not None:
            file, line = self.place(field)
        self.faults.append(Diagnostic(message=message, file=file, line=line, field=field, hint=hint))

    def place(self, path: str) -> tuple[str, int]:
        """File and line of a field: its own, or that of the nearest group around it."""
        return references.nearest(self.places, path) or (self.shown, 2)

    def _check_characters(self, text: str, shown: str) -> str:
        """Refuse what no page can show; gives the text without it, so that it is said once."""
        if characters.unprintable(text) is None:
            return text
        for number, line in enumerate(text.split("\n"), start=1):
            char = characters.unprintable(line)
            if char is not None:
                message = f"{characters.named(char)} cannot be printed"
                hint = "delete it; it often comes along when text is copied"
                self.faults.append(Diagnostic(message=message, file=shown, line=number, hint=hint))
        return characters.without_unprintable(text)

    def _split(self, text: str) -> tuple[str | None, str, int]:
        """Front matter, body, and the line that the body begins on."""
        lines = text.split("\n")
        if lines[0].rstrip() != "---":
            hint = "begin the file with '---', the fields, and a second '---' (try `letterpress new DIR`)"
            self.fault("there is no front matter: the first line is not '---'", line=1, hint=hint)
            return None, "", 1
        for index, line in enumerate(lines[1:], start=1):
            if line.rstrip() in ("---", "..."):
                return "\n".join(lines[1:index]), "\n".join(lines[index + 1 :]), index + 2
        self.fault("the front matter is never closed", line=1, hint="write '---' on a line of its own below the fields")
        return None, "", 1

    def _with_clauses(self, body: Any, data: dict[str, Any], lang: str) -> Any:
        """The body with its shared clauses, and the letter's fields with theirs; a field of the letter's own stays."""
        found = clauses.insert(
            body,
            self.root / "content" / "clauses",
            lang=lang,
            file=self.shown,
            shown=lambda path: _shown_beside(path, self.path, self.shown),
            read=read_text,
        )
        self.faults += found.faults
        own = data.get("fields")
        if found.fields and (own is None or isinstance(own, dict)):
            data["fields"] = {**found.fields, **(own or {})}
            self.places = {**found.places, **self.places}
        return found.body

    def _resolve_references(self, data: dict[str, Any]) -> None:
        """Put the person or organisation that a name means in the place of the name."""
        if isinstance(data.get("from"), str):
            data["from"] = self._referred("from", data["from"], "from")
        to = data.get("to")
        if isinstance(to, str):
            data["to"] = self._referred("to", to, "to")
        elif isinstance(to, list):
            data["to"] = [
                self._referred("to", item, f"to.{at}") if isinstance(item, str) else item
                for at, item in enumerate(to, start=1)
            ]
        signatories = data.get("signatories")
        if isinstance(signatories, list):
            for at, item in enumerate(signatories):
                self.ink_bases[at] = str(self.path.resolve().parent)
                if isinstance(item, str):
                    signatories[at] = self._referred("signatories", item, f"signatories.{at + 1}", at)

    def _referred(self, role: str, name: str, path: str, at: int = 0) -> dict[str, Any]:
        """The data of `name`, cut down to what the role takes; an empty group, and a fault, if there is none."""
        content = self.root / "content"
        known: list[str] = []
        for folder in _FOLDERS[role]:
            if not (content / folder).is_dir():
                continue
            files = {file.stem: file for ending in ("*.yml", "*.yaml") for file in (content / folder).glob(ending)}
            known += files
            if name in files:
                self.ink_bases[at] = str((content / folder).resolve())
                return self._read_person(files[name], role, path)
        where = " or ".join(f"content/{folder}/" for folder in _FOLDERS[role])
        below = "'- name:' in the list" if role == "signatories" else f"'name:' below '{role}:'"
        hint = did_you_mean(name, known) or f"write {below}"
        if not known and re.fullmatch(r"[\w-]+", name):
            hint = f"add content/{_FOLDERS[role][0]}/{name}.yml, or {hint}"
        self.fault(f"there is no '{name}' in {where}", field=path, hint=hint)
        return {"name": name}

    def _read_person(self, file: Path, role: str, path: str) -> dict[str, Any]:
        shown = _shown_beside(file, self.path, self.shown)
        try:
            text = read_text(file, shown)
        except LetterpressError as error:
            self.faults += error.diagnostics
            return {"name": file.stem}
        text = self._check_characters(text, shown)
        document = content_yaml.read(text, file=shown)
        self.faults += document.faults
        if not isinstance(document.data, dict):
            if not document.faults:
                self.faults.append(Diagnostic(message="holds no fields", file=shown, line=1, hint="write 'name: ...'"))
            return {"name": file.stem}
        _, problems = models.check("person", document.data)
        if role == "signatories" and not document.data.get("name"):
            problems.append(FieldFault("name", "is missing: a signatory has a name", "add 'name:'"))
        problems += references.unknown_country(document.data, "")
        problems += references.unknown_office(document.data, "")
        for problem in problems:
            line = references.nearest(document.lines, problem.path) or 1
            self.faults.append(
                Diagnostic(message=problem.message, file=shown, line=line, field=problem.path, hint=problem.hint)
            )
        if problems:
            return {"name": file.stem}
        allowed = models.signatory_fields() if role == "signatories" else models.party_fields()
        data = {key: value for key, value in document.data.items() if key in allowed}
        for inner in [key for key in self.places if key.startswith(f"{path}.")]:
            del self.places[inner]
        self.places.update({f"{path}.{key}": (shown, line) for key, line in document.lines.items() if key})
        return data

    def _letter(self, model: Any, body: Any, versions: tuple[Version, ...]) -> Letter:
        signatories: list[Signatory] = []
        for at, one in enumerate(model.signatories):
            signatories.append(models.signatory(one, self.ink_bases.get(at)))
        return Letter(
            slug=slug_of(self.path),
            path=self.shown,
            folder=str(self.path.resolve().parent),
            root=str(self.root),
            letterhead=model.letterhead,
            lang=model.lang,
            date=model.date,
            body=body,
            sender=_party(model.sender),
            to=tuple(models.party(one) for one in model.to),
            subject=model.subject,
            reference=tuple(model.reference.items()),
            via=tuple(model.via),
            notices=tuple(model.notices),
            salutation=model.salutation,
            closing=model.closing,
            signatories=tuple(signatories),
            signatories_order=model.signatories_order,
            sign=model.sign,
            enclosures=tuple(models.enclosure(one) for one in model.enclosures),
            enclosures_conformance=model.enclosures_conformance,
            cc=tuple(model.cc),
            bcc=tuple(model.bcc),
            postscript=model.postscript,
            paper=model.paper,
            versions=versions,
            bilingual=model.bilingual,
            typography=model.typography,
            parameters=models.freeze(model.parameters),
            fields=frozendict({name: models.field_spec(spec) for name, spec in model.fields.items()}),
            variants=models.freeze(model.variants),
            map=frozendict(model.map),
            places=frozendict(self.places),
        )


def _party(model: Any) -> Party | None:
    return None if model is None else models.party(model)


def slug_of(path: Path) -> str:
    """The file's name without its ending: `offer.de.md` -> `offer.de`."""
    return path.name.removesuffix(".md") if path.name.endswith(".md") else path.stem


def _shown_beside(file: Path, letter: Path, shown: str) -> str:
    """`file` as the user would write it, seen from how the letter was named."""
    base = Path(shown).parent
    if base.is_absolute():
        return str(file)
    return os.path.normpath(base / os.path.relpath(file.resolve(), letter.resolve().parent))


def signatory(letter: Letter, name: str) -> Signatory:
    """The person that `name` means in the letter's project: who signs, where a record chooses that.

    :raises LetterpressError: there is none of that name, or their file has faults.
    """
    reader = _Reader(Path(letter.folder) / Path(letter.path).name, letter.path)
    data = reader._referred("signatories", name, "signatories")
    if reader.faults:
        raise LetterpressError(reader.faults)
    model, _ = models.check("letter", {"signatories": [data]})
    return models.signatory(model.signatories[0], reader.ink_bases.get(0))
