"""A letter and its values -> a letter whose every text is final.

Job: runs the templates in the front matter and the body with the record's values. Secret: the order in which they may
lean on each other (fields, then recipient and sender, then everything else).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from letterpress import bilingual, characters, language, places, sandbox, tags, values
from letterpress import signatories as ranking
from letterpress.addressing import address, addressees
from letterpress.errors import Diagnostic, Severity, did_you_mean
from letterpress.filters import Values
from letterpress.lettercheck import PARTY, SHOWN, TEXTS, Data, check_templates, unknown_names, wrong_postcode
from letterpress.model import (
    COPY_LISTS,
    LINK_SCHEMES,
    Annex,
    Body,
    Enclosure,
    FieldSpec,
    Filled,
    FilledVersion,
    Job,
    Party,
    Person,
    Signatory,
    Version,
    copy_parts,
)
from letterpress.templatefault import TemplateFault

_PARTS = ("street", "postcode", "city", "region", "country")
_AUTO = "auto"
"""As `salutation` or `closing`: what the table of forms of address gives for the recipients."""
_TYPESET = frozenset({*TEXTS, "via", "notices", "enclosures", "cc", "bcc"})
"""Fields of the author's own words. Names, addresses and references print as typed, as values do."""
_MISSING = "?"
"""Stands for a value that was at fault, so that the fault is said once, and what else is wrong is found as well."""


def fill(job: Job, *, lang: str, paper: str, letterhead: str) -> tuple[Filled | None, list[Diagnostic]]:
    """Fill one letter; every fault is in the list, and the letter is None if one is an error."""
    filler = _Filler(job, lang, paper, letterhead)
    filled = filler.fill()
    failed = any(fault.severity == "error" for fault in filler.faults)
    return (None if failed else filled), filler.faults


def enclosed_files(job: Job) -> tuple[str, ...]:
    """The files that a letter encloses with its values, as absolute paths; those that cannot be known are left out."""
    filler = _Filler(job, job.lang or job.letter.lang, job.paper or "", job.letterhead or job.letter.letterhead)
    filler.files = []
    filler.fill()
    return tuple(filler.files)


def check_enclosures(job: Job) -> list[Diagnostic]:
    """Faults of the enclosures whose files are named without a value's help."""
    filler = _Filler(job, job.lang or job.letter.lang, job.paper or "", job.letterhead or job.letter.letterhead)
    for at, one in _counted(job.letter.enclosures):
        if isinstance(one, Enclosure) and "{" not in one.file:
            filler.annex(dataclasses.replace(one, title=None), f"enclosures.{at}")
    return filler.faults


