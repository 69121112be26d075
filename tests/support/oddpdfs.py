"""PDFs that are damaged, odd or hostile, made from sound ones: the same ones for the same seed.

Job: `GROUPS` give one file for each kind of fault, with what is to become of it; `random_damage` gives files cut off and
with bytes turned, of which only this is known: how many pages they had. Secret: how each fault is written.
"""

from __future__ import annotations

import base64
import io
import random
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

PAGES = 3


@dataclass(frozen=True)
class Odd:
    """A file, and what is to become of it."""

    name: str
    data: bytes
    outcome: str = ""
    """made, refused, or empty: either."""
    said: str = ""
    """A part of what is said of it."""
    pages: int = PAGES


def sound(*, pages: int = PAGES) -> pikepdf.Pdf:
    """Pages with a text, a drawing, a form, a picture and a link each; a bookmark and a named place."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    picture = pdf.make_stream(bytes(range(256)) * 3, Type=Name.XObject, Subtype=Name.Image, Width=16, Height=16)
    picture.ColorSpace, picture.BitsPerComponent = Name.DeviceRGB, 8
    form = pdf.make_stream(b"0 0 1 rg 0 0 30 30 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 30, 30])
    for number in range(pages):
        page = pdf.add_blank_page(page_size=(200, 300)).obj
        page.Resources = Dictionary(Font=Dictionary(F=font), XObject=Dictionary(P=picture, G=form))
        lines = b"".join(b"%d 10 m %d 20 l S " % (x, x) for x in range(20, 180, 4))
        page.Contents = pdf.make_stream(
            b"BT /F 24 Tf 20 250 Td (Page %d) Tj ET q 60 0 0 60 20 150 cm /P Do Q q 1 0 0 1 100 150 cm /G Do Q %s"
            % (number + 1, lines)
        )
        action = Dictionary(S=Name.URI, URI="https://example.org/")
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[20, 240, 100, 270], A=action)
        page.Annots = Array([pdf.make_indirect(link)])
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("First", 0))
    pdf.Root.Names = Dictionary(Dests=Dictionary(Names=["a", Array([pdf.pages[0].obj, Name.Fit])]))
    return pdf


def written(pdf: pikepdf.Pdf, **options: Any) -> bytes:
    """The file's bytes."""
    out = io.BytesIO()
    pdf.save(out, fix_metadata_version=False, deterministic_id="encryption" not in options, **options)
    return out.getvalue()


def plain(pdf: pikepdf.Pdf | None = None) -> bytes:
    """With a table of objects and nothing packed together."""
    return written(pdf or sound(), object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=True)


def forms() -> dict[str, bytes]:
    """A sound file in each form that writers give it."""
    packed = pikepdf.ObjectStreamMode.generate
    return {
        "table": plain(),
        "packed": written(sound(), object_stream_mode=packed),
        "linearized": written(sound(), linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.disable),
        "linearized-packed": written(sound(), linearize=True, object_stream_mode=packed),
        "open": written(sound(), qdf=True),
    }


