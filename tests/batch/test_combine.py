"""One PDF for the printer: the letters as they are, what they share once, and still an archive file."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

import letterpress
from letterpress.batch import combine
from letterpress.errors import LetterpressError
from letterpress.pdf.carry import ObjectCopier
from letterpress.pdf.stream_writer import PageTree, PdfStream
from tests.support import verapdf
from tests.support.project import LETTER, ROOT, Project, Ran

pytestmark = pytest.mark.slow

FRONT = """\
letterhead: plain
lang: en-US
date: 2026-03-02
to: {name: Ada}
subject: A letter
salutation: Dear {{ to.name }}
closing: Sincerely
signatories: [{name: Jo Lind, title: Director, sign: digital}]
fields: {text: {default: ""}, long: {default: ""}}
"""
BODY = """\
See the note[^1]. {{ fields.text }} **bold** and *italic*

![A mark](mark.svg)

{% if fields.long %}
{% for line in range(60) %}
Line {{ line }}.

{% endfor %}
{% endif %}

[^1]: Of the note.
"""
MARK = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="20" height="20" fill="#235"/></svg>'


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with four letters in out/, made once."""
    project = Project(tmp_path_factory.mktemp("desk"))
    project.write("content/letters/mark.svg", MARK)
    project.letter(BODY, FRONT)
    rows = ["name,city,text,long", "Ada,Bangor,abc,", "Bo,Bangor,xyzÄÖÜ,yes", "Cy,Bangor,€ 5 – “q”,", "Di,Bangor,abc,"]
    project.write("people.csv", "\n".join(rows) + "\n")
    merge(project)
    return project


def merge(project: Project, *options: str) -> Ran:
    with contextlib.chdir(project.root):
        ran = project.cli("merge", LETTER, "--data", "people.csv", "-o", "out", "--jobs", "0", *options)
    assert ran.code == 0, ran.err
    return ran


@pytest.fixture
def letters(desk: Project) -> list[Path]:
    return sorted((desk.root / "out").glob("*.pdf"))


def combined(letters: list[Path], target: Path, duplex: bool = False) -> int:
    parts = [combine.Part(path=path, title=f"Letter {at}") for at, path in enumerate(letters, start=1)]
    return combine.write(target, parts, title="All & one", lang="en-US", duplex=duplex).pages


def pages(path: Path) -> list[bytes]:
    """Every page as pixels."""
    document = pypdfium2.PdfDocument(path)
    try:
        return [bytes(page.render(scale=1).buffer) for page in document]
    finally:
        document.close()


