"""Makes a letter's PDF: the stages in order.

`press`, `examine`, `inspect` and `check` raise nothing for a bad letter: its diagnostics say what is wrong with it.

Not here: what a job's letter looks like (letterhead/choices.py), where in the sources a fault is
(filling/source_locations.py), signatures on a finished letter (stamp.py).
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from letterpress import conformity
from letterpress.errors import Diagnostic, LetterpressError, itself_failed
from letterpress.filling import checks, letter, samples, slips, source_locations
from letterpress.layout import engine, lost_words
from letterpress.letterhead import choices, compose, definition, dispatched, requirements, settled, zones
from letterpress.model import Body, Filled, FilledVersion, Job, Result, copy_parts
from letterpress.page import LayoutFault, Page, Placed
from letterpress.processes import forks, stages
from letterpress.text import language, numbers, template_tags


def prepare() -> None:
    """Load what the first letter needs, so that its time is its own."""
    engine.load()


def _unraised(make: Callable[[Job], Result]) -> Callable[[Job], Result]:
    """Make what is raised a fault of this letter alone, and find the characters that each fault is about."""

    @functools.wraps(make)
    def made(job: Job) -> Result:
        try:
            with numbers.own_context(), forks.kept_off():
                try:
                    result = make(job)
                except LetterpressError as error:
                    faults = [*error.diagnostics, *checks.check_templates(job.letter)]  # all is said in one run
                    result = job.result("failed", dict.fromkeys(source_locations.placed(job, one) for one in faults))
                if not result.diagnostics:
                    return result
                return job.judged(replace(result, diagnostics=_completed(result.diagnostics)))
        except MemoryError:
            raise
        except Exception as error:
            return job.result("failed", [itself_failed(error, job.letter.path, job.record)])

    return made


@_unraised
def press(job: Job) -> Result:
    """Make one letter's PDF. Nothing is written; `Result.pdf` holds the bytes.

    :raises MemoryError: whoever bounds the memory knows what to say.
    """
    return _press(job, verified=False)


@_unraised
def press_verified(job: Job) -> Result:
    """Make one letter's PDF; where it is made from the pages of another letter, lay it out as well, and compare.

    :raises MemoryError: see `press`.
    """
    return _press(job, verified=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A letter to be looked at, and where on its pages the parts of its file stand."""

    result: Result
    places: tuple[Placed, ...] = ()


def preview(job: Job) -> Preview:
    """Make one letter to be looked at: its PDF is the very same, unless a value or a part that is asked for is missing.

    A field without a value prints its title, and what is missing is a warning. Places of blocks are known where the
    letter was read for that (`reader.examine_text`).

    :raises MemoryError: see `press`.
    """
    places: list[Placed] = []
    made = _unraised(lambda one: _press(one, verified=False, places=places))(job)
    return Preview(result=made, places=tuple(places))


