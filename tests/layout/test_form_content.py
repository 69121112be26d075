"""Elements with `opacity`, which WeasyPrint draws through forms: the structure finds what is in them."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest

from tests.support import lists, verapdf
from tests.support.project import FRONT, Project, pdf_text

CSS = """\
.letter-salutation { opacity: .5 }
.letter-body p, .letter-body table { opacity: .9 }
.zone-foot, .zone-running { opacity: .7 }
"""
BODY = "Text *with* emphasis and a [link](https://example.org).\n\n| a | b |\n|---|---|\n" + "| c | d |\n" * 60
FADED = FRONT.replace("plain", "own")


@pytest.mark.parametrize("profile", ["archive", "press"])
def test_a_letter_with_opacity_keeps_what_it_claims(project: Project, profile: str) -> None:
    verapdf.require()
    project.letterhead("own", toml='extends = "plain"\n', css=CSS)
    result = project.press(BODY, FADED, profile=profile)
    assert result.status == "done", result.diagnostics
    pdf = result.pdf or b""
    assert result.pages == 3
    assert verapdf.validate(pdf) == []
    assert "Text with emphasis and a link." in pdf_text(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as file:
        forms = [one for one in file.objects if isinstance(one, pikepdf.Stream) and "/StructParents" in one]
        assert len(forms) >= 4
        keys = [int(one.StructParents) for one in (*forms, *(page.obj for page in file.pages))]
        assert len(set(keys)) == len(keys)


def test_a_letter_of_a_list_has_the_glyphs_of_what_stays(project: Project) -> None:
    project.letterhead("own", toml='extends = "plain"\n', css=".letter-closing { opacity: .5 }")
    front = FADED.replace("to: ", "# ").replace("closing: Sincerely", "closing: Žluťoučký kůň")
    jobs = list(lists.jobs(Path(project.letter("Hello {{ to.city }}, a word.\n", front)), 6))
    results = lists.pressed(jobs)
    reasons = {one.laid_out for one in results}
    assert "" in reasons
    assert not [one for one in reasons if one and "otherwise" in one]
    assert list(lists.differences(jobs, results)) == []
