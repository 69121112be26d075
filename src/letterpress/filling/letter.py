"""Fills a letter: runs the templates of its front matter and its body with the values of a record.

The order counts, since texts may name one another: fields, then recipients and sender, then everything else.

Not here: sender and recipients (`parties`), enclosures (`enclosures`), and how a single text is filled (`texts`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from letterpress.addressing import ranks as ranking
from letterpress.addressing import shared_address
from letterpress.errors import Diagnostic, FieldError, Problem, Severity, did_you_mean, nearest
from letterpress.filling import (
    attachments,
    codes,
    enclosures,
    field_titles,
    field_values,
    listed_records,
    parties,
    payments,
    standing,
)
from letterpress.filling import context as filling
from letterpress.filling.checks import TEXTS, Data, check_templates, unknown_names
from letterpress.filling.context import MISSING, Faults, FillContext, counted
from letterpress.filling.texts import check_value, fill_body, fill_text, fill_texts
from letterpress.model import (
    COPY_LISTS,
    Annex,
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
from letterpress.templating.filters import FieldValues, Values
from letterpress.templating.messages import TemplateFault
from letterpress.text import language


def fill(
    job: Job, *, lang: str, paper: str, letterhead: str, titled: bool = False
) -> tuple[Filled | None, list[Diagnostic]]:
    """Fill one letter; every fault is in the list, and the letter is None if one is an error.

    :param titled: whether a field without a value prints its title, which is a warning then.
    """
    plain = not job.letter.versions and not standing.templates(job.letter).any
    context = filling.begin(job, lang=lang, paper=paper, letterhead=letterhead, titled=titled, plain=plain)
    faults = Faults(context.letter, job.record)
    begun = _begin(context, faults)
    filled = None if begun is None else _fill(begun, faults)
    failed = any(fault.severity == "error" for fault in faults)
    return (None if failed else filled), faults.found


def enclosed_files(job: Job) -> tuple[str, ...]:
    """Find the files that a letter encloses or attaches with its values, as absolute paths, as far as known."""
    context = filling.begin(job, lang=job.lang, paper=job.paper or "", letterhead=job.letterhead)
    faults = Faults(context.letter, job.record)
    begun = _begin(context, faults)
    if begun is None:
        return ()
    return (*enclosures.find_files(begun.context, faults), *attachments.find_files(begun.context, faults))


def check_enclosures(job: Job) -> list[Diagnostic]:
    """Find faults of the enclosures and attachments whose files are named without a value's help."""
    context = filling.begin(job, lang=job.lang, paper=job.paper or "", letterhead=job.letterhead)
    faults = Faults(context.letter, job.record)
    for at, enclosure in counted(job.letter.enclosures):
        if isinstance(enclosure, Enclosure) and "{" not in enclosure.file:
            enclosures.read(context, faults, replace(enclosure, title=None), f"enclosures.{at}")
        elif isinstance(enclosure, str) and "{" not in enclosure:
            faults.add(enclosures.unappended(context, enclosure, f"enclosures.{at}"))
    attachments.check(context, faults)
    return faults.found


def printed(job: Job, tags: Iterable[str], *, lang: str | None = None) -> dict[str, str]:
    """Find what tags print by themselves, such as `{{ fields.amount }}`; a field without a value prints its title.

    :param lang: what dates and numbers are printed in; None: the letter's language.
    :returns: tag -> text. One that is at fault, or needs what a loop or `{% set %}` gives, is left out.
    """
    lang = lang or job.lang
    context = filling.begin(job, lang=lang, paper=job.paper or "", letterhead=job.letterhead, titled=True)
    begun = _begin(context, Faults(context.letter, job.record))
    found: dict[str, str] = {}
    for tag in tags if begun is not None else ():
        with contextlib.suppress(TemplateFault):
            found[tag] = sandbox.compile_text(tag).render(begun.context.names, lang).strip() if begun else ""
    return found


class _Begun(NamedTuple):
    """A letter whose fields, parties and single texts are filled: what all its other texts may name."""

    context: FillContext
    parties: parties.Addressed
    texts: dict[str, str | None]


