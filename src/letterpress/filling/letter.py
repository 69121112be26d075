"""Fills a letter: runs the templates of its front matter and its body with the values of a record.

The order counts, since texts may name one another: fields, then recipients and sender, then everything else.

Not here: sender and recipients (`parties`), and how a single text is filled (`texts`).
"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

from letterpress.addressing import address, shared_address
from letterpress.addressing import ranks as ranking
from letterpress.errors import Diagnostic, FieldError, Problem, did_you_mean, nearest
from letterpress.filling import field_values
from letterpress.filling.checks import TEXTS, Data, check_templates, unknown_names
from letterpress.filling.parties import PartyFiller, as_dict
from letterpress.filling.texts import MISSING, counted
from letterpress.model import (
    COPY_LISTS,
    Annex,
    Body,
    Enclosure,
    FieldSpec,
    Filled,
    FilledVersion,
    Job,
    Party,
    Signatory,
    Version,
    copy_parts,
)
from letterpress.templating import sandbox
from letterpress.templating.filters import Values
from letterpress.templating.messages import TemplateFault
from letterpress.text import language, template_tags, value_marks


def fill(job: Job, *, lang: str, paper: str, letterhead: str) -> tuple[Filled | None, list[Diagnostic]]:
    """Fill one letter; every fault is in the list, and the letter is None if one is an error."""
    filler = _Filler(job, lang, paper, letterhead)
    filled = filler.fill()
    failed = any(fault.severity == "error" for fault in filler.faults)
    return (None if failed else filled), filler.faults


def enclosed_files(job: Job) -> tuple[str, ...]:
    """The files that a letter encloses with its values, as absolute paths; those that cannot be known are left out."""
    filler = _Filler(job, job.lang, job.paper or "", job.letterhead)
    filler.files = []
    filler.fill()
    return tuple(filler.files)


def check_enclosures(job: Job) -> list[Diagnostic]:
    """Faults of the enclosures whose files are named without a value's help."""
    filler = _Filler(job, job.lang, job.paper or "", job.letterhead)
    for at, one in counted(job.letter.enclosures):
        if isinstance(one, Enclosure) and "{" not in one.file:
            filler.annex(dataclasses.replace(one, title=None), f"enclosures.{at}")
    return filler.faults


