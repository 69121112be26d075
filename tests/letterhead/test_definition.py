"""Letterheads: where they are found, what they inherit, what they refuse."""

from __future__ import annotations

import io

import pikepdf
import pytest

import letterpress
from letterpress.letterhead import definition
from tests.support import golden, proof, verapdf
from tests.support.project import FRONT, Project, pdf_text


def _front(name: str, more: str = "") -> str:
    return FRONT.replace("letterhead: plain", f"letterhead: {name}") + more


def test_a_leaf_states_only_what_differs(project: Project) -> None:
    project.letterhead("own", css=".letter-head-name { font-weight: 700 }")
    result = project.press("Text.\n", _front("own"))
    assert result.pdf is not None, result.diagnostics
    own = definition.find("own", project.root)
    assert own.extends == "plain"
    assert [folder.rpartition("/")[2] for folder in own.folders] == ["own", "plain", "_base"]
    assert own.papers == ("a4", "letter")
    assert "font_size" in own.parameters
    assert not own.shipped


def test_a_projects_letterhead_comes_before_the_shipped_one_and_may_extend_it(project: Project) -> None:
    project.letterhead("plain", css=".letter-salutation { text-transform: uppercase }")
    result = project.press()
    assert result.pdf is not None, result.diagnostics
    assert "DEAR DR. BROOK:" in pdf_text(result.pdf)


def test_a_block_of_the_base_is_replaced_by_a_leaf(project: Project) -> None:
    html = '{% extends "_base/letter.html" %}\n{% block foot %}<p>Charity number {{ parameters.number }}</p>{% endblock %}\n'
    toml = 'extends = "plain"\n[parameters.number]\ntype = "integer"\ndefault = 42\n'
    project.letterhead("charity", toml=toml, letter__html=html)
    result = project.press("Text.\n", _front("charity", "parameters: {number: 7}\n"))
    assert result.pdf is not None, result.diagnostics
    assert "Charity number 7" in pdf_text(result.pdf)


def test_a_replaced_foot_is_a_foot_and_a_replaced_head_keeps_its_place(project: Project) -> None:
    html = (
        '{% extends "din5008/letter.html" %}\n'
        "{% block foot %}<p>Registered charity 4711</p>{% endblock %}\n"
        '{% block head %}<img src="{{ asset("logo.svg") }}" alt="Harbor Light Clinic">{% endblock %}\n'
    )
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><rect width="60" height="20"/></svg>'
    project.letterhead("harbor", toml='extends = "din5008"\n', letter__html=html, logo__svg=svg)
    result = project.press("Text.\n", _front("harbor"))
    assert result.pdf is not None, result.diagnostics
    foot = next(line for line in golden.lines(result.pdf) if line.text == "Registered charity 4711")
    assert foot.x == 25
    assert foot.y > 274
    image = next(item for item in proof.ink(result.pdf, 0) if not item.text and item.box.width > 10)
    assert (round(image.box.x), round(image.box.y)) == (25, 12)
    last = project.press("Text.\n", _front("harbor", "parameters: {foot: last}\n"))
    assert last.pdf is not None
    assert "4711" in pdf_text(last.pdf)


def test_a_head_with_a_wrapper_of_its_own_stays_above_the_address(project: Project) -> None:
    html = (
        '{% extends "din5008/letter.html" %}\n{% block head %}<div class="letter-head">'
        '<img src="{{ asset("logo.svg") }}" alt="Tanager" style="height: 20mm"></div>{% endblock %}\n'
        "{% block foot %}<p>Registered charity 4711</p>{% endblock %}\n"
    )
    css = ".letter-head { border-bottom: 0.75pt solid {{ parameters.accent }} }\n.letter-head::before { content: '' }\n"
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><rect width="60" height="20"/></svg>'
    toml = 'extends = "din5008"\n[parameters.accent]\ndefault = "#1a3e6e"\n'
    project.letterhead("harbor", toml=toml, css=css, letter__html=html, logo__svg=svg)
    result = project.press("Text.\n", _front("harbor"))
    assert result.pdf is not None, result.diagnostics
    image = next(item for item in proof.ink(result.pdf, 0) if not item.text and item.box.width > 50)
    assert image.box.x == pytest.approx(25, abs=0.5)
    assert image.box.bottom < 45  # the head ends; the address field begins at 45
    assert next(line for line in golden.lines(result.pdf) if line.text == "Registered charity 4711").y > 274