def _begin(context: FillContext, faults: Faults) -> _Begun | None:
    """Fill what other texts may name; None where a template cannot be compiled."""
    for name, hint in unknown_names(context.letter, [name for name, _ in context.job.values]):
        faults.of_field(Problem("the letter has no such field", hint, "field-unknown", name.rpartition(".")[2]), name)
    context = _fill_fields(context, faults)
    broken = check_templates(context.letter)
    if broken:
        faults.add(broken)
        return None
    addressed = parties.fill_parties(context, faults)
    context = parties.named(context, addressed)
    texts: dict[str, str | None] = {}
    for name in TEXTS:  # each may use those before it
        text = _given_text(context, faults, name)
        if text and not isinstance(text, Data) and standing.is_template(text):
            context = context.naming(**{known: said or "" for known, said in texts.items()})
        text = fill_text(context, faults, text, name)
        texts[name] = parties.by_form(text, name, addressed.to, context.lang, len(context.letter.signatories))
    return _Begun(context.naming(**{name: text or "" for name, text in texts.items()}), addressed, texts)


def _fill(begun: _Begun, faults: Faults) -> Filled:
    context, addressed, texts = begun
    letter = context.letter
    if letter.versions or letter.enclosures or standing.templates(letter).rest:
        listed = _fill_lists(context, faults)  # what an enclosure is read from may be another file a moment later
    else:
        listed = standing.kept(context, faults, "lists", lambda: _fill_lists(context, faults))
    if not context.plain:
        signatories = [Values("signatory", parties.as_dict(person)) for person in listed.signatories]
        context = context.naming(enclosures=listed.enclosures, cc=listed.cc, signatories=signatories)
    single = _finished(texts, context.lang)
    attached = attachments.fill(context, faults, addressed) if letter.attachments or letter.einvoice else ()
    made = codes.fill(context, faults, addressed) if letter.codes else ()
    if letter.einvoice:
        payments.check(context, faults, made, attached)
    return Filled(
        lang=context.lang,
        date=context.job.date,
        sender=addressed.sender,
        to=addressed.to,
        addresses=shared_address.blocks(addressed.to, addressed.addresses),
        sender_lines=addressed.sender_lines,
        body=_body(context, faults),
        versions=tuple(_version(context, faults, version, addressed.to) for version in letter.versions),
        subject=single["subject"],
        salutation=single["salutation"],
        closing=single["closing"],
        postscript=single["postscript"],
        reference=listed.reference,
        signatories=listed.signatories,
        via=listed.via,
        notices=listed.notices,
        enclosures=listed.enclosures,
        cc=listed.cc,
        bcc=listed.bcc,
        annexes=listed.annexes,
        attachments=attached,
        codes=made,
        copy_for=listed.copy_for,
    )


class _Lists(NamedTuple):
    """What of a letter stands in lists, and who signs it."""

    reference: tuple[tuple[str, str], ...]
    signatories: tuple[Signatory, ...]
    via: tuple[str, ...]
    notices: tuple[str, ...]
    enclosures: tuple[str, ...]
    cc: tuple[str, ...]
    bcc: tuple[str, ...]
    annexes: tuple[Annex, ...]
    copy_for: str | None


def _fill_lists(context: FillContext, faults: Faults) -> _Lists:
    letter = context.letter
    notices, cc, bcc = (fill_texts(context, faults, getattr(letter, name), name) for name in ("notices", "cc", "bcc"))
    enclosed, annexes = enclosures.fill_enclosures(context, faults)
    context = context.naming(enclosures=enclosed, cc=cc)
    reference = tuple(
        (label, _reference(context, fill_text(context, faults, text, f"reference.{label}") or ""))
        for label, text in letter.reference
    )
    signatories = _signatories(context, faults)
    context = context.naming(signatories=[Values("signatory", parties.as_dict(person)) for person in signatories])
    via = fill_texts(context, faults, letter.via, "via")
    copy_for = _copy_for(context, faults)
    return _Lists(reference, signatories, via, notices, enclosed, cc, bcc, annexes, copy_for)


def _body(context: FillContext, faults: Faults) -> str:
    body = context.letter.body
    if context.letter.versions or standing.templates(context.letter).body:
        return fill_body(context, faults, body)
    return standing.kept(context, faults, "body", lambda: fill_body(context, faults, body))


def _fill_fields(context: FillContext, faults: Faults) -> FillContext:
    """Read the values of the letter's fields, and let templates name them."""
    values: dict[str, Any] = {}
    lists: list[str] = []
    for name, spec in context.letter.fields.items():
        path = f"fields.{name}"
        value, given = _value(context, name, spec)
        if value is None:
            if spec.required:
                hint = f"give it with --set {name}=..., a default, or a column of that name"
                severity: Severity = "warning" if context.titled else "error"
                faults.of_field(Problem("is required and has no value", hint, "value-missing"), path, severity)
                values[name] = MISSING
            if context.titled:
                values[name] = field_titles.stand_in(name, spec)
            continue
        try:
            values[name] = field_values.read(value, spec, context.lang, spec.writing if given else None)
        except FieldError as error:
            hint = error.hint or (f"it is declared as {spec.type}" if given else "mend its default")
            faults.of_field(Problem(error.message, hint, error.code, error.value, error.params, error.instead), path)
            values[name] = MISSING
            continue
        if not check_value(faults, values[name], path):
            values[name] = MISSING
        elif spec.type == "list":
            lists.append(name)
        elif rounded := field_values.doubt(values[name]):
            faults.of_field(rounded, path, "warning")
    for name in lists:  # when it is known what is wrong with the fields that their records fill too
        values[name] = listed_records.read(context, faults, name, values[name])
    currencies = {name: spec.currency for name, spec in context.letter.fields.items() if spec.currency}
    return context.naming(fields=FieldValues("fields", values, context.letter.fields, currencies))