def _press(job: Job, *, verified: bool, places: list[Placed] | None = None) -> Result:
    """Make one letter.

    :param places: for a preview, takes the places of the letter's parts.
    """
    stages.at("filling in the letter")
    made_with, filled, faults = _fill(job, titled=places is not None)
    faults += remarks(job) if job.record is None and places is None else ()  # as `check` says them
    head, look = made_with.head, made_with.look
    if filled is None:
        return job.result("failed", faults)
    kind = copy_parts(job.choices.copy)[0]
    composed = functools.partial(_composer(job, made_with, filled), many=job.record is not None, verified=verified)
    page = composed(given=look.parameters)
    if placeless := _placeless(job, page, filled, head, faults):
        return job.result("failed", [*faults, *placeless])
    page = page if places is None else replace(page, mapped=True)
    if job.stays_free:
        faults += [source_locations.located(job, fault, ()) for fault in zones.crossing(page)]
    tighter = _tighter(look, head, filled, kind) if look.parameters["fit"] == "page" else []
    stages.at("laying out the letter")
    steps = (replace(composed(given={**look.parameters, **values}), mapped=page.mapped) for values in tighter)
    laid = engine.lay_out(page, steps, verified=verified)
    if places is not None:
        places += laid.places
    wrong = any(fault.severity == "error" for fault in faults)
    faults += [source_locations.located(job, fault, page.letterhead_folders) for fault in (*laid.faults, *laid.remarks)]
    if look.parameters["fit"] == "page" and laid.pages:
        from letterpress.letterhead import fit  # here: few letters ask for it

        noted = fit.note(tighter, laid.fit, look.parameters, laid.last)
        faults += [source_locations.placed(job, noted)] if noted else []
    if laid.pdf is None or wrong:
        return job.result("failed", faults, laid_out=laid.laid_out)
    pages = laid.pages + sum(len(annex.pages) for annex in filled.annexes)
    if look.carrier is not None and (many := conformity.too_long(job, look.carrier, pages, filled)):
        return job.result("failed", [*faults, *many])
    pdf = laid.pdf
    if page.papers:
        from letterpress.pdf import stationery

        stages.at("putting the firm's paper under it")
        pdf = stationery.place(pdf, page.papers, page.press)
    lost = [source_locations.located(job, fault, ()) for fault in _lost_words(page, laid, filled, pdf)]
    if lost:
        return job.result("failed", [*faults, *lost])
    if filled.annexes:
        from letterpress.pdf import append

        stages.at("adding the enclosures")
        faults += conformity.crossed(job, filled, page.kept_free)
        if any(fault.code == "enclosure-crosses" and fault.severity == "error" for fault in faults):
            return job.result("failed", faults, laid_out=laid.laid_out)
        if page.press is not None:
            faults += conformity.unprintable(job, append.unprintable(filled.annexes, page.press))
            if any(fault.severity == "error" for fault in faults):
                return job.result("failed", faults, laid_out=laid.laid_out)
        label = language.labels(filled.lang)["enclosure"]
        pdf = append.append(pdf, filled.annexes, label=label, press=page.press)
    if page.press is not None and page.press.flat:
        from letterpress.pdf.press import flat

        stages.at("making it PDF/X-1a")
        pdf = flat.written(pdf, claimed=not conformity.is_less(faults))
    attached = () if page.press is not None else filled.attachments
    if filled.attachments and not attached:
        faults.append(conformity.without_attachments(job, filled))
    elif attached:
        from letterpress.pdf import attach

        stages.at("adding the attachments")
        pdf = attach.attach(pdf, attached)
        faults += conformity.unarchived(job, filled, look.profile)
    return job.result(
        "done",
        faults,
        pages=pages,
        sha256=laid.sha256 if pdf is laid.pdf else hashlib.sha256(pdf).hexdigest(),
        pdf=pdf,
        signature_fields=laid.signature_fields,
        shape=laid.shape if pdf is laid.pdf else None,
        laid_out=laid.laid_out,
        claims=conformity.claims(filled, look.profile, faults),
        enclosures=tuple((annex.title, len(annex.pages)) for annex in filled.annexes),
        attachments=tuple(file.told() for file in attached),
        dispatch=dispatched.noted(made_with, filled),
    )


def _composer(job: Job, made_with: settled.Settled, filled: Filled) -> Callable[..., Page]:
    """What makes the letter's page; the values of the letterhead's parameters are still to be given."""
    head, look = made_with.head, made_with.look
    fixed: dict[str, Any] = {"paper": look.paper, "copy": copy_parts(job.choices.copy)[0], "design": look.design}
    fixed |= {"archive": look.profile != "screen", "press": made_with.press}
    fixed |= {"overlaid": job.overlay, "times": made_with.stamps, "carrier": look.carrier}
    made = functools.partial(compose.compose, head, filled, job.letter, **fixed)
    return made if not job.stays_free else lambda **given: zones.freed(made(**given), job.stays_free)


def _placeless(
    job: Job, page: Page, filled: Filled, head: definition.Letterhead, said: Sequence[Diagnostic]
) -> list[Diagnostic]:
    """The codes of a letter that the letterhead's templates have left out.

    :param said: what is wrong already: a code whose place there is not is not looked for.
    """
    if not filled.codes or any(fault.code == "code-place" for fault in said):
        return []
    from letterpress.letterhead import codes  # here: few letters have one

    return [source_locations.placed(job, fault) for fault in codes.unprinted(page.html, filled, head.name)]