def test_a_leaf_restates_only_a_parameters_default(project: Project) -> None:
    project.letterhead("large", toml='extends = "plain"\n[parameters.font_size]\ndefault = "14pt"\n')
    large = definition.find("large", project.root)
    assert large.parameters["font_size"].default == "14pt"
    assert large.parameters["font_size"].type == "length"
    assert large.parameters["font_size"].description


@pytest.mark.parametrize(
    ("parameters", "field", "words"),
    [
        ("{font_size: huge}", "parameters.font_size", "not a length"),
        ("{align: middle}", "parameters.align", "not one of its choices"),
        ("{font_sise: 12pt}", "parameters.font_sise", "no such parameter"),
        ("{font_size: [1, 2]}", "parameters.font_size", "is not a length"),
        ('{font_size: "1pt; } * { color: red"}', "parameters.font_size", "not a length"),
    ],
)
def test_a_parameter_of_the_wrong_type_is_named_with_its_line(
    project: Project, parameters: str, field: str, words: str
) -> None:
    fault = project.fault("Text.\n", FRONT + f"parameters: {parameters}\n")
    assert (fault["file"], fault["line"], fault["field"]) == ("content/letters/letter.md", 10, field)
    assert words in fault["message"]
    assert fault["hint"]


def test_a_letterhead_that_does_not_exist_has_near_names(project: Project) -> None:
    fault = project.fault("Text.\n", _front("congres"))
    assert fault["message"] == "there is no letterhead 'congres'"
    assert fault["hint"] == "did you mean 'congress'?"
    assert (fault["line"], fault["field"]) == (2, "letterhead")


def test_a_letterhead_that_extends_nothing_known_is_named_with_its_file(project: Project) -> None:
    project.letterhead("own", toml='extends = "plane"\n')
    fault = project.fault("Text.\n", _front("own"))
    assert fault["file"].endswith("templates/own/letterhead.toml")
    assert "'plane'" in fault["message"]
    assert "'plain'" in fault["hint"]


def test_letterheads_in_a_circle_end(project: Project) -> None:
    project.letterhead("one", toml='extends = "two"\n')
    project.letterhead("two", toml='extends = "one"\n')
    fault = project.fault("Text.\n", _front("one"))
    assert "letterhead" in fault["message"]


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("extends = plain\n", "not TOML"),
        ('extends = "plain"\npapper = ["a4"]\n', "unknown field"),
        ('extends = "plain"\npapers = ["a5"]\n', "cannot be 'a5'"),
        ('extends = "plain"\nrequires = ["too"]\n', "'too' cannot be asked for"),
        ('extends = "plain"\nfonts = ["Comic Sans"]\n', "not shipped"),
    ],
)
def test_faults_of_letterhead_toml_are_named_with_file_and_field(project: Project, toml: str, words: str) -> None:
    project.letterhead("own", toml=toml)
    fault = project.fault("Text.\n", _front("own"))
    assert fault["file"].endswith("templates/own/letterhead.toml")
    assert words in fault["message"]


def test_what_a_letterhead_asks_for_is_required(project: Project) -> None:
    project.letterhead("strict", toml='extends = "plain"\nrequires = ["subject", "reference"]\n')
    faults = project.faults("Text.\n", _front("strict"))
    assert [fault["field"] for fault in faults] == ["subject", "reference"]


def test_a_template_fault_names_the_letterheads_file_and_line(project: Project) -> None:
    html = '{% extends "_base/letter.html" %}\n\n{% block foot %}{{ parametres.x }}{% endblock %}\n'
    project.letterhead("own", letter__html=html)
    fault = project.fault("Text.\n", _front("own"))
    assert fault["file"].endswith("templates/own/letter.html")
    assert fault["line"] == 3
    assert "'parametres'" in fault["message"]
    assert "'parameters'" in fault["hint"]


def test_a_style_sheet_that_weasyprint_does_not_understand_fails_the_letter(project: Project) -> None:
    project.letterhead("own", css=".letter-head { colour: red }")
    fault = project.fault("Text.\n", _front("own"))
    assert fault["file"].endswith("templates/own/style.css")
    assert "colour" in fault["message"]