class _Filler(PartyFiller):
    """One filling of one letter."""

    def fill(self) -> Filled | None:
        for name, hint in unknown_names(self.letter, [name for name, _ in self.job.values]):
            last = name.rpartition(".")[2]
            self.fault(Problem("the letter has no such field", hint, "field-unknown", last), name)
        self._fill_fields()
        broken = check_templates(self.letter)
        if broken:
            self.faults += [dataclasses.replace(fault, record=self.job.record) for fault in broken]
            return None
        letter = self.letter
        to, sender, addresses, sender_lines = self._addressed()
        texts: dict[str, str | None] = {}
        for name in TEXTS:  # each may use those before it
            texts[name] = self.by_form(self.text(self._given_text(name), name), name, to)
            self.context[name] = texts[name] or ""
        lists = {name: self.texts(getattr(letter, name), name) for name in ("notices", "cc", "bcc")}
        lists["enclosures"], annexes = self._enclosures()
        self.context |= {"enclosures": lists["enclosures"], "cc": lists["cc"]}
        reference = tuple((label, self.text(text, f"reference.{label}") or "") for label, text in letter.reference)
        signatories = tuple(self._signatory(one, f"signatories.{at}") for at, one in counted(letter.signatories))
        if letter.signatories_order == "rank":
            for rank_fault in ranking.faults(signatories):
                self.fault(rank_fault.problem, f"signatories.{rank_fault.at}.rank")
        self.context["signatories"] = [Values("signatory", as_dict(one)) for one in signatories]
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
            addresses=shared_address.blocks(to, addresses),
            sender_lines=sender_lines,
            reference=reference,
            signatories=signatories,
            body=body,
            subject=texts["subject"],
            salutation=texts["salutation"],
            closing=texts["closing"],
            postscript=texts["postscript"],
            via=self.texts(letter.via, "via"),
            versions=versions,
            annexes=annexes,
            copy_for=self._copy_for(),
            **lists,
        )

    def _addressed(
        self,
    ) -> tuple[tuple[Party, ...], Party | None, tuple[tuple[str, ...], ...], tuple[str, ...]]:
        """Recipients and sender, with the lines of their addresses."""
        letter = self.letter
        to = tuple(
            self.party(party, "to" if len(letter.to) == 1 else f"to.{at}", at) for at, party in counted(letter.to)
        )
        if not to and any(name.startswith("to.") for name in self.given):
            to = (self.party(Party(), "to", 1),)
        sender = self.party(letter.sender, "from", 1) if letter.sender is not None else None
        home = address.home_country(sender, self.lang)
        addresses = tuple(address.lines(party, home=home, lang=self.lang, names=self.styled(party)) for party in to)
        self.warn_of_postcodes(to, sender, home)
        sender_lines = address.lines(sender, home=home, lang=self.lang) if sender else ()
        self.offer_parties(sender, to, addresses)
        return to, sender, addresses, sender_lines

    def _fill_fields(self) -> None:
        filled: dict[str, Any] = {}
        for name, spec in self.letter.fields.items():
            value, written = self._written(name, spec)
            if value is None:
                if spec.required:
                    hint = f"give it with --set {name}=..., a default, or a column of that name"
                    self.fault(Problem("is required and has no value", hint, "value-missing"), f"fields.{name}")
                    filled[name] = MISSING
                continue
            try:
                filled[name] = field_values.read(value, spec, self.lang)
            except FieldError as error:
                hint = error.hint or (f"it is declared as {spec.type}" if written else "mend its default")
                problem = Problem(error.message, hint, error.code, error.value, error.params, error.instead)
                self.fault(problem, f"fields.{name}")
                filled[name] = MISSING
                continue
            if not self.check_text(filled[name], f"fields.{name}"):
                filled[name] = MISSING
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
            return Data(field_values.as_text(value) if self.check_text(value, name) else MISSING)
        text: str | None = getattr(self.letter, name)
        return text

    def _signatory(self, one: Signatory, path: str) -> Signatory:
        changes = {
            name: self.text(getattr(one, name), f"{path}.{name}") for name in ("title", "organisation", "authority")
        }
        name = self.text(one.name, f"{path}.name") or one.name
        chosen = dict(self.job.choices.sign).get(one.name) or dict(self.job.choices.sign).get(name)
        return dataclasses.replace(one, name=name, sign=chosen or one.sign, **changes)

    def _copy_for(self) -> str | None:
        """Whose copy this is, as the letter names them; a name may be cut short."""
        kind, name = copy_parts(self.job.choices.copy)
        if kind not in COPY_LISTS:
            return None
        named = {text: self.text(text, f"{kind}.{at}") for at, text in counted(getattr(self.letter, kind))}
        meant = [final for text, final in named.items() if final and name in (text, final)]
        meant = meant or [final for final in named.values() if final and final.casefold().startswith(name.casefold())]
        if len(set(meant)) == 1:
            return meant[0]
        message, code = f"'{name}' gets no {kind} copy of this letter", "copy-unknown"
        if meant:
            message, code = f"'{name}' is more than one of {kind}", "copy-ambiguous"
        known = list(filter(None, meant or named.values()))
        hint = did_you_mean(name, known) or "name who is in the list"
        self.fault(Problem(message, hint, code, name, instead=nearest(name, known)), kind)
        return None

    def _enclosures(self) -> tuple[tuple[str, ...], tuple[Annex, ...]]:
        """The enclosures as they are listed, and those of them that are files, with their pages counted."""
        texts: list[str] = []
        annexes: list[Annex] = []
        for at, one in counted(self.letter.enclosures):
            path = f"enclosures.{at}"
            if isinstance(one, str):
                texts += filter(None, [self.text(one, path)])
                continue
            annex = self.annex(one, path)
            if annex is not None:
                annexes.append(annex)
                texts.append(language.with_pages(annex.title, len(annex.pages), self.lang))
        return tuple(texts), tuple(annexes)

    def annex(self, one: Enclosure, path: str) -> Annex | None:
        """The enclosure's file, found and read; its faults are the filling's."""
        title = self.text(one.title, f"{path}.title")
        file = self.text(one.file, f"{path}.file")
        if not file:  # as any text of a list that is empty with these values
            return None
        if self.files is not None:
            self.files.append(str(Path(self.letter.folder) / file))
            return None
        from letterpress.pdf import inspect

        item = dataclasses.replace(one, title=title or None, file=file)
        annex, faults = inspect.read(item, self.letter, archive=self.job.choices.profile == "archive")
        for fault in faults:
            self.fault(
                Problem(
                    fault.message,
                    fault.hint,
                    fault.code,
                    file if fault.value is None else fault.value,
                    fault.params,
                    tuple(fix.value for fix in fault.fixes),
                ),
                f"{path}.file",
                fault.severity,
            )
        return annex

    def _version(self, version: Version, to: tuple[Party, ...]) -> FilledVersion:
        """What the letter says in a further language: its dates and numbers print as that language has them."""
        own, self.lang = self.lang, version.lang
        try:
            texts: dict[str, str | None] = {}
            for name in TEXTS:
                text = self.text(getattr(version, name), f"{name}.{version.lang}")
                text = self.by_form(text, name, to)
                ends = text and name in ("salutation", "closing")
                texts[name] = language.finish_line(text, name, version.lang) if text and ends else text
            return FilledVersion(lang=version.lang, body=self._body(version.body), **texts)
        finally:
            self.lang = own

    def _body(self, body: Body) -> str:
        try:
            template = body.template
            if self.letter.typography:
                from letterpress.text import typography

                template = typography.html(template, self.lang)
            html = sandbox.compile_html(template).render(self.context, self.lang)
            self._check_html(html, body)
            if body.template and not _SEEN.search(html) and not _words(html):
                hint = "no part of it is printed with these values: see its {% if %}"
                line = body.lines[0][1] if body.lines else None
                problem = Problem("the body is empty", hint, "body-empty")
                self.faults.append(problem.at(file=self.letter.path, line=line, record=self.job.record))
            return html
        except TemplateFault as fault:
            line = template_tags.source_line(body.lines, fault.line)
            self.faults.append(fault.problem.at(file=self.letter.path, line=line, record=self.job.record))
            return ""

    def _check_html(self, html: str, body: Body) -> None:
        """Refuse what the author's own HTML becomes with these values: without them it was checked when it was read."""
        if not body.raw:
            return
        from letterpress.rawhtml import check  # here: few letters have HTML of their own

        for wrong in check.of_body(html):
            line = wrong.line if wrong.line is not None else (body.lines[0][1] if body.lines else None)
            fault = wrong.at(file=self.letter.path, line=line, record=self.job.record)
            if fault not in self.faults:  # a loop prints the same markup many times
                self.faults.append(fault)


_MARKUP = re.compile(r"(?s)<!--.*?-->|<[^>]*>")
_SEEN = re.compile(r"(?i)<(?:img|svg|hr)\b")


def _words(html: str) -> str:
    return _MARKUP.sub("", value_marks.without(html)).strip()