def words(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def test_pages_look_and_read_as_in_the_letters(letters: list[Path], tmp_path: Path) -> None:
    number = combined(letters, tmp_path / "all.pdf")
    assert number == sum(len(pages(path)) for path in letters) > 4
    assert pages(tmp_path / "all.pdf") == [page for path in letters for page in pages(path)]
    assert words(tmp_path / "all.pdf") == [page for path in letters for page in words(path)]


def test_each_page_has_its_own_pictures(project: Project) -> None:
    """All pages of a letter may have one dictionary of resources, and letters names for their pictures in common."""
    for name, color in (("red", "#a00"), ("green", "#0a0"), ("blue", "#00a")):
        project.write(f"content/letters/{name}.svg", MARK.replace("#235", color))
        project.write(f"content/letters/pale-{name}.svg", MARK.replace('fill="#235"', f'fill="{color}" opacity="0.4"'))
        drawn = io.BytesIO()
        Image.new("RGB", (8, 8), color).save(drawn, "png")
        (project.root / f"content/letters/{name}.png").write_bytes(drawn.getvalue())
    picture = '<img src="{{ fields.color }}.png" alt="A">\n\n<img src="pale-{{ fields.color }}.svg" alt="B">\n'
    fixed = "![A](blue.svg)\n\n![B](pale-red.svg)\n\n![C](green.png)\n"
    body = f"{picture}\n<!-- pagebreak -->\n\n{fixed}\n<!-- pagebreak -->\n\n{picture}\n![D](pale-blue.svg)\n"
    project.letter(
        body, f"{FRONT}typography: false\n".replace('{default: ""}, long: {default: ""}', "text, color: text")
    )
    project.write(
        "people.csv", "name,city,text,color\nAda,Bangor,a,red\nBo,Bangor,b,green\nCy,Bangor,c,red\nDi,Bangor,d,blue\n"
    )
    merge(project, "--combine", "all.pdf")
    letters = sorted((project.root / "out").glob("*.pdf"))
    single = [pages(path) for path in letters]
    assert {len(one) for one in single} == {3}
    assert pages(project.root / "all.pdf") == [page for one in single for page in one]


def test_faces_and_images_are_stored_once(letters: list[Path], tmp_path: Path) -> None:
    combined(letters * 5, tmp_path / "all.pdf")
    with pikepdf.open(tmp_path / "all.pdf") as pdf:
        programs = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/FontName" in item]
        assert len({str(item.FontName) for item in programs}) == len(programs) <= 5
        profiles = [item for item in pdf.objects if isinstance(item, pikepdf.Stream) and item.get("/N") == 3]
        assert len(profiles) <= 1
    size = (tmp_path / "all.pdf").stat().st_size
    assert size < 0.4 * sum(path.stat().st_size for path in letters * 5)


def test_a_bookmark_a_letter_and_letters_begin_on_a_sheet(letters: list[Path], tmp_path: Path) -> None:
    counts = [len(pages(path)) for path in letters]
    number = combined(letters, tmp_path / "all.pdf", duplex=True)
    assert number == sum(count + count % 2 for count in counts)
    with pikepdf.open(tmp_path / "all.pdf") as pdf, pdf.open_outline() as outline:
        starts = [pdf.pages.index(pikepdf.Page(item.destination[0])) for item in outline.root]
        assert [item.title for item in outline.root] == [f"Letter {at}" for at in range(1, 5)]
        assert all(start % 2 == 0 for start in starts)


def test_links_and_signature_fields_stay_their_letters_own(letters: list[Path], tmp_path: Path) -> None:
    combined(letters, tmp_path / "all.pdf")
    with pikepdf.open(tmp_path / "all.pdf") as pdf:
        names = [str(field.T) for field in pdf.Root.AcroForm.Fields]
        assert len(names) == len(set(names)) == 4
        title = pdf.open_metadata()["dc:title"]
        assert title == "All & one"


def test_it_is_still_pdf_a_and_pdf_ua(letters: list[Path], tmp_path: Path) -> None:
    combined(letters, tmp_path / "all.pdf", duplex=True)
    verapdf.require()
    assert verapdf.validate(tmp_path / "all.pdf") == []


def test_the_same_bytes_each_time(letters: list[Path], tmp_path: Path) -> None:
    combined(letters, tmp_path / "one.pdf")
    combined(letters, tmp_path / "two.pdf")
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_what_cannot_be_combined(letters: list[Path], tmp_path: Path) -> None:
    with pytest.raises(LetterpressError, match="no letter to combine"):
        combined([], tmp_path / "all.pdf")
    (tmp_path / "torn.pdf").write_bytes(b"%PDF-1.7 torn")
    with pytest.raises(LetterpressError, match="cannot be read"):
        combined([*letters, tmp_path / "torn.pdf"], tmp_path / "all.pdf")
    assert not (tmp_path / "all.pdf").exists()


def test_merge_combines(desk: Project) -> None:
    ran = merge(desk, "--combine", "all.pdf", "--duplex")
    assert "all.pdf: all in one" in ran.err
    assert len(pages(desk.root / "all.pdf")) % 2 == 0


# --- written as a stream ----------------------------------------------------------------------------------------------


def number_tree(node: pikepdf.Object, key: str) -> list[tuple[object, pikepdf.Object]]:
    """The pairs of a tree of names or numbers, whose leaves keep to their limits."""
    if "/Kids" in node:
        return [pair for kid in node.Kids for pair in number_tree(kid, key)]
    flat = list(node[key])
    pairs = [
        (str(name) if key == "/Names" else int(name), value) for name, value in zip(flat[::2], flat[1::2], strict=True)
    ]
    assert [str(one) for one in node.Limits] == [str(pairs[0][0]), str(pairs[-1][0])]
    return pairs


def test_many_letters_are_found_by_every_reader(letters: list[Path], tmp_path: Path) -> None:
    """Trees of more than one level, bookmarks, places and keys: each leads to its letter."""
    many = letters * 34  # more pages than two levels of the page tree hold a node for
    number = combined(many, tmp_path / "all.pdf")
    with pikepdf.open(tmp_path / "all.pdf") as pdf:
        assert pdf.get_warnings() == []
        assert len(pdf.pages) == number > 64 * 2
        keys = number_tree(pdf.Root.StructTreeRoot.ParentTree, "/Nums")
        assert [key for key, _ in keys] == sorted({key for key, _ in keys})
        assert pdf.Root.StructTreeRoot.ParentTreeNextKey > keys[-1][0]
        tree = dict(keys)
        for page in pdf.pages:
            elements = [element for element in tree[int(page.obj.StructParents)] if element is not None]
            assert elements
            assert all(element.get("/Pg", page.obj).objgen == page.obj.objgen for element in elements)
        assert len(pdf.Root.AcroForm.Fields) == len(many)
        assert len(pdf.Root.StructTreeRoot.K) == len(many)
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == [f"Letter {at}" for at in range(1, len(many) + 1)]


def test_a_letter_of_a_list_adds_little_more_than_what_differs(tmp_path: Path) -> None:
    """The seed letter, two pages of 17 KB: what its recipients change takes some 1.1 KB of each."""
    letter = letterpress.load(ROOT / "content/letters/korea-policy.md")
    rows = [{"name": f"The Honorable Ada {chr(65 + at)}ell", "street": f"{at + 1} Main Street"} for at in range(14)]
    paths = []
    for at, made in enumerate(letterpress.merge(letter, rows)):
        paths.append(tmp_path / f"{at}.pdf")
        paths[-1].write_bytes(made.pdf or b"")
    for count in (4, 14):
        assert combined(paths[:count], tmp_path / f"first-{count}.pdf") == 2 * count
    few, many = ((tmp_path / f"first-{count}.pdf").stat().st_size for count in (4, 14))
    assert (many - few) / 10 < 1400
    verapdf.require()
    assert verapdf.validate(tmp_path / "first-14.pdf") == []


def test_named_places_stay_their_letters_own(letters: list[Path], tmp_path: Path) -> None:
    """WeasyPrint names the targets of links; with ten letters and more, 10 stands before 9 in a tree of names."""
    paths = []
    for number in range(12):
        with pikepdf.open(letters[0]) as pdf:
            page = pdf.pages[0].obj
            names = pikepdf.NameTree.new(pdf)
            links = []
            for name in ("note", "ünï", "zum"):
                names[name] = pikepdf.Array([page, pikepdf.Name.XYZ, number, 0, 0])
                link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9])
                if name == "note":
                    link.Dest = pikepdf.String(name)
                else:
                    link.A = pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=pikepdf.String(name))
                links.append(pdf.make_indirect(link))
            page.Annots = pikepdf.Array([*page.get("/Annots", ()), *links])
            pdf.Root.Names = pikepdf.Dictionary(Dests=names.obj)
            paths.append(tmp_path / f"{number}.pdf")
            pdf.save(paths[-1])
    combined(paths, tmp_path / "all.pdf")
    with pikepdf.open(tmp_path / "all.pdf") as pdf:
        places = number_tree(pdf.Root.Names.Dests, "/Names")
        assert [name for name, _ in places] == sorted({str(name) for name, _ in places})
        found = dict(places)
        for number, page in enumerate(pdf.pages):
            links = [one for one in page.obj.Annots if one.Subtype == "/Link"]
            targets = [str(one.Dest) if "/Dest" in one else str(one.A.D) for one in links]
            assert len(targets) == 3
            for target in targets:
                assert found[target][0].objgen == page.obj.objgen
                assert found[target][2] == number