def test_a_message_that_the_letterhead_allows_by_name_passes(project: Project) -> None:
    project.letterhead(
        "own", toml='extends = "plain"\nallow_log = ["Ignored `colour"]\n', css=".letter-head { colour: red }"
    )
    assert project.press("Text.\n", _front("own")).status == "done"


def test_a_change_on_disk_is_seen_by_a_running_process(project: Project) -> None:
    project.letterhead("own", css=".letter-salutation { text-transform: uppercase }")
    first = project.press("Text.\n", _front("own"))
    assert first.pdf is not None
    assert "DEAR" in pdf_text(first.pdf)
    import os
    import time

    path = project.write("templates/own/style.css", ".letter-salutation { text-transform: none }")
    os.utime(path, (time.time() + 5, time.time() + 5))
    second = project.press("Text.\n", _front("own"))
    assert second.pdf is not None
    assert "Dear" in pdf_text(second.pdf)


def test_a_font_of_the_letterheads_own_is_used_and_counts_as_its_own(project: Project) -> None:
    from letterpress.fonts import shipped

    source = next(face.path for face in shipped.shipped() if face.family == "Source Sans Pro" and face.weight == 700)
    font = source.read_bytes()[:-1] + b"\1"  # not one of the shipped files any more
    css = '@font-face { font-family: "House"; src: url(house.otf) }\nhtml { font-family: House }\n'
    toml = 'extends = "plain"\nfonts = ["Source Serif Pro", "Source Sans Pro", "House"]\n'
    project.letterhead("house", toml=toml, css=css, house__otf=font)
    result = project.press("Text.\n", _front("house"))
    assert result.pdf is not None, result.diagnostics


def test_an_address_of_twelve_lines_is_refused(project: Project) -> None:
    lines = ", ".join(f"Line {number}" for number in range(11))
    front = FRONT.replace('lines: [4 Mill Lane, "Bangor, ME 04401"]', f"lines: [{lines}]")
    fault = project.fault("Text.\n", front)
    assert fault["field"] == "to"
    assert "12 lines" in fault["message"]
    assert "holds 9" in fault["message"]


def test_paper_follows_the_language_unless_said(project: Project) -> None:
    def width(**choices: str) -> float:
        import pypdfium2

        result = project.press(**choices)
        assert result.pdf is not None
        document = pypdfium2.PdfDocument(result.pdf)
        points: float = document[0].get_width()
        document.close()
        return points

    assert width() == pytest.approx(612)
    assert width(lang="en-GB") == pytest.approx(595.28, abs=0.01)
    assert width(paper="a4") == pytest.approx(595.28, abs=0.01)


def test_letterheads_do_not_disturb_each_others_fonts(project: Project) -> None:
    project.letterhead("sans", css='html { font-family: "Source Sans Pro" }')
    before = project.press().sha256
    project.press("Text.\n", _front("sans"))
    assert project.press().sha256 == before


def test_justified_text_reaches_the_right_margin(project: Project) -> None:
    body = "A line of text that is long enough to be broken over several lines of the page, again and again. " * 6
    result = project.press(body, FRONT + "parameters: {align: justify, hyphens: auto}\n")
    assert result.pdf is not None
    assert len([line for line in golden.lines(result.pdf) if "line of text" in line.text]) > 3


def test_letterheads_lists_own_and_shipped(project: Project) -> None:
    project.letterhead("own")
    assert {"own", "plain", "congress"} <= {head.name for head in letterpress.letterheads(project.root)}


WORDS = {
    "name": "Jo Lind",
    "signer": "Jo Lind",
    "title": "Director",
    "time": "January 15, 2026, 10:32 UTC",
    "reason": "",
    "place": "",
    "note": "",
}


def test_a_letterhead_lays_out_the_stamp_in_the_fields_size(project: Project) -> None:
    import pypdfium2

    from letterpress import stamp

    html = "<!doctype html><html lang=en><body><p>Harbor Light: {{ words.signer }}</p></body></html>"
    project.letterhead("own", stamp__html=html)
    for name, text in (("own", "Harbor Light: Jo Lind"), ("plain", "Signed digitally January 15, 2026, 10:32 UTC")):
        pdf = stamp.draw(WORDS, 198.4252, 42.5197, letterhead_name=name, root=str(project.root))
        assert text in pdf_text(pdf)
        document = pypdfium2.PdfDocument(pdf)
        assert document[0].get_size() == pytest.approx((198.4252, 42.5197), abs=0.01)
        assert len(document) == 1
        document.close()