class _Filler:
    """One filling of one letter."""

    def __init__(self, job: Job, lang: str, paper: str, letterhead: str) -> None:
        self.job = job
        self.letter = bilingual.led_by(job.letter, lang) if job.letter.versions else job.letter
        self.lang = lang
        self.faults: list[Diagnostic] = []
        self.files: list[str] | None = None
        """Where enclosures are only to be named, and not read: their paths."""
        self.date = job.date or self.letter.date
        self.given = {name.removeprefix("fields."): value for name, value in job.values}
        self.context: dict[str, Any] = {
            "lang": lang,
            "copy": copy_parts(job.copy)[0],
            "paper": paper,
            "letterhead": letterhead,
            "date": self.date,
        }

    def fault(self, message: str, path: str, hint: str | None = None, severity: Severity = "error") -> None:
        file, line = places.of_field(self.letter, path)
        record = self.job.record
        self.faults.append(
            Diagnostic(message=message, severity=severity, file=file, line=line, record=record, field=path, hint=hint)
        )

    def fill(self) -> Filled | None:
        for name, hint in unknown_names(self.letter, [name for name, _ in self.job.values]):
            self.fault("the letter has no such field", name, hint)
        self._fill_fields()
        broken = check_templates(self.letter)
        if broken:
            self.faults += [dataclasses.replace(fault, record=self.job.record) for fault in broken]
            return None
        letter = self.letter
        to = tuple(
            self._party(party, "to" if len(letter.to) == 1 else f"to.{at}", at) for at, party in _counted(letter.to)
        )
        if not to and any(name.startswith("to.") for name in self.given):
            to = (self._party(Party(), "to", 1),)
        sender = self._party(letter.sender, "from", 1) if letter.sender is not None else None
        home = address.home_country(sender, self.lang)
        addresses = tuple(address.lines(party, home=home, lang=self.lang, names=self._styled(party)) for party in to)
        self._warn_of_postcodes(to, sender, home)
        sender_lines = address.lines(sender, home=home, lang=self.lang) if sender else ()
        self._offer_parties(sender, to, addresses)
        texts: dict[str, str | None] = {}
        for name in TEXTS:  # each may use those before it
            texts[name] = self._by_form(self._text(self._given_text(name), name), name, to)
            self.context[name] = texts[name] or ""
        lists = {name: self._list(getattr(letter, name), name) for name in ("notices", "cc", "bcc")}
        lists["enclosures"], annexes = self._enclosures()
        self.context |= {"enclosures": lists["enclosures"], "cc": lists["cc"]}
        reference = tuple((label, self._text(text, f"reference.{label}") or "") for label, text in letter.reference)
        signatories = tuple(self._signatory(one, f"signatories.{at}") for at, one in _counted(letter.signatories))
        if letter.signatories_order == "rank":
            for rank_fault in ranking.faults(signatories):
                self.fault(rank_fault.message, f"signatories.{rank_fault.at}.rank", rank_fault.hint)
        self.context["signatories"] = [Values("signatory", _as_dict(one)) for one in signatories]
        body = self._body(letter.body)
        versions = tuple(self._version(version, to) for version in letter.versions)
        for kind in ("salutation", "closing"):
            text = texts[kind]
            texts[kind] = language.finish_line(text, kind, self.lang) if text else text
        return Filled(
            lang=self.lang,
            date=self.date,
            sender=sender,
            to=to,
            addresses=addressees.blocks(to, addresses),
            sender_lines=sender_lines,
            reference=reference,
            signatories=signatories,
            body=body,
            subject=texts["subject"],
            salutation=texts["salutation"],
            closing=texts["closing"],
            postscript=texts["postscript"],
            via=self._list(letter.via, "via"),
            versions=versions,
            annexes=annexes,
            copy_for=self._copy_for(),
            **lists,
        )

    def _fill_fields(self) -> None:
        filled: dict[str, Any] = {}
        for name, spec in self.letter.fields.items():
            value, written = self._written(name, spec)
            if value is None:
                if spec.required:
                    hint = f"give it with --set {name}=..., a default, or a column of that name"
                    self.fault("is required and has no value", f"fields.{name}", hint)
                    filled[name] = _MISSING
                continue
            try:
                filled[name] = values.read(value, spec, self.lang)
            except ValueError as error:
                remedy = f"it is declared as {spec.type}" if written else "mend its default"
                message, _, tail = str(error).partition("; ")
                self.fault(message, f"fields.{name}", tail or remedy)
                filled[name] = _MISSING
                continue
            if not self._check_text(filled[name], f"fields.{name}"):
                filled[name] = _MISSING
        self.context["fields"] = Values("fields", filled, self.letter.fields)

    def _written(self, name: str, spec: FieldSpec) -> tuple[Any, bool]:
        """The value as given, else its default; and whether it was given. An empty text is no value."""
        value = self.given.get(name)
        if value is not None and value != "":
            return value, True
        return spec.default, False

    def _given_text(self, name: str) -> str | None:
        value = self.given.get(name)
        if value not in (None, "") and name not in self.letter.fields:
            return Data(values.as_text(value) if self._check_text(value, name) else _MISSING)
        text: str | None = getattr(self.letter, name)
        return text

    def _party(self, party: Party, path: str, at: int) -> Party:
        """The party with its texts filled and, for the first recipient and the sender, the record's parts put in."""
        role = path.partition(".")[0]
        persons = tuple(self._person(one, f"{path}.persons.{at}") for at, one in _counted(party.persons))
        given = {
            name.removeprefix(f"{role}."): value for name, value in self.given.items() if name.startswith(f"{role}.")
        }
        if at > 1:
            given = {}
        if given.get("name"):  # another name is another person
            party = dataclasses.replace(party, given=None, family=None, gender=None, office=None, honorific=None)
            persons = ()
        changes: dict[str, Any] = {"persons": persons}
        for name in PARTY:
            value = given.get(name)
            if value not in (None, ""):
                changes[name] = values.as_text(value) if self._check_text(value, f"{role}.{name}") else _MISSING
                if name == "country" and not address.is_country(changes[name]):
                    hint = "give the two letters of ISO 3166-1, such as US or DE"
                    self.fault(f"there is no country '{changes[name]}'", f"{role}.country", hint)
                if name in ("gender", "office") and changes[name] != _MISSING:
                    changes[name] = self._choice(name, changes[name], f"{role}.{name}")
            else:
                changes[name] = self._text(getattr(party, name), f"{path}.{name}")
        if given.get("lines"):
            lines = given["lines"]
            changes["lines"] = tuple(lines.split("\n")) if isinstance(lines, str) else tuple(map(str, lines))
            if not self._check_text(changes["lines"], f"{role}.lines"):
                changes["lines"] = (_MISSING,)
        elif any(given.get(part) for part in _PARTS):
            changes["lines"] = ()
        else:
            changes["lines"] = self._list(party.lines, f"{path}.lines")
        changes["foot"] = tuple(self._list(column, f"{path}.foot.{number}") for number, column in _counted(party.foot))
        return Party(**changes)

    def _person(self, one: Person, path: str) -> Person:
        """One of several over one address, with its texts filled."""
        changes: dict[str, Any] = {
            field.name: self._text(getattr(one, field.name), f"{path}.{field.name}")
            for field in dataclasses.fields(one)
        }
        return dataclasses.replace(one, **changes)

    def _choice(self, name: str, value: str, path: str) -> str | None:
        """A gender or an office that a record gives, as the table of forms of address has it; None, with a fault."""
        from letterpress.addressing import forms

        if name == "gender":
            gender = forms.read_gender(value)
            if gender is None:
                self.fault(f"'{value}' does not say a gender", path, "write female, male or neutral, or leave it empty")
            return gender
        hint = forms.unknown_office(value)
        if hint is not None:
            self.fault(f"there is no form of address '{value}'", path, hint)
        return value if hint is None else None

    def _styled(self, party: Party) -> list[str] | None:
        """The lines that name a party with an office, in its style; None for anybody else."""
        if not any(one.office for one in (party, *party.persons)):
            return None
        from letterpress.addressing import salutation

        return salutation.name_lines(party, self.lang)

    def _by_form(self, text: str | None, name: str, to: tuple[Party, ...]) -> str | None:
        """The text; for `auto`, what the table of forms of address says for all recipients."""
        if text != _AUTO or name not in ("salutation", "closing"):
            return text
        from letterpress.addressing import salutation

        greeting = salutation.greet(to, self.lang)
        return greeting.salutation if name == "salutation" else greeting.closing

    def _warn_of_postcodes(self, to: tuple[Party, ...], sender: Party | None, home: str | None) -> None:
        parties = [("to" if len(to) == 1 else f"to.{at}", one) for at, one in _counted(to)]
        for path, one in (*parties, *([("from", sender)] if sender is not None else [])):
            found = wrong_postcode(self.letter, path, one, home)
            if found is not None:
                self.faults.append(dataclasses.replace(found, record=self.job.record))

    def _salutations(self, to: tuple[Party, ...]) -> list[str | None]:
        """For each recipient, the salutation that templates may ask for; found only if one does."""
        if "salutation" not in self.letter.body.template and not any(
            "{{" in text and "salutation" in text for _, text in places.texts(self.letter)
        ):
            return [None] * len(to)
        from letterpress.addressing import salutation

        return [salutation.greet((party,), self.lang).salutation for party in to]

    def _offer_parties(
        self, sender: Party | None, to: tuple[Party, ...], addresses: tuple[tuple[str, ...], ...]
    ) -> None:
        known = SHOWN
        groups = [
            Values("to", _as_dict(party) | {"address": lines, "salutation": greeting}, known)
            for party, lines, greeting in zip(to, addresses, self._salutations(to), strict=True)
        ]
        self.context["recipients"] = groups
        self.context["to"] = groups[0] if groups else Values("to", {}, known)
        self.context["from"] = Values("from", _as_dict(sender) if sender else {}, known)

    def _signatory(self, one: Signatory, path: str) -> Signatory:
        changes = {
            name: self._text(getattr(one, name), f"{path}.{name}") for name in ("title", "organisation", "authority")
        }
        name = self._text(one.name, f"{path}.name") or one.name
        chosen = dict(self.job.sign).get(one.name) or dict(self.job.sign).get(name)
        return dataclasses.replace(one, name=name, sign=chosen or one.sign, **changes)

    def _list(self, texts: tuple[str, ...], path: str) -> tuple[str, ...]:
        filled = (self._text(text, f"{path}.{at}") for at, text in _counted(texts))
        return tuple(text for text in filled if text)

    def _copy_for(self) -> str | None:
        """Whose copy this is, as the letter names them; a name may be cut short."""
        kind, name = copy_parts(self.job.copy)
        if kind not in COPY_LISTS:
            return None
        named = {text: self._text(text, f"{kind}.{at}") for at, text in _counted(getattr(self.letter, kind))}
        found = [final for text, final in named.items() if final and name in (text, final)]
        found = found or [final for final in named.values() if final and final.casefold().startswith(name.casefold())]
        if len(set(found)) == 1:
            return found[0]
        message = (
            f"'{name}' gets no {kind} copy of this letter" if not found else f"'{name}' is more than one of {kind}"
        )
        self.fault(
            message, kind, did_you_mean(name, filter(None, found or named.values())) or "name who is in the list"
        )
        return None

    def _enclosures(self) -> tuple[tuple[str, ...], tuple[Annex, ...]]:
        """The enclosures as they are listed, and those of them that are files, with their pages counted."""
        texts: list[str] = []
        annexes: list[Annex] = []
        for at, one in _counted(self.letter.enclosures):
            path = f"enclosures.{at}"
            if isinstance(one, str):
                texts += filter(None, [self._text(one, path)])
                continue
            annex = self.annex(one, path)
            if annex is not None:
                annexes.append(annex)
                texts.append(language.with_pages(annex.title, len(annex.pages), self.lang))
        return tuple(texts), tuple(annexes)

    def annex(self, one: Enclosure, path: str) -> Annex | None:
        """The enclosure's file, found and read; its faults are the filling's."""
        title = self._text(one.title, f"{path}.title")
        file = self._text(one.file, f"{path}.file")
        if not file:  # as any text of a list that is empty with these values
            return None
        if self.files is not None:
            self.files.append(str(Path(self.letter.folder) / file))
            return None
        from letterpress import enclosure

        item = dataclasses.replace(one, title=title or None, file=file)
        annex, faults = enclosure.read(item, self.letter, archive=self.job.profile == "archive")
        for fault in faults:
            self.fault(fault.message, f"{path}.file", fault.hint, fault.severity)
        return annex

    def _text(self, text: str | None, path: str) -> str | None:
        if text is None or isinstance(text, Data):
            return text
        if self.letter.typography and path.partition(".")[0] in _TYPESET and not path.endswith(".file"):
            from letterpress import typography  # here: who turns it off need not wait for it

            text = typography.text(text, self.lang)
        if "{{" not in text and "{%" not in text and "{#" not in text:
            return text
        return self._run(lambda: sandbox.compile_text(text).render(self.context, self.lang).strip(), path)

    def _version(self, version: Version, to: tuple[Party, ...]) -> FilledVersion:
        """What the letter says in a further language: its dates and numbers print as that language has them."""
        own, self.lang = self.lang, version.lang
        try:
            texts: dict[str, str | None] = {}
            for name in TEXTS:
                text = self._text(getattr(version, name), f"{name}.{version.lang}")
                text = self._by_form(text, name, to)
                ends = text and name in ("salutation", "closing")
                texts[name] = language.finish_line(text, name, version.lang) if text and ends else text
            return FilledVersion(lang=version.lang, body=self._body(version.body), **texts)
        finally:
            self.lang = own

    def _body(self, body: Body) -> str:
        try:
            template = body.template
            if self.letter.typography:
                from letterpress import typography

                template = typography.html(template, self.lang)
            html = sandbox.compile_html(template).render(self.context, self.lang)
            self._check_links(html, body)
            if body.template and not _SEEN.search(html) and not re.sub(r"(?s)<[^>]*>|<!--.*?-->", "", html).strip():
                hint = "no part of it is printed with these values: see its {% if %}"
                line = body.lines[0][1] if body.lines else None
                self.faults.append(
                    Diagnostic(
                        message="the body is empty", file=self.letter.path, line=line, record=self.job.record, hint=hint
                    )
                )
            return html
        except TemplateFault as fault:
            line = tags.source_line(body.lines, fault.line)
            self.faults.append(
                Diagnostic(
                    message=fault.message, file=self.letter.path, line=line, record=self.job.record, hint=fault.hint
                )
            )
            return ""

    def _check_links(self, html: str, body: Body) -> None:
        """Refuse where a value would lead a link: the author's own links were checked when the letter was read."""
        if not re.search(r"(?i)href\s*=\s*[\"']?\{", body.template):
            return
        template = body.template
        written = [template.count("\n", 0, link.start()) + 2 for link in _LINK.finditer(template)]
        targets = _LINK.findall(html)
        for index, target in enumerate(targets):
            url = unescape(target[0] or target[1])
            at = written[index if len(written) == len(targets) else 0]  # in a loop, the first is as good as any
            line = tags.source_line(body.lines, at)
            if not url.startswith("#") and urlsplit(url.strip()).scheme.lower() not in LINK_SCHEMES:
                hint = "a link's value begins with https:, http:, mailto: or tel:"
                message = f"the link to '{url}' leads nowhere from a letter"
                self.faults.append(
                    Diagnostic(message=message, file=self.letter.path, line=line, record=self.job.record, hint=hint)
                )

    def _run(self, render: Callable[[], str], path: str) -> str:
        try:
            return render()
        except TemplateFault as fault:
            self.fault(fault.message, path, fault.hint)
            return ""

    def _check_text(self, value: Any, path: str) -> bool:
        """Whether a page can show all characters of a record's value; if not, that is a fault."""
        if isinstance(value, Mapping):
            value = tuple(value.values())
        if isinstance(value, tuple | list):
            faulty = [item for item in value if not self._check_text(item, path)]
            return not faulty
        char = characters.unprintable(value) if isinstance(value, str) else None
        if char is not None:
            self.fault(f"{characters.named(char)} in the value cannot be printed", path, "delete the character")
        return char is None


_LINK = re.compile(r"(?is)\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_SEEN = re.compile(r"(?i)<(?:img|svg|hr)\b")


def _as_dict(value: Any) -> dict[str, Any]:
    found = {field.name: getattr(value, field.name) or None for field in dataclasses.fields(value)}
    if persons := found.get("persons"):
        found["persons"] = [Values("person", _as_dict(one)) for one in persons]
    return found


def _counted(items: Iterable[Any]) -> Iterable[tuple[int, Any]]:
    return enumerate(items, start=1)