def test_memory_does_not_grow_with_the_letters(letters: list[Path], tmp_path: Path) -> None:
    code = (
        "import resource, sys; from pathlib import Path; from letterpress.batch import combine\n"
        "path, number = Path(sys.argv[1]), int(sys.argv[2])\n"
        "parts = (combine.Part(path=path, title=str(at)) for at in range(number))\n"
        "combine.write(Path(sys.argv[3]), parts, title='All', lang='en-US')\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    used = {}
    for number in (20, 170):
        command = [sys.executable, "-c", code, letters[0], str(number), tmp_path / "all.pdf"]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
        used[number] = int(ran.stdout) // 1024
    assert used[170] - used[20] < 8, used  # MB; held in memory they were 30


def test_a_text_that_looks_like_a_reference_stays_a_text(tmp_path: Path) -> None:
    source = pikepdf.new()
    texts = ["(1 0 R) \\ ) 5 0 R", "\\", "東京 (1 0 R", "<< /A 3 0 R >>", "a\r\n\tb\0\x7f"]
    source.add_blank_page()
    source.Root.Mine = source.make_indirect(pikepdf.Array([pikepdf.String(text) for text in texts]))
    source.Root.Mine.append(pikepdf.Name("/B (2 0 R)"))
    source.Root.Mine.append(source.make_indirect(pikepdf.Dictionary(Up=source.Root.Mine, N=1.5, T=True, Nil=None)))
    with (tmp_path / "taken.pdf").open("wb") as target, PdfStream(target) as file:
        tree = PageTree(file)
        carrier = ObjectCopier(source, file)
        page = source.pages[0].obj
        page.Parent = carrier.stand_in(tree.add(carrier.number(page)))
        root = file.reserve()
        pages = tree.finish()
        file.put(root, b"<< /Type /Catalog /Pages %d 0 R /Mine %d 0 R >>" % (pages, carrier.number(source.Root.Mine)))
        carrier.flush()
        file.finish(root)
    with pikepdf.open(tmp_path / "taken.pdf") as pdf:
        *strings, name, group = pdf.Root.Mine
        assert [str(text) for text in strings] == texts
        assert name == "/B (2 0 R)"
        assert group.Up.objgen == pdf.Root.Mine.objgen
        assert (float(group.N), group["/T"]) == (1.5, True)


def test_an_older_file_stays_where_the_new_one_cannot_be_finished(letters: list[Path], tmp_path: Path) -> None:
    target = tmp_path / "all.pdf"
    target.write_bytes(b"older")
    (tmp_path / "torn.pdf").write_bytes(letters[0].read_bytes()[:2000])
    with pytest.raises(LetterpressError, match="cannot be read"):
        combined([letters[0], tmp_path / "torn.pdf"], target)
    assert target.read_bytes() == b"older"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.pdf", "torn.pdf"]