def _lost_words(page: Page, laid: engine.Laid, filled: Filled, pdf: bytes) -> list[LayoutFault]:
    """The words of a letter that its PDF does not have, if it is the first of its shape."""
    if laid.tree is None:
        return []  # made from the pages of a letter that was compared
    shape = lost_words.shape(page)
    if not lost_words.is_new(shape):
        return []
    stages.at("comparing its words with the letter's")
    faults = lost_words.faults(lost_words.source(laid.tree, signatures=page.press is None), _texts(filled), pdf)
    if not faults:
        lost_words.remember(shape)
    return faults


def _texts(filled: Filled) -> list[str]:
    """What the fields of a letter say to its reader; not the bodies, and not what is the letterhead's."""
    said: tuple[Filled | FilledVersion, ...] = (filled, *filled.versions)
    alike = [text for one in said for text in (one.subject, one.salutation, one.closing, one.postscript)]
    people = [text for person in filled.signatories for text in (person.name, person.title, person.organisation)]
    groups = (*filled.addresses, filled.via, filled.notices, filled.enclosures, filled.cc)
    lists = [*(text for group in groups for text in group), *(text for _, text in filled.reference)]
    return [text for text in (*alike, *lists, *people) if text]


def _tighter(look: choices.Look, head: definition.Letterhead, filled: Filled, copy: str) -> list[Mapping[str, Any]]:
    """Values of the letterhead's parameters that set the letter tighter and tighter."""
    from letterpress.letterhead import fit  # here: few letters ask for it

    return list(fit.steps(head, look.parameters, look.said, filled, copy))


def filled(job: Job) -> tuple[Filled | None, Result]:
    """Fill a letter, for what is printed of it besides its page: its addresses on envelopes and labels.

    :returns: the letter, or None if it could not be made; and what `examine` says of it.
    """
    found: list[Filled | None] = []

    def made(one: Job) -> Result:
        _, letter_filled, faults = _fill(one)
        found.append(letter_filled)
        return _examined(one, faults)

    result = _unraised(made)(job)
    return found[0] if found and result.status == "done" else None, result


@_unraised
def examine(job: Job) -> Result:
    """Find all that can be known of a letter with its values without making its page; `Result.pdf` is None.

    :raises MemoryError: see `press`.
    """
    return _examined(job, _fill(job)[2])


@_unraised
def inspect(job: Job) -> Result:
    """Find all that can be known of a letter with its values without laying it out; `Result.pdf` is None.

    That is what `examine` finds, and what is wrong with its page: a template of its letterhead that fails, a style that
    cannot be set, a file that is missing.

    :raises MemoryError: see `press`.
    """
    made_with, filled, faults = _fill(job)
    return _examined(job, [*faults, *_unlaid(job, made_with, filled)])


def _examined(job: Job, faults: list[Diagnostic]) -> Result:
    return job.result("failed" if any(fault.severity == "error" for fault in faults) else "done", faults)


def _unlaid(job: Job, made_with: settled.Settled, filled: Filled | None) -> list[Diagnostic]:
    """What is wrong with a letter's page as far as it shows without its layout.

    A shipped letterhead is tried by the tests: with it only the files can be missing that the letter itself names.
    """
    pictured = filled is not None and "<img" in _bodies(filled)
    if filled is None or (made_with.head.shipped and not pictured):
        return []
    from letterpress.layout import unlaid  # here: most letters have a shipped letterhead and no image

    try:
        many = job.record is not None
        page = _composer(job, made_with, filled)(given=made_with.look.parameters, many=many)
    except LetterpressError as error:
        return [source_locations.placed(job, fault) for fault in error.diagnostics]
    found = unlaid.faults(page) if pictured or not many else unlaid.faults_of_look(page)
    return [source_locations.located(job, fault, page.letterhead_folders) for fault in found]


def _bodies(filled: Filled) -> str:
    return "".join((filled.body, *(version.body for version in filled.versions)))