def test_a_stamp_has_one_size_and_leaves_out_what_has_no_room(project: Project) -> None:
    from letterpress import stamp

    long = WORDS | {
        "reason": "Approved by the board in its meeting of November",
        "place": "Portland",
        "note": "test key",
    }
    roomy = stamp.draw(long, 200, 40)
    assert pdf_text(roomy) == (
        "Signed digitally January 15, 2026, 10:32 UTC, Portland Approved by the board in its meeting of November test key"
    )
    assert "Signed by Bo Orr" in pdf_text(stamp.draw(long | {"signer": "Bo Orr"}, 200, 40))
    assert pdf_text(stamp.draw(long, 160, 30)) == "Signed digitally January 15, 2026, 10:32 UTC, Portland test key"
    assert pdf_text(stamp.draw(long | {"place": "Portland " * 9}, 160, 30)).endswith("10:32 UTC test key")
    for pdf in (roomy, stamp.draw(long, 160, 30)):
        assert {round(size, 2) for size in type_sizes(pdf)} == {7.5}
    with pytest.raises(letterpress.LetterpressError) as raised:
        stamp.draw(long, 60, 12)
    assert "do not fit" in str(raised.value)


def test_an_image_that_says_nothing_is_an_artifact(project: Project) -> None:
    html = '{% extends "plain/letter.html" %}{% block head %}<div><img src="{{ asset("d.svg") }}" alt=""></div>{{ super() }}{% endblock %}'
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="5"><rect width="20" height="5" fill="#b00"/></svg>'
    )
    project.letterhead("own", letter__html=html, d__svg=svg)
    front = FRONT.replace("letterhead: plain", "letterhead: own")
    pdf = project.press(front=front).pdf
    assert pdf is not None
    assert verapdf.available() or verapdf.validate(pdf) == []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        kinds = [str(item.S) for item in opened.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item]
        assert "/Figure" not in kinds
        content = opened.pages[0].Contents.read_bytes()
    assert content.count(b"/Figure") == 0
    assert b"/Artifact" in content
    project.letterhead("own", letter__html=html.replace(' alt=""', ""), d__svg=svg)
    (fault,) = [one for one in project.press(front=front).diagnostics if one.severity == "error"]
    assert fault.code == "image-undescribed"


@pytest.mark.parametrize(
    ("height", "room"),
    [(25.5118, 3), (31.1811, 1.9), (34.0157, 3), (42.5197, 2)],
    ids=["9mm", "11mm", "12mm", "15mm"],
)
def test_a_stamp_stands_clear_of_the_closing_and_of_the_name(height: float, room: float) -> None:
    """In the rooms that letterheads have, with as many lines as go into them."""
    from letterpress import stamp

    words = WORDS | ({"note": "test key"} if height > 30 else {}) | ({"reason": "Approved"} if height > 40 else {})
    above, below = free_of_ink(stamp.draw(words, 198.4252, height), height)
    assert above >= room
    assert below >= room
    assert abs(above - below) < 3, "in the middle of what is free"


def free_of_ink(pdf: bytes, height: float) -> tuple[float, float]:
    """How much above and below the ink of a page is white, in pt."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    rows = document[0].render(scale=4).to_pil().convert("L").point(lambda shade: 255 if shade < 200 else 0).getbbox()
    document.close()
    assert rows is not None
    return rows[1] / 4, height - rows[3] / 4


def type_sizes(pdf: bytes) -> set[float]:
    """Sizes of the page's characters in pt, as PDFium draws them."""
    import ctypes
    import math

    import pypdfium2
    from pypdfium2 import raw

    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage()
    sizes, matrix = set(), raw.FS_MATRIX()
    for at in range(text.count_chars()):
        if not raw.FPDFText_IsGenerated(text, at):
            assert raw.FPDFText_GetMatrix(text, at, ctypes.byref(matrix))
            sizes.add(raw.FPDFText_GetFontSize(text, at) * math.hypot(matrix.c, matrix.d))
    document.close()
    return sizes