def _value(context: FillContext, name: str, spec: FieldSpec) -> tuple[Any, bool]:
    """The value as given, else its default; and whether it was given. An empty text is no value."""
    value = context.given.get(name)
    if value is None or value == "" or (value == [] and spec.type != "list"):
        return spec.default, False
    return value, True


def _given_text(context: FillContext, faults: Faults, name: str) -> str | None:
    """A single text as the record gives it, else as the letter has it."""
    value = context.given.get(name)
    if value not in (None, "", []) and name not in context.letter.fields:
        if not isinstance(value, str) and isinstance(value, list | tuple | Mapping):
            faults.of_field(field_values.several(value), name)
            return Data(MISSING)
        return Data(field_values.as_text(value) if check_value(faults, value, name) else MISSING)
    text: str | None = getattr(context.letter, name)
    return text


def _reference(context: FillContext, text: str) -> str:
    return language.reference_text(text, context.lang) if context.letter.typography else text


def _finished(texts: dict[str, str | None], lang: str) -> dict[str, str | None]:
    """Single texts, with the mark that ends a salutation or closing in its language."""
    finished = dict(texts)
    for name in ("salutation", "closing"):
        if text := texts.get(name):
            finished[name] = language.finish_line(text, name, lang)
    return finished


def _signatories(context: FillContext, faults: Faults) -> tuple[Signatory, ...]:
    numbered = counted(context.letter.signatories)
    signatories = tuple(_signatory(context, faults, person, f"signatories.{at}") for at, person in numbered)
    if context.letter.signatories_order == "rank":
        for fault in ranking.faults(signatories):
            faults.of_field(fault.problem, f"signatories.{fault.at}.rank")
    return signatories


def _signatory(context: FillContext, faults: Faults, signatory: Signatory, path: str) -> Signatory:
    changes = {
        name: fill_text(context, faults, getattr(signatory, name), f"{path}.{name}")
        for name in ("title", "organisation", "authority")
    }
    name = fill_text(context, faults, signatory.name, f"{path}.name") or signatory.name
    chosen = dict(context.job.choices.sign)
    way = chosen.get(signatory.name) or chosen.get(name) or signatory.sign
    return replace(signatory, name=name, sign=way, **changes)


def _copy_for(context: FillContext, faults: Faults) -> str | None:
    """Whose copy this is, as the letter names them; a name may be cut short."""
    kind, name = copy_parts(context.job.choices.copy)
    if kind not in COPY_LISTS:
        return None
    listed = counted(getattr(context.letter, kind))
    named = {text: fill_text(context, faults, text, f"{kind}.{at}") for at, text in listed}
    meant = [final for text, final in named.items() if final and name in (text, final)]
    meant = meant or [final for final in named.values() if final and final.casefold().startswith(name.casefold())]
    if len(set(meant)) == 1:
        return meant[0]
    message, code = f"'{name}' gets no {kind} copy of this letter", "copy-unknown"
    if meant:
        message, code = f"'{name}' is more than one of {kind}", "copy-ambiguous"
    known = list(filter(None, meant or named.values()))
    hint = did_you_mean(name, known) or "name who is in the list"
    faults.of_field(Problem(message, hint, code, name, instead=nearest(name, known)), kind)
    return None


def _version(context: FillContext, faults: Faults, version: Version, to: tuple[Party, ...]) -> FilledVersion:
    """Fill what the letter says in a further language: its dates and numbers print as that language has them."""
    lang = version.lang
    context = context.in_language(lang)
    texts: dict[str, str | None] = {}
    for name in TEXTS:
        text = fill_text(context, faults, getattr(version, name), f"{name}.{lang}")
        texts[name] = parties.by_form(text, name, to, lang, len(context.letter.signatories))
    return FilledVersion(lang=lang, body=fill_body(context, faults, version.body), **_finished(texts, lang))
