"""What a letter or a letterhead may not reach, tried for real.

Each way to fetch points at a loopback server that counts, or at canary files outside the project: it must be refused by
name, or the PDF must be without the canary; and the server must not have been asked.
"""

from __future__ import annotations

import http.server
import re
import string
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import letterpress
from letterpress.files import allowed
from tests.support.project import FRONT, LETTER, Project, pdf_text, png, unpacked

CANARY = "CANARY7f3a"
CANARY_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="20" viewBox="0 0 200 20">'
    f'<g id="a"><text y="15" font-family="Source Sans Pro">{CANARY}</text></g></svg>'
)
CANARY_CSS = f'.letter-date::before {{ content: "{CANARY}" }}'


class Server:
    """A web server on 127.0.0.1 that counts who asks, and redirects to the canary."""

    def __init__(self) -> None:
        asked = self.asked = []  # type: list[str]

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(302)
                self.send_header("Location", f"/again{self.path}")
                self.end_headers()

            do_HEAD = do_POST = do_GET

            def log_message(self, *_: Any) -> None:
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,))
        self.thread.start()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    started = Server()
    yield started
    started.http.shutdown()
    started.http.server_close()
    started.thread.join()


@pytest.fixture
def guarded(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with canaries beside its content, and links that lead out to them."""
    outside = tmp_path_factory.mktemp("outside")
    for folder in (project.root, outside):
        (folder / "secret.svg").write_text(CANARY_SVG)
        (folder / "secret.css").write_text(CANARY_CSS)
        (folder / "secret.txt").write_text(CANARY)
        (folder / "secret.html").write_text(CANARY)
        (folder / "secret.png").write_bytes(png())
    letters = project.root / "content/letters"
    (letters / "link.svg").symlink_to(outside / "secret.svg")
    (letters / "linked").symlink_to(outside, target_is_directory=True)
    (letters / "inside.png").write_bytes(png())
    project.write("outside.txt", str(outside))
    return project


def holds_out(project: Project, server: Server, body: str, front: str = FRONT, *options: str) -> list[dict[str, Any]]:
    """Render: it is refused, or its PDF has nothing of the canaries. Gives the diagnostics."""
    server.asked.clear()
    ran = project.render(body, front, *options)
    assert server.asked == []
    assert "Traceback" not in ran.err
    if ran.code == 0:
        assert CANARY not in pdf_text(project.pdf)
        content = unpacked(project.pdf)
        assert CANARY.encode() not in content
        assert b"/EmbeddedFile" not in content
        assert b"/Subtype /Image" not in content
    else:
        assert ran.code == 1
        assert not project.pdf.exists()
        assert all(fault["file"] and fault["message"] for fault in ran.faults)
    return ran.faults


# --- through the content ----------------------------------------------------------------------------------------------

CONTENT = {
    "img http": "![a]({url}/a.png)",
    "img https": "![a](https://127.0.0.1:9/a.png)",
    "img ftp": "![a](ftp://127.0.0.1:9/a.png)",
    "img without a scheme": "![a](//127.0.0.1:9/a.png)",
    "img file": "![a](file://{root}/secret.svg)",
    "img file on a host": "![a](file://localhost{root}/secret.svg)",
    "img absolute": "![a]({root}/secret.svg)",
    "img traversal": "![a](../../secret.svg)",
    "img traversal through a folder": "![a](../letters/../../secret.svg)",
    "img percent-encoded traversal": "![a](%2e%2e/%2e%2e/secret.svg)",
    "img twice-encoded traversal": "![a](%252e%252e/%252e%252e/secret.svg)",
    "img backslashes": "![a](..\\\\..\\\\secret.svg)",
    "img null byte": "![a](../../secret.svg%00.png)",
    "img link to a file": "![a](link.svg)",
    "img link to a folder": "![a](linked/secret.svg)",
    "img up through a link": "![a](linked/../secret.svg)",
    "img in html": '<img src="../../secret.svg" alt="a">',
    "img srcset": '<img src="inside.png" srcset="{url}/b.png 2x" alt="a">',
    "img lowsrc": '<p><img alt="a" src="{url}/a.png" lowsrc="{url}/b.png"></p>',
    "img jar": "![a](jar:file://{root}/secret.svg!/a)",
    "img gopher": "![a](gopher://127.0.0.1:9/_GET)",
    "inline svg image": '<svg><image href="{url}/a.png" width="9" height="9"/></svg>',
    "inline svg image file": '<svg><image xlink:href="../../secret.svg" width="9" height="9"/></svg>',
    "inline svg use": '<svg><use href="{url}/a.svg#a"/></svg>',
    "inline svg use file": '<svg><use href="../../secret.svg#a"/></svg>',
    "inline svg foreign": '<svg><foreignObject><img src="{url}/a.png" alt="a"></foreignObject></svg>',
    "inline svg style": "<svg><style>@import url({url}/a.css);</style></svg>",
    "svg paint": '<svg><rect width="9" height="9" fill="url({url}/a.svg#a)"/></svg>',
    "style background": '<p style="background: url({url}/a.png)">x</p>',
    "style background file": '<p style="background: url(../../secret.svg)">x</p>',
    "style list-style-image": '<ul style="list-style-image: url({url}/a.png)"><li>x</li></ul>',
    "style content": '<p style="content: url({url}/a.png)">x</p>',
    "style cursor": '<p style="cursor: url({url}/a.cur), auto">x</p>',
    "style border-image": '<p style="border-image: url({url}/a.png) 1; border: 1px solid">x</p>',
    "style mask": '<p style="mask: url({url}/a.svg#m)">x</p>',
    "style escape": '<p style="background: \\75rl({url}/a.png)">x</p>',
    "style element": "<style>@import url({url}/a.css);</style>",
    "link stylesheet": '<link rel="stylesheet" href="{url}/a.css">',
    "link stylesheet file": '<link rel="stylesheet" href="../../secret.css">',
    "link attachment": '<link rel="attachment" href="../../secret.txt">',
    "link icon": '<link rel="icon" href="{url}/a.ico">',
    "a attachment": '<a rel="attachment" href="../../secret.txt">x</a>',
    "a attachment with a scheme": '<a rel="Attachment" href="{url}/secret.txt">x</a>',
    "a file": "[x](file://{root}/secret.txt)",
    "a signature": "[x](sig:jo-lind)",
    "a javascript": "[x](javascript:app.launchURL('{url}'))",
    "object": '<object data="{url}/a.svg"></object>',
    "object file": '<object data="../../secret.svg"></object>',
    "embed": '<embed src="../../secret.svg">',
    "iframe": '<iframe src="{url}/a.html"></iframe>',
    "base": '<base href="{url}/"><img src="a.png" alt="a">',
    "meta refresh": '<meta http-equiv="refresh" content="0; url={url}">',
    "script": '<script src="{url}/a.js"></script>',
    "video poster": '<video poster="{url}/a.png"></video>',
    "input image": '<input type="image" src="{url}/a.png">',
    "table background": '<table background="{url}/a.png"><tr><td>x</td></tr></table>',
    "reference link": "![a][r]\n\n[r]: {url}/a.png",
    "data svg image": '![a](data:image/svg+xml,%3Csvg%20xmlns="http://www.w3.org/2000/svg"%3E%3Cimage%20href="{url}/a.png"%20width="9"%20height="9"/%3E%3C/svg%3E)',
    "data svg file": '<img alt="a" src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22%3E%3Cimage href=%22file://{root}/secret.svg%22 width=%229%22 height=%229%22/%3E%3C/svg%3E">',
    "data html": '<img alt="a" src="data:text/html,%3Cimg src={url}/a.png%3E">',
    "include": "{{% include '../../secret.html' %}}",
    "import": "{{% import '../../secret.html' as x %}}",
    "extends": "{{% extends '../../secret.html' %}}",
    "from import": "{{% from '../../secret.html' import x %}}",
}


IGNORED = {
    "style content",
    "style cursor",
    "style mask",
    "svg paint",
    "table background",
    "inline svg foreign",
}
"""What WeasyPrint does not draw, wherever it comes from: nothing is fetched, and nothing is said."""


@pytest.mark.parametrize("case", CONTENT)
def test_content_fetches_nothing(guarded: Project, server: Server, case: str) -> None:
    body = CONTENT[case].format(url=server.url, root=guarded.root)
    if "inside.png" in body:
        assert guarded.render(f"{body}\n").code == 0
        assert server.asked == []
    else:
        found = holds_out(guarded, server, f"Hello.\n\n{body}\n")
        assert found or case in IGNORED, "a letter must not lack something unseen"


SVG = {
    "image http": '<image href="{url}/a.png" width="9" height="9"/>',
    "image xlink": '<image xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="{url}/a.png" width="9" height="9"/>',
    "image file": '<image href="file://{root}/secret.svg" width="9" height="9"/>',
    "image traversal": '<image href="../../secret.svg" width="9" height="9"/>',
    "image through a link": '<image href="link.svg" width="9" height="9"/>',
    "use http": '<use href="{url}/a.svg#a"/>',
    "use file": '<use href="file://{root}/secret.svg#a"/>',
    "use traversal": '<use href="../../secret.svg#a"/>',
    "style import": "<style>@import url({url}/a.css);</style><text>x</text>",
    "style font": "<style>@font-face {{ font-family: x; src: url({url}/a.ttf) }}</style><text font-family='x'>x</text>",
    "fill": '<rect width="9" height="9" fill="url({url}/a.svg#a)"/>',
    "filter": '<rect width="9" height="9" filter="url({url}/a.svg#a)"/>',
    "feImage": '<filter id="f"><feImage href="{url}/a.png"/></filter><rect width="9" height="9" filter="url(#f)"/>',
    "foreignObject": '<foreignObject width="9" height="9"><img xmlns="http://www.w3.org/1999/xhtml" src="{url}/a.png"/></foreignObject>',
    "script": "<script href='{url}/a.js'/>",
    "a": '<a href="{url}/a"><text>x</text></a>',
    "nested data": '<image width="9" height="9" href="data:image/svg+xml,%3Csvg xmlns=%27http://www.w3.org/2000/svg%27%3E%3Cimage href=%27{url}/b.png%27 width=%279%27 height=%279%27/%3E%3C/svg%3E"/>',
}


@pytest.mark.parametrize("case", SVG)
def test_an_svg_file_fetches_nothing(guarded: Project, server: Server, case: str) -> None:
    inner = SVG[case].format(url=server.url, root=guarded.root)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">{inner}</svg>'
    guarded.write("content/letters/a.svg", svg)
    holds_out(guarded, server, "![a](a.svg)\n")


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file://{root}/secret.txt">]>',
        '<!DOCTYPE svg [<!ENTITY x "CANARY"> <!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]>',
        '<!DOCTYPE svg [<!ENTITY % x SYSTEM "{url}/a.dtd"> %x;]>',
        '<!DOCTYPE svg SYSTEM "{url}/a.dtd">',
        '<?xml-stylesheet href="{url}/a.css"?>',
    ],
)
def test_an_svg_declares_nothing_that_is_fetched(guarded: Project, server: Server, doctype: str) -> None:
    head = doctype.format(url=server.url, root=guarded.root)
    text = "&x;" if "ENTITY x" in doctype else "x"
    svg = f'{head}<svg xmlns="http://www.w3.org/2000/svg" width="99" height="20"><text>{text}</text></svg>'
    guarded.write("content/letters/a.svg", svg)
    holds_out(guarded, server, "![a](a.svg)\n")


def test_front_matter_fetches_nothing(guarded: Project, server: Server) -> None:
    for ink in (f"{server.url}/a.png", "../../secret.svg", "link.svg", f"{guarded.root}/secret.svg"):
        front = FRONT.replace("title: Director", f"ink: '{ink}'")
        assert holds_out(guarded, server, "x\n", front)[0]["field"] == "signatories.1.ink"
    for name in ("../../secret", "../organisations/../../secret", f"{guarded.root}/secret"):
        guarded.write("secret.yml", f"name: {CANARY}\n")
        faults = holds_out(guarded, server, "x\n", f"letterhead: plain\nfrom: {name}\n")
        assert faults[0]["field"] == "from"


# --- through a letterhead ---------------------------------------------------------------------------------------------

STYLE = {
    "import http": "@import url({url}/a.css);",
    "import file": "@import url(file://{root}/secret.css);",
    "import traversal": "@import '../../secret.css';",
    "import through a link": "@import 'link.css';",
    "font-face http": "@font-face {{ font-family: X; src: url({url}/a.ttf) }} body {{ font-family: X }}",
    "font-face file": "@font-face {{ font-family: X; src: url(/usr/share/fonts/x.ttf) }}",
    "font-face local": "@font-face {{ font-family: X; src: local('DejaVu Sans') }}",
    "background http": "body {{ background: url({url}/a.png) }}",
    "background file": "body {{ background: url(../../secret.svg) }}",
    "background of the page": "@page {{ background: url({url}/a.png) }}",
    "margin box": "@page {{ @top-center {{ content: url({url}/a.png) }} }}",
    "content": ".letter-date::before {{ content: url(file://{root}/secret.svg) }}",
    "list-style-image": "li {{ list-style-image: url({url}/a.png) }}",
    "border-image": "p {{ border: 1px solid; border-image-source: url({url}/a.png) }}",
    "cursor": "p {{ cursor: url({url}/a.cur), auto }}",
    "color profile": "@color-profile device-cmyk {{ src: url({url}/a.icc) }}",
    "color profile file": "@color-profile device-cmyk {{ src: url(file://{root}/secret.txt); components: c, m, y, k }}",
    "attr": ".letter-body p::before {{ content: attr(title url) }}",
    "namespace": "@namespace url({url}/a);",
    "include": "{{% include '../../secret.html' %}}",
}


@pytest.mark.parametrize("case", STYLE)
def test_a_hostile_style_sheet_fetches_nothing(guarded: Project, server: Server, case: str) -> None:
    guarded.letterhead("own", css=STYLE[case].format(url=server.url, root=guarded.root))
    (guarded.root / "templates/own/link.css").symlink_to(guarded.root / "secret.css")
    holds_out(guarded, server, "- x\n", FRONT.replace("plain", "own"))


FOOT = {
    "link stylesheet": '<link rel="stylesheet" href="{url}/a.css">',
    "link stylesheet file": '<link rel="stylesheet" href="file://{root}/secret.css">',
    "link attachment": '<link rel="attachment" href="file://{root}/secret.txt">',
    "link attachment of the letterhead": '<link rel="attachment" href="../../templates/own/letterhead.toml">',
    "a attachment": '<a rel="attachment" href="file://{root}/secret.txt">x</a>',
    "object": '<object data="file://{root}/secret.svg"></object>',
    "embed": '<embed src="{url}/a.svg">',
    "iframe": '<iframe src="file://{root}/secret.html"></iframe>',
    "img": '<img src="file://{root}/secret.svg" alt="a">',
    "img http": '<img src="{url}/a.png" alt="a">',
    "svg": '<svg><image href="file://{root}/secret.svg" width="9" height="9"/></svg>',
    "style": "<style>@import url({url}/a.css);</style>",
    "base": '<base href="{url}/"><img src="a.png" alt="a">',
    "include": "{{% include '../../secret.html' %}}",
    "include absolute": "{{% include '{root}/secret.html' %}}",
    "include through a link": "{{% include 'link.html' %}}",
    "include of a sibling": "{{% include '../plain/letterhead.toml' %}}",
    "asset": "<img src=\"{{{{ asset('../../secret.svg') }}}}\" alt='a'>",
    "asset absolute": "<img src=\"{{{{ asset('{root}/secret.svg') }}}}\" alt='a'>",
    "asset through a link": "<img src=\"{{{{ asset('link.html') }}}}\" alt='a'>",
    "asset's own": "{{{{ asset.__init__.__globals__ }}}}",
    "asset's folders": "{{{{ asset._folders }}}}",
    "sender's class": "{{{{ sender.__class__.__mro__ }}}}",
}


@pytest.mark.parametrize("case", FOOT)
def test_a_hostile_letterhead_fetches_nothing(guarded: Project, server: Server, case: str) -> None:
    foot = FOOT[case].format(url=server.url, root=guarded.root)
    html = '{% extends "_base/letter.html" %}{% block foot %}' + foot + "{% endblock %}"
    guarded.letterhead("own", letter__html=html)
    (guarded.root / "templates/own/link.html").symlink_to(guarded.root / "secret.html")
    found = holds_out(guarded, server, "x\n", FRONT.replace("plain", "own"))
    assert found or case == "iframe", "what is not there must be said"


def test_names_of_letterheads_are_no_paths(guarded: Project, server: Server) -> None:
    guarded.write("evil/letterhead.toml", 'extends = "plain"\n')
    guarded.write("evil/style.css", CANARY_CSS)
    for name in ("../evil", f"{guarded.root}/evil", "..", ".", "plain/../../evil", "evil\x00"):
        front = FRONT.replace("letterhead: plain", f"letterhead: '{name}'")
        assert holds_out(guarded, server, "x\n", front)
    guarded.letterhead("own", toml='extends = "../evil"\n')
    assert holds_out(guarded, server, "x\n", FRONT.replace("plain", "own"))[0]["field"] == "extends"


def test_the_pdf_names_no_path_of_this_machine(guarded: Project) -> None:
    guarded.render("![a](inside.png)\n", FRONT + "bcc: [A Secret Friend]\nfields: {unused: Never Printed}\n")
    content = unpacked(guarded.pdf)
    for word in (str(guarded.root), "inside.png", "content/letters", "Secret Friend", "Never Printed", "unused"):
        assert word.encode() not in content
        assert word.encode("utf-16-be") not in content


# --- resources, without a page around them ----------------------------------------------------------------------------


def test_urls_by_the_thousand(tmp_path: Path) -> None:
    """Any spelling of a path outside is refused; nothing but `Refused` comes out."""
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.txt").write_text(CANARY)
    dots = ("..", "%2e%2e", ".%2e", "%2E.", "%252e%252e", "..;", "\u2025", "..\\", "....//")
    for dot in dots:
        for slash in ("/", "%2f", "%5c", "\\", "//", "/./"):
            for name in ("secret.txt", "secret.txt%00.png", "secret.txt#a.png", "secret.txt?a.png", "./secret.txt"):
                url = f"{inside.as_uri()}/{dot}{slash}{name}"
                with pytest.raises(allowed.Refused):
                    allowed.read(url, [inside])


@given(st.text(alphabet=string.printable + "é\u2028", max_size=60))
@settings(max_examples=300)
@example("file:///etc/passwd")
@example("file://[::1]/x")
@example("data:;base64,%%%")
@example("data:image/png;base64,AAAA")
@example("//[")
def test_any_url_is_read_from_inside_or_refused(url: str) -> None:
    try:
        allowed.read(url, [])
    except allowed.Refused as refused:
        message = refused.message
    else:
        message = "" if not url.lower().lstrip().startswith("data:") else "read"
    assert message


# --- data is text -----------------------------------------------------------------------------------------------------

MARKUP = [
    "<b>bold</b>",
    "</p></body></html>",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!-- gone -->",
    "<![CDATA[x]]>",
    "&amp; &lt; &#65;",
    '" onclick="x',
    "' style='color:red",
    "*emphasis* _x_ **y** `z`",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "[text](http://example.org)",
    "![alt](x.png)",
    "| a | b |",
    "---",
    "~~~",
    "[^1]",
    "{{ lang }}",
    "{% if x %}",
    "{# note #}",
    "{{ ''.__class__ }}",
    "\\{{ x }}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "a:hover{color:red}",
    "counter(page)",
    '" counter(page) "',
    "%s %(x)s {0} \\n \\x41",
    "@import url(x)",
    "https://example.org/?a=1&b=2",
    "Søren O'Neil & Søn",
]


@pytest.mark.parametrize("text", MARKUP)
def test_a_value_prints_as_typed(project: Project, text: str) -> None:
    front = FRONT + "fields: {x: text}\nsubject: 'On {{ fields.x }}'\npostscript: '{{ fields.x }}'\n"
    body = "A {{ fields.x }} B **{{ fields.x }}** C\n\n| h |\n|---|\n| {{ fields.x }} |\n\n<p>{{ fields.x }} D</p>\n"
    ran = project.render(body, front, "--set", f"x={text}", "--set", f"to.name={text}")
    assert ran.code == 0, ran.err
    shown = pdf_text(project.pdf)
    once = " ".join(text.split())
    assert f"On {once}" in shown
    assert f"A {once} B {once} C" in shown
    assert f"{once} D" in shown
    assert f"P.S. {once}" in shown
    assert shown.count(once) >= (6 if once.startswith("- ") else 7)  # a dash alone is no word of a name


FONT_TEXT = st.text(
    alphabet=st.one_of(
        st.sampled_from("<>&\"'{}%#*_`[]()|\\~-=+.:;/!? \t\n@$^"),
        st.sampled_from(string.ascii_letters + string.digits + "äöüßéñøŁž€–—…"),
    ),
    min_size=1,
    max_size=30,
)
ANY_TEXT = st.text(min_size=1, max_size=12)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u00ad\u2010-]+", "", text)


@given(name=FONT_TEXT, value=FONT_TEXT)
@settings(max_examples=40)
@example(name="{{ to.name }}", value="{% raw %}")
@example(name="<b>", value="&lt;")
def test_any_text_of_the_fonts_prints_as_typed(workshop: Project, name: str, value: str) -> None:
    letter = letterpress.load(workshop.root / workshop.letter("A {{ fields.x }} B\n", FRONT + "fields: {x: text}\n"))
    result = letterpress.render(letter, fields={"x": value, "to.name": name}, profile="screen")
    if not value.strip() or not name.strip():
        return
    assert result.pdf is not None, result.diagnostics
    shown = _squeezed(pdf_text(result.pdf))
    assert _squeezed(f"A {value} B") in shown
    assert _squeezed(name) in shown


@given(value=ANY_TEXT)
@settings(max_examples=40)
@example(value="\x00")
@example(value="\ud800")
@example(value="\u2028\u2029")
@example(value="\ufeff")
@example(value="\u202e abc")
@example(value="中")
@example(value="\U0010ffff")
@example(value="e\u0301\u0301")
def test_any_text_prints_or_is_refused_by_name(workshop: Project, value: str) -> None:
    """Nothing is raised; a letter that fails names the field and the character's code point."""
    letter = letterpress.load(workshop.root / workshop.letter("A {{ fields.x }} B\n", FRONT + "fields: {x: text}\n"))
    result = letterpress.render(letter, fields={"x": value}, profile="screen")
    if result.pdf is not None:
        assert "<" not in pdf_text(result.pdf).replace(value, "") or "<" in value
        return
    assert result.diagnostics
    codes = {f"U+{ord(char):04X}" for char in value}
    for fault in result.diagnostics:
        assert fault.field == "fields.x", fault
        assert any(code in fault.message for code in codes), fault


def test_a_value_leads_no_link_astray(guarded: Project, server: Server) -> None:
    front = FRONT + "fields: {url: text}\n"
    bodies = (
        "[pay]({{ fields.url }})\n",
        "<a href='{{ fields.url }}'>pay</a>\n",
        '<a href="{{ fields.url }}">pay</a>\n',
    )
    for body in bodies:
        for url in (
            "sig:jo-lind",
            "javascript:x",
            "file:///etc/passwd",
            "/etc/passwd",
            " sig:x",
            "SIG:x",
            "data:text/html,x",
        ):
            fault = guarded.fault(f"a\n\n{body}", front, "--set", f"url={url}")
            assert fault["message"].endswith("leads nowhere from a letter")
            assert fault["line"] == 15
        assert guarded.render(body, front, "--set", "url=https://example.org/?a=1&b='2'").code == 0
        guarded.pdf.unlink()


def test_a_value_adds_no_attribute(project: Project) -> None:
    front = FRONT + "fields: {x: text}\n"
    project.render("<b title='{{ fields.x }}'>bold</b>\n", front, "--set", "x=a' style='display:none")
    assert "bold" in pdf_text(project.pdf)
    project.pdf.unlink()
    assert (
        project.fault("<b title={{ fields.x }}>bold</b>\n", front)["message"] == "a value stands in <b> without quotes"
    )
    fault = project.fault('<b style="color: {{ fields.x }}">bold</b>\n', front)
    assert fault["message"] == "a value stands in the style of <b>"
    assert project.render("<{{ fields.x }}>bold\n", front, "--set", "x=b").code == 0
    assert "<b>bold" in pdf_text(project.pdf)


def test_values_of_a_record_are_no_templates(project: Project) -> None:
    letter = letterpress.load(project.letter("{{ fields.x }} {{ to.name }}\n", FRONT + "fields: {x: text}\n"))
    evil = "{{ fields.x.__class__ }}{% for a in range(10**9) %}"
    [result] = letterpress.merge(letter, [{"x": evil, "name": evil}])
    assert result.pdf is not None
    assert pdf_text(result.pdf).count(evil) == 3


def test_letter_is_the_only_file_named(project: Project) -> None:
    """What is written is out/letter.pdf, and nothing else anywhere in the project."""
    before = set(project.root.rglob("*"))
    project.render()
    after = set(project.root.rglob("*"))
    new = {str(path.relative_to(project.root)) for path in after - before}
    assert new == {"out", "out/letter.pdf", LETTER}