def _fill(job: Job, *, titled: bool = False) -> tuple[settled.Settled, Filled | None, list[Diagnostic]]:
    """What the letter is made with, the letter with nothing left to fill in, and its faults.

    :param titled: see `letter.fill`; a part that the letterhead asks for may be missing, too.
    """
    made_with = settled.settle(job)
    job = made_with.of(job)
    head, look, broken = made_with.head, made_with.look, made_with.broken
    filled, faults = letter.fill(job, lang=look.lang, paper=look.paper, letterhead=head.name, titled=titled)
    if filled is not None:
        asked = [*look.notes, *requirements.check(job, head, filled, look.parameters, look.carrier)]
        if titled:
            asked = [replace(one, severity="warning") if one.code == "field-missing" else one for one in asked]
        faults = [*faults, *(source_locations.placed(job, fault) for fault in asked)]
    if job.record is None:
        faults = [*job.letter.remarks, *faults]
    long = [source_locations.placed(job, fault) for fault in checks.check_words(job)]
    # Its page would repeat such a fault, as of a missing font for each character.
    return made_with, None if broken or long else filled, [*broken, *long, *faults]


@numbers.in_own_context
def check(job: Job, *, paged: bool = True) -> list[Diagnostic]:
    """Find all that can be known of a letter without laying it out and without a record's values.

    :param paged: whether its page is looked at as well, as `inspect` does; a field without a value prints its title.
    """
    faults: list[Diagnostic] = []
    try:
        choices.settle(job, definition.find(job.letterhead, job.letter.root))
        if paged:
            faults += _of_letterhead(job)
    except LetterpressError as error:
        faults += [source_locations.placed(job, diagnostic) for diagnostic in error.diagnostics]
    except MemoryError:
        raise
    except Exception as error:  # the other letters are checked all the same
        faults.append(itself_failed(error, job.letter.path, job.record))
    faults += [*checks.check_addresses(job.letter, job.lang), *checks.check_defaults(job.letter)]
    faults += [*checks.check_templates(job.letter), *letter.check_enclosures(job)]
    return list(_completed(list(dict.fromkeys([*faults, *remarks(job)]))))


def _of_letterhead(job: Job) -> list[Diagnostic]:
    """What is wrong with the letterhead's own files, and with the page of a letter whose values are still to come.

    What the letter lacks for it is said of a letter that is sent as it stands: to whom it names, with all its values.
    """
    made_with = settled.settle(job)
    job = made_with.of(job)
    head, look, named = made_with.head, made_with.look, bool(job.letter.to)
    tried = job if named else replace(job, values=(*_SOMEBODY, *job.values))
    filled, faults = letter.fill(tried, lang=look.lang, paper=look.paper, letterhead=head.name, titled=True)
    found = list(made_with.broken)
    if filled is None or made_with.broken:
        return found
    if named and all(fault.code != "value-missing" for fault in faults):
        asked = requirements.check(job, head, filled, look.parameters)
        found += [source_locations.placed(job, fault) for fault in (*look.notes, *asked)]
        sent = letter.fill(job, lang=look.lang, paper=look.paper, letterhead=head.name)[1]
        # What has no value may have one in each record of a list, or in each variant.
        bare = [] if job.letter.variants else [one for one in sent if one.code == "name-valueless"]
        found += [one for one in sent if one.code != "name-valueless"]
        found += [replace(one, severity="warning") for one in bare]
    chosen = {line for body in _sources(job) for source, line in body.images if template_tags.WORD.search(source)}
    return [*found, *(one for one in _unlaid(tried, made_with, filled) if not _waits(one, job, chosen))]


def _sources(job: Job) -> tuple[Body, ...]:
    return (job.letter.body, *(version.body for version in job.letter.versions))


def _waits(fault: Diagnostic, job: Job, lines: set[int]) -> bool:
    """Whether a fault is of an image that a value names, which is still to come.

    :param lines: of the letter's file, with such images.
    """
    return bool(lines) and fault.file == job.letter.path and (fault.line is None or fault.line in lines)


_SOMEBODY = tuple((f"to.{part}", text) for part, text in samples.RECIPIENT.items())
"""A recipient for the page of a letter that names none, since a list does."""


def remarks(job: Job) -> list[Diagnostic]:
    """Find slips against the usage of the letter's language, and forms of address that are not sure."""
    return [*slips.find(job.letter, job.lang), *slips.reservations(job.letter, job.lang)]


def _completed(faults: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Find the characters that faults are about."""
    if not faults:
        return ()
    from letterpress.content import places  # here: most letters have no fault

    return places.complete(faults)