def test_constants_in_a_template_are_printed_for_each_letter_anew(project: Project) -> None:
    """Not folded in the language of the letter that happened to be rendered first."""
    from letterpress.templating import sandbox
    from letterpress.text import value_marks

    get = sandbox.environment(
        {
            "outer.html": ("{% include 'inner.html' %}", "outer"),
            "inner.html": ("{{ '2026-01-02' | date }}", "inner"),
        }.get,
        html=True,
    )
    assert value_marks.without(get("outer.html").render({}, "de")) == "2.\xa0Januar 2026"
    assert value_marks.without(get("outer.html").render({}, "en-US")) == "January\xa02, 2026"


# --- standards and system fonts ---------------------------------------------------------------------------------------


def test_a_letterhead_extends_a_window_letterhead_and_its_blocks(project: Project) -> None:
    """`din5008/letter.html` is the template that din5008 uses, though the file is its base's."""
    html = '{% extends "din5008/letter.html" %}\n{% block foot %}<p>Charity number 4711</p>{% endblock %}\n'
    project.letterhead("own", toml='extends = "din5008"\n', letter__html=html)
    result = project.press("Text.\n", _front("own"))
    assert result.pdf is not None, result.diagnostics
    placed = {line.text: line for line in golden.lines(result.pdf)}
    assert placed["Charity number 4711"].y > placed["Text."].y
    assert placed["Dr. Ada Brook"].y == pytest.approx(67, abs=1)


@pytest.mark.parametrize(
    ("toml", "words", "hint"),
    [
        ('standard = "din5008-c"\npapers = ["a4"]\n', "there is no standard 'din5008-c'", "din5008-"),
        ('standard = "din5008-b"\npapers = ["a4", "letter"]\n', "is for paper a4 only", 'papers = ["a4"]'),
        (
            'standard = "din5008-{form}"\npapers = ["a4"]\n[parameters.form]\ntype = "choice"\nchoices = ["a", "z"]\n'
            'default = "a"\n',
            "there is no standard 'din5008-z'",
            "din5008-",
        ),
    ],
)
def test_a_standard_that_does_not_fit_is_said(project: Project, toml: str, words: str, hint: str) -> None:
    project.letterhead("own", toml=f'extends = "_window"\n{toml}')
    fault = project.fault("Text.\n", _front("own"))
    assert words in fault["message"]
    assert hint in fault["hint"]
    assert fault["field"] == "standard"
    assert fault["file"].endswith("templates/own/letterhead.toml")


def test_a_choice_that_leaves_a_text_out_says_so(project: Project) -> None:
    front = _front("us-business", "parameters: {style: simplified}\n")
    result = project.press("Text.\n", front)
    assert result.pdf is not None, result.diagnostics
    assert "Dear" not in pdf_text(result.pdf)
    assert [(one.severity, one.field) for one in result.diagnostics] == [
        ("warning", "salutation"),
        ("warning", "closing"),
    ]
    assert project.press("Text.\n", _front("us-business", "parameters: {style: block}\n")).diagnostics == ()


def test_a_folder_whose_name_leads_to_another_letterhead_is_not_checked_in_its_place(project: Project) -> None:
    project.write("heads/plain/letterhead.toml", 'extends = "din5008"\n')
    ran = project.cli("check", "heads/plain", "--json")
    assert ran.code == 1
    (fault,) = ran.faults
    assert fault["file"] == "heads/plain/letterhead.toml"
    assert "no letter finds this letterhead: the name 'plain' leads to" in fault["message"]
    assert fault["hint"].endswith("move this one to templates/plain")


@pytest.mark.parametrize(
    ("toml", "field", "hint"),
    [
        ("papers = 5\n", "papers", 'write it as a list: ["one", "two"]'),
        ('parameters = "big"\n', "parameters", "write a line [parameters], and 'name = value' lines below it"),
        ("description = [1]\n", "description", 'write one text in quotes: "..."'),
    ],
)
def test_hints_for_letterhead_toml_are_in_toml(project: Project, toml: str, field: str, hint: str) -> None:
    name = project.letterhead("own", toml='extends = "plain"\n' + toml)
    fault = project.fault("Text.\n", _front(name))
    assert (fault["field"], fault["hint"]) == (field, hint)
