"""Which language a record's letter is in, where its list names one without its region."""

from __future__ import annotations

import pytest

from letterpress import api
from letterpress.batch.mappings import Mappings
from letterpress.model import Job, Result
from tests.support.project import Project

LETTER = """\
letterhead: plain
lang: {lang}
date: 2026-03-02
from: {{name: Quay, lines: [Quay 1, 8001 Town], country: {country}}}
subject: "{{{{ lang }}}}"
"""


def meant(project: Project, lang: str, country: str, column: str) -> tuple[str, list[str]]:
    """The language of the letter of a record, and what is said of it."""
    letter = api.read(project.letter("{{ lang }}\n", LETTER.format(lang=lang, country=country)))
    langs: list[str] = []

    def press(job: Job) -> Result:
        langs.append(job.lang)
        return job.result("done", ())

    (result,) = Mappings(api.job(letter)).results([{"name": "Ada", "Sprache": column}], press)
    return langs[0] if langs else "", [one.code or "" for one in result.diagnostics if one.field == "lang"]


@pytest.mark.parametrize(
    ("own", "country", "column", "wanted"),
    [
        ("de-CH", "CH", "de", "de-CH"),  # the letter's own
        ("fr-CH", "CH", "FR", "fr-CH"),
        ("en-GB", "DE", "en", "en-GB"),
        ("de-CH", "CH", "Deutsch", "de-CH"),  # by its name
        ("de-CH", "CH", "fr", "fr-CH"),  # one of the sender's country
        ("de-CH", "CH", "italienisch", "it-CH"),
        ("de-CH", "CH", "de-AT", "de-AT"),  # as it says
        ("de-CH", "CH", "Deutsch (Deutschland)", "de-DE"),
        ("en-US", "US", "en", "en-US"),
    ],
)
def test_a_language_without_a_region_has_the_one_that_is_meant(
    project: Project, own: str, country: str, column: str, wanted: str
) -> None:
    assert meant(project, own, country, column) == (wanted, [])


def test_a_region_that_nobody_says_is_a_note(project: Project) -> None:
    assert meant(project, "de-CH", "CH", "en") == ("en", ["language-region-unsaid"])
    assert meant(project, "en-GB", "GB", "de") == ("de", ["language-region-unsaid"])


def test_a_region_is_that_of_the_letters_text_in_the_language(project: Project) -> None:
    project.letter("Guten Tag\n", LETTER.format(lang="de-AT", country="GB"), "content/letters/letter.de.md")
    assert meant(project, "en-GB", "GB", "de") == ("de-AT", [])


def test_a_language_that_is_chosen_for_all_letters_has_the_same_region(project: Project) -> None:
    letter = project.letter("{{ lang }}\n", LETTER.format(lang="fr-CH", country="CH"))
    assert [api.in_language(api.job(api.read(letter), lang=lang)).lang for lang in ("fr", "de", "fr-FR", "en")] == [
        "fr-CH",
        "de-CH",
        "fr-FR",
        "en",
    ]