def random_damage(seed: int, count: int) -> Iterator[Odd]:
    """Sound files cut off somewhere, with some bytes turned, or with a piece taken out or put in."""
    chance = random.Random(seed)
    whole = list(forms().items())
    for at in range(count):
        form, data = whole[at % len(whole)]
        kind = ("cut", "turned", "torn", "filled")[at // len(whole) % 4]
        place = chance.randrange(len(data))
        if kind == "cut":
            new = data[:place]
        elif kind == "turned":
            turned = bytearray(data)
            for _ in range(chance.choice((1, 1, 4, 40))):
                turned[chance.randrange(len(turned))] ^= 1 << chance.randrange(8)
            new = bytes(turned)
        elif kind == "torn":
            new = data[:place] + data[place + chance.choice((1, 20, 400)) :]
        else:
            new = data[:place] + chance.randbytes(chance.choice((1, 20, 400))) + data[place:]
        yield Odd(f"{kind}-{form}-{at}", new)


def _sound() -> Iterator[Odd]:
    for name, data in forms().items():
        yield Odd(f"form-{name}", data, "made")


def _encrypted() -> Iterator[Odd]:
    free = pikepdf.Permissions(modify_assembly=True)
    for level in (2, 3, 4, 6):
        aes = {"aes": level >= 4, "metadata": level >= 4}
        for user, allow, outcome, said in (
            ("", free, "made" if level > 2 else "", "is encrypted"),
            ("", pikepdf.Permissions(), "refused", "is encrypted"),
            ("x", free, "refused", "is locked with a password"),
        ):
            lock = pikepdf.Encryption(user=user, owner="y", R=level, allow=allow, **aes)  # type: ignore[arg-type]
            yield Odd(f"encrypted-{level}-{user}-{outcome}", written(sound(), encryption=lock), outcome, said)


def _remarks() -> Iterator[Odd]:
    """What strict readers complain about, and every viewer draws."""
    data = plain()
    odd = "not quite as the standard asks"
    yield Odd("startxref", re.sub(rb"startxref\n\d+", b"startxref\n7", data), "made", odd)
    yield Odd("no-end", data[: data.rindex(b"startxref")], "made", odd)
    yield Odd("no-table", data[: data.rindex(b"xref\n", 0, data.rindex(b"startxref"))] + _trailer(data), "made", odd)
    yield Odd("before", b"some words of a mail\r\n" + data, "made")
    yield Odd("behind", data + b"\n" + b"\0" * 3000, "made")
    yield Odd("length", re.sub(rb"/Length (\d+)", lambda found: b"/Length 9" + found[1], data), "made", odd)
    yield Odd("no-length", re.sub(rb"/Length \d+", b"", data), "made", odd)
    wrong = re.sub(rb"\n(\d{10}) 00000 n", lambda found: b"\n%010d 00000 n" % (int(found[1]) + 3), data)
    yield Odd("offsets", wrong, "made", odd)
    yield Odd("size", re.sub(rb"/Size \d+", b"/Size 999", data), "made", odd)
    linear = forms()["linearized"]
    yield Odd("hints", re.sub(rb"/E \d+", b"/E 999", linear, count=1), "made")
    yield Odd("first-page", re.sub(rb"/O \d+", b"/O 1", linear, count=1), "made")
    pdf = sound()
    pdf.pages[0].obj.Annots = Dictionary()
    yield Odd("annots", plain(pdf), "made")
    sums = _restream(data, lambda text: zlib.compress(text)[:-4] + b"\0\0\0\0")
    yield Odd("sums", sums, "made")
    yield Odd("flushed", _restream(data, _flushed), "made")


def _trailer(data: bytes) -> bytes:
    return data[data.rindex(b"trailer") : data.rindex(b"startxref")]


def _restream(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """A file of which each packed content is packed in another way."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            page.obj.Contents.write(change(page.obj.Contents.read_bytes()), filter=Name.FlateDecode)
        out = io.BytesIO()
        pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
        return out.getvalue()


def _flushed(text: bytes) -> bytes:
    """Packed as Acrobat packs what is filled into a form: without an end."""
    engine = zlib.compressobj()
    return engine.compress(text) + engine.flush(zlib.Z_SYNC_FLUSH)


def _losses() -> Iterator[Odd]:
    """Files that have lost pages or what is on them."""
    data = plain()
    half = _restream(data, lambda text: zlib.compress(text)[: len(zlib.compress(text)) // 2])
    yield Odd("half-content", half, "refused", "breaks off on page 1")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        numbers = {
            "page": pdf.pages[1].obj.objgen[0],
            "content": pdf.pages[1].obj.Contents.objgen[0],
            "picture": pdf.pages[0].obj.Resources.XObject.P.objgen[0],
        }
    for what, said in (("page", "pages"), ("content", "breaks off on page 2"), ("picture", "has lost 'P'")):
        gone = data.replace(b"\n%d 0 obj" % numbers[what], b"\n%d 0 obj" % (900 + numbers[what]))
        yield Odd(f"without-{what}", gone, "refused", said)
        entry = re.compile(rb"(xref\n0 \d+\n(?:.{20}){%d})(\d{10}) 00000 n" % numbers[what], re.S)
        freed = entry.sub(rb"\g<1>0000000000 65535 f", data)
        yield Odd(f"freed-{what}", freed, "made" if what == "picture" else "refused", said)
    yield Odd("too-many", data.replace(b"/Count 3", b"/Count 5"), "refused", "names 5 pages")
    pdf = sound()
    pdf.pages[0].obj.Resources.XObject.P.write(
        zlib.compress(random.Random(1).randbytes(768))[:300], filter=Name.FlateDecode
    )
    half = written(pdf, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    yield Odd("half-picture", half[: half.rindex(b"startxref")], "refused", "has lost the end of a picture")
    yield Odd("two-bodies", _two_bodies(), "refused", "is read in two ways: programs draw page 1 differently")
    yield Odd("first-half", data[: len(data) // 2], "refused")
    pdf = sound()
    pdf.pages[0].obj.Contents = Array([pdf.pages[0].obj.Contents, 7])
    yield Odd("content-number", plain(pdf), "refused", "breaks off on page 1")


def _unfinished() -> Iterator[Odd]:
    """Contents that end inside an object, and those that only look so."""
    for what, end in (
        ("a text", b"q q q BT garbage Tj ("),
        ("a text", b"BT /F 9 Tf <4142"),
        ("an array", b"BT /F 9 Tf [(a) 20 (b)"),
        ("a dictionary", b"/Span << /Lang (en)"),
        ("a picture", b"q BI /W 9 /H 9 /BPC 8 /CS /G ID (["),
    ):
        pdf = sound()
        content = pdf.pages[1].obj.Contents
        content.write(content.read_bytes() + b"\n" + end)
        said = f"breaks off on page 2: its content ends inside {what}"
        yield Odd(f"unfinished-{end[-8:].hex()}", plain(pdf), "refused", said)
    pdf = sound()
    pdf.pages[0].obj.Resources.XObject.G.write(b"0 0 1 rg 0 0 30 30 re f (")
    yield Odd("unfinished-form", plain(pdf), "refused", "breaks off in what is drawn on page 1")
    for name, text in {
        "parentheses": b"BT /F 9 Tf (a\\\\)(b(c)\\() Tj ET",
        "comment": b"q Q % (",
        "picture": b"q BI /W 3 /H 1 /BPC 8 /CS /G ID ([< EI Q",
        "picture-with-end": b"q BI /W 9 /H 1 /BPC 8 /CS /G ID \xff( EI \xfe\xfe( EI Q",
        "nested": b"/Span << /A << /B <41> >> /C [(]) <>] >> BDC EMC",
    }.items():
        pdf = sound()
        pdf.pages[1].obj.Contents.write(text)
        yield Odd(f"finished-{name}", plain(pdf), "made")
    pdf = sound()
    pdf.pages[0].obj.Contents = Array([pdf.make_stream(b"BT /F 9 Tf [(a)"), pdf.make_stream(b"(b)] TJ ET")])
    yield Odd("finished-in-two", plain(pdf), "made")


def _two_bodies() -> bytes:
    """A content of two bodies, of which the table names the first; an entry leads nowhere, for which some look again."""
    data = plain()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        content = pdf.pages[0].obj.Contents.objgen[0]
        link = pdf.pages[0].obj.Annots[0].objgen[0]
    at = data.rindex(b"xref\n0 ")
    other = b"%d 0 obj\n<< /Length 25 >>\nstream\n0 0 1 rg 0 0 99 99 re f   \nendstream\nendobj\n" % content
    table = re.sub(rb"startxref\n\d+", b"startxref\n%d" % (at + len(other)), data[at:])
    entry = re.compile(rb"(xref\n0 \d+\n(?:.{20}){%d})\d{10}" % link, re.S)
    return data[:at] + other + entry.sub(rb"\g<1>0000000009", table)


def _bombs() -> Iterator[Odd]:
    """Small files that ask for much."""
    packed = zlib.compress(b"0 0 9 9 re f " * 12_000_000, 9)
    pdf = sound()
    pdf.pages[1].obj.Contents = pdf.make_stream(packed, Filter=Name.FlateDecode)
    yield Odd("content-bomb", written(pdf, compress_streams=False), "refused", "more than 100 MB of content on page 2")
    pdf = sound()
    pdf.pages[1].obj.Contents = pdf.make_stream(
        zlib.compress(packed, 9), Filter=Array([Name.FlateDecode, Name.FlateDecode])
    )
    yield Odd("content-bomb-twice", written(pdf, compress_streams=False), "refused", "more than 100 MB")
    pdf = sound()
    pdf.pages[1].obj.Contents = pdf.make_stream(b"x", Filter=Array([Name.ASCIIHexDecode] * 40))
    yield Odd("many-filters", written(pdf, compress_streams=False), "refused")
    for side in (14_401, 10**9):
        pdf = sound()
        pdf.pages[2].obj.MediaBox = Array([0, 0, side, side])
        yield Odd(f"side-{side}", plain(pdf), "made")
    pdf = sound()
    node: Any = pdf.pages[0].obj
    for _ in range(600):
        above = pdf.make_indirect(Dictionary(Type=Name.Pages, Kids=Array([node]), Count=1))
        node.Parent = above
        node = above
    pdf.Root.Pages.Kids[0] = node
    node.Parent = pdf.Root.Pages
    yield Odd("deep-pages", plain(pdf), "refused")
    pdf = sound()
    chain: Any = Dictionary()
    for _ in range(8_000):
        chain = pdf.make_indirect(Dictionary(N=chain))
    pdf.pages[0].obj.Resources.Chain = chain
    yield Odd("deep-objects", plain(pdf), "refused", "nested too deeply")
    yield Odd("deep-arrays", plain().replace(b"/Names [", b"/Odd " + b"[" * 5_000 + b"]" * 5_000 + b" /Names [", 1))
    picture = sound()
    picture.pages[0].obj.Resources.XObject.P.Width = 100_000
    picture.pages[0].obj.Resources.XObject.P.Height = 100_000
    yield Odd("huge-picture", plain(picture), "made")


def _loops() -> Iterator[Odd]:
    """Objects that lead to themselves."""
    pdf = sound()
    pdf.Root.Pages.Kids.append(pdf.Root.Pages)
    yield Odd("loop-pages", plain(pdf), "refused")
    pdf = sound()
    form = pdf.pages[0].obj.Resources.XObject.G
    form.Resources = Dictionary(XObject=Dictionary(G=form))
    form.write(b"0 0 1 rg 0 0 30 30 re f /G Do")
    yield Odd("loop-form", plain(pdf), "made")
    pdf = sound()
    pdf.Root.Names.Dests = pdf.make_indirect(Dictionary())
    pdf.Root.Names.Dests.Kids = Array([pdf.Root.Names.Dests])
    yield Odd("loop-names", plain(pdf), "made")
    pdf = sound()
    first = pdf.Root.Outlines.First
    first.Next = first
    first.First = first
    yield Odd("loop-outlines", plain(pdf), "made")
    pdf = tagged()
    tree = pdf.Root.StructTreeRoot
    tree.ParentTree = pdf.make_indirect(Dictionary())
    tree.ParentTree.Kids = Array([tree.ParentTree])
    yield Odd("loop-numbers", plain(pdf), "made")
    pdf = tagged()
    pdf.Root.StructTreeRoot.K.K = pdf.Root.StructTreeRoot.K
    yield Odd("loop-structure", plain(pdf), "made")
    pdf = sound()
    field = pdf.make_indirect(Dictionary(T="a", FT=Name.Tx))
    field.Kids, field.Parent = Array([field]), field
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
    yield Odd("loop-fields", plain(pdf), "made")
    data = re.sub(rb"/Length \d+", b"/Length 9 0 R", plain(), count=1)
    yield Odd("loop-length", data)


def tagged() -> pikepdf.Pdf:
    """A sound file with a structure of one element."""
    pdf = sound()
    page = pdf.pages[0].obj
    page.Contents.write(b"/P <</MCID 0>> BDC " + page.Contents.read_bytes() + b" EMC")
    page.StructParents = 0
    element = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.P, Pg=page, K=0))
    tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=element))
    tree.ParentTree = Dictionary(Nums=[0, Array([element])])
    element.P = tree
    pdf.Root.StructTreeRoot, pdf.Root.MarkInfo = tree, Dictionary(Marked=True)
    return pdf


def _junk() -> Iterator[Odd]:
    """Any object in any place."""
    junk: list[tuple[str, Any]] = [
        ("number", 7),
        ("name", Name.Odd),
        ("array", Array([1, Name.X, Array([])])),
        ("group", Dictionary(Odd=1)),
        ("text", pikepdf.String("odd")),
    ]
    places: dict[str, Callable[[pikepdf.Pdf, Any], None]] = {
        "annots": lambda pdf, value: setattr(pdf.pages[0].obj, "Annots", value),
        "annotation": lambda pdf, value: setattr(pdf.pages[0].obj, "Annots", Array([value])),
        "action": lambda pdf, value: setattr(pdf.pages[0].obj.Annots[0], "A", value),
        "fonts": lambda pdf, value: setattr(pdf.pages[0].obj.Resources, "Font", value),
        "font": lambda pdf, value: setattr(pdf.pages[0].obj.Resources.Font, "F", value),
        "metadata": lambda pdf, value: setattr(pdf.Root, "Metadata", value),
        "names": lambda pdf, value: setattr(pdf.Root, "Names", value),
        "outlines": lambda pdf, value: setattr(pdf.Root, "Outlines", value),
        "fields": lambda pdf, value: setattr(pdf.Root, "AcroForm", Dictionary(Fields=value)),
        "form": lambda pdf, value: setattr(pdf.Root, "AcroForm", value),
        "intents": lambda pdf, value: setattr(pdf.Root, "OutputIntents", value),
        "layers": lambda pdf, value: setattr(pdf.Root, "OCProperties", value),
        "opening": lambda pdf, value: setattr(pdf.Root, "OpenAction", value),
        "structure": lambda pdf, value: setattr(pdf.Root, "StructTreeRoot", value),
        "marks": lambda pdf, value: setattr(pdf.Root, "MarkInfo", value),
        "parents": lambda pdf, value: setattr(pdf.Root.StructTreeRoot, "ParentTree", value),
        "roles": lambda pdf, value: setattr(pdf.Root.StructTreeRoot, "RoleMap", value),
        "box": lambda pdf, value: setattr(pdf.pages[0].obj, "MediaBox", value),
        "crop": lambda pdf, value: setattr(pdf.pages[0].obj, "CropBox", value),
        "turn": lambda pdf, value: setattr(pdf.pages[0].obj, "Rotate", value),
        "info": lambda pdf, value: pdf.trailer.__setitem__("/Info", value),
    }
    for place, put in places.items():
        for kind, value in junk:
            pdf = tagged()
            put(pdf, value)
            yield Odd(f"junk-{place}-{kind}", plain(pdf), "made")


def _kinds() -> Iterator[Odd]:
    """Sound files of a kind that is more, or less, than its pages."""
    pdf = sound()
    pdf.Root.Collection = Dictionary(Type=Name.Collection)
    pdf.attachments["a.txt"] = b"a"
    yield Odd("portfolio", plain(pdf), "refused", "is a portfolio")
    pdf = sound()
    pdf.Root.AcroForm = Dictionary(XFA=pdf.make_stream(b"<xdp/>"), Fields=Array())
    yield Odd("xfa-made-by-script", plain(pdf), "refused", "is an XFA form")
    pdf = sound()
    field = pdf.make_indirect(
        Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="a", Rect=[9, 9, 90, 30], V="Ada", F=4)
    )
    pdf.pages[0].obj.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(XFA=pdf.make_stream(b"<xdp/>"), Fields=Array([field]))
    yield Odd("xfa-with-pages", plain(pdf), "made", "is a form")
    pdf = sound()
    seal = pdf.make_indirect(Dictionary(FT=Name.Sig, T="seal", V=Dictionary(Type=Name.Sig)))
    pdf.Root.AcroForm = Dictionary(Fields=Array([seal]), SigFlags=3)
    yield Odd("signed-unseen", plain(pdf), "made", "is signed")
    data = re.sub(rb"/MediaBox \[[^\]]*\]", lambda found: b" " * len(found[0]), plain())
    yield Odd("no-size", data, "made", "warning: 'no-size.pdf' does not say how large pages 1, 2, 3 are")
    pdf = sound()
    pdf.pages[1].obj.MediaBox = Name.None_
    data = plain(pdf).replace(b"/MediaBox /None_", b"/XediaBox /None_")
    yield Odd("one-without-size", data, "made", "warning: 'one-without-size.pdf' does not say how large page 2 is")
    pdf = sound()
    for key, value in (("/MediaBox", Array([0, 0, 200, 300])), ("/Rotate", 90)):
        pdf.Root.Pages[key] = value
    for page in pdf.pages:
        del page.obj["/MediaBox"]
    yield Odd("inherited", plain(pdf), "made")
    pdf = sound()
    for page in pdf.pages:
        page.obj.Contents = Array([page.obj.Contents, pdf.make_stream(b""), pdf.make_stream(b"0 0 9 9 re f")])
    yield Odd("content-array", plain(pdf), "made")
    pdf = sound()
    for page in pdf.pages:
        page.obj.Contents.write(base64.a85encode(page.obj.Contents.read_bytes()) + b"~>", filter=Name.ASCII85Decode)
    yield Odd("content-in-letters", written(pdf, stream_decode_level=pikepdf.StreamDecodeLevel.none), "made")
    pdf = sound()
    pdf.Root.Outlines.First.Dest = 7
    yield Odd("bookmark-to-nowhere", plain(pdf), "made")
    pdf = sound()
    picture = pdf.pages[0].obj.Resources.XObject.P
    picture.write(b"\x97JB2", filter=Name.JBIG2Decode)
    yield Odd("jbig2", plain(pdf), "made")
    picture.write(b"\0\0\0\x0cjP  ", filter=Name.JPXDecode)
    yield Odd("jpx", plain(pdf), "made")
    yield Odd("no-pages", written(pikepdf.new()), "refused", "has no pages")
    yield Odd("no-pdf", b"PK\3\4", "refused", "is not a PDF that can be read")
    yield Odd("empty", b"", "refused", "is not a PDF that can be read")


GROUPS: dict[str, Callable[[], Iterator[Odd]]] = {
    "sound": _sound,
    "encrypted": _encrypted,
    "remarks": _remarks,
    "losses": _losses,
    "unfinished": _unfinished,
    "bombs": _bombs,
    "loops": _loops,
    "junk": _junk,
    "kinds": _kinds,
}


def all_of(count: int) -> Iterator[Odd]:
    """Every targeted file, and as many of those with random damage."""
    for group in GROUPS.values():
        yield from group()
    yield from random_damage(0, count)
