"""Says which elements and attributes a letter's own HTML may hold.

Text, images and drawings are allowed. Loading from elsewhere, scripts, hidden text and class names that belong to the
letterheads are errors; an attribute that has no effect is a warning.

Not here: styles (`styles`), drawings as a whole (`drawings`), what cannot be seen (`visible`), where markup stands
(`parser`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from letterpress.errors import Problem, Severity, nearest
from letterpress.model import LINK_SCHEMES
from letterpress.rawhtml import presentation, styles
from letterpress.rawhtml.parser import SVG, Tag
from letterpress.text import language, language_names, value_marks

STATEMENT = "\ufdd6"
"""Stands for a `{% %}` where the HTML of a template is looked at before it has run."""
HTML_ELEMENTS = frozenset(
    "a abbr b bdi bdo blockquote br caption cite code col colgroup dd del dfn div dl dt em figcaption figure h1 h2 h3 "
    "h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small span strong sub sup svg table tbody "
    "td tfoot th thead tr u ul var wbr".split()
)
SVG_ELEMENTS = frozenset(
    "svg path g circle rect line polyline polygon ellipse title desc text tspan defs use image a".split()
)
_REFUSED = {
    "script": "a letter runs no scripts",
    "style": "style belongs in the letterhead's style.css",
    "link": "a letter links no style sheet and attaches no file",
    "object": "an image is written ![text](file)",
    "embed": "an image is written ![text](file)",
    "iframe": "an image is written ![text](file)",
}
_GLOBAL = frozenset("class id lang title dir style role translate".split())
_OF_ELEMENT = {
    "a": "href name rel target type hreflang",
    "img": "src alt",
    "td": "colspan rowspan headers scope abbr",
    "th": "colspan rowspan headers scope abbr",
    "col": "span",
    "colgroup": "span",
    "ol": "start type reversed",
    "li": "value",
    "blockquote": "cite",
    "q": "cite",
    "ins": "cite datetime",
    "del": "cite datetime",
}
_VALUES = frozenset("title alt href src id name value datetime cite abbr start colspan rowspan aria-label".split())
"""Attributes in which a template may print a value: none of them changes how something looks."""
_DRAWN_VALUES = frozenset(
    "x y x1 y1 x2 y2 cx cy r rx ry width height points d dx dy viewbox id href xlink:href aria-label title".split()
)
"""The same in a drawing: places and sizes, as in a bar chart."""
_BARE = frozenset("href xlink:href src alt width height".split())
_MOST = {"colspan": 100, "rowspan": 1000, "span": 100}
_SIZED = frozenset("img svg hr tr td th col".split())
"""Elements that may have a height."""
_OWN_CLASSES = ("letter-", "zone", "signat", "parallel", "continuation", "running")
"""Beginnings of the class names that the letterheads' style sheets and the layout use themselves."""
_INSTEAD = {
    "align": 'write style="text-align: right"; a table stands where the text does',
    "valign": 'write style="vertical-align: top"',
    "width": 'write style="width: 40mm"',
    "height": 'write style="width: 40mm"; the height follows',
    "bgcolor": 'write style="background-color: #eee"',
    "color": 'write style="color: #1a3e6e"',
    "border": 'write style="border: 0.5pt solid"',
    "cellpadding": 'write style="padding: 1mm"',
    "nowrap": 'write style="white-space: nowrap"',
}


_BOOLEAN = frozenset(
    "allowfullscreen async autofocus autoplay checked compact contenteditable controls defer disabled download "
    "draggable hidden inert itemscope loop multiple muted nohref nomodule noresize noshade novalidate nowrap open "
    "playsinline readonly required reversed selected spellcheck".split()
)
"""Attributes that HTML knows without a value; what else stands in a tag by itself is a word."""
_VANISHES = "no word of a letter may vanish: take it out, or ask with {% if %}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Problem):
    """Something wrong with one tag."""

    severity: Severity = "error"


def check(tag: Tag, *, filled: bool) -> Iterator[Finding]:
    """Find what is wrong with a start tag.

    :param filled: whether the HTML holds the letter's values. If not, numbers stand in their places, and of an
        attribute with a value only what is written before the value can be checked.
    """
    drawing = tag.namespace == SVG
    name = tag.name
    refused = _element(name, drawing)
    if is_unfinished(tag):
        message, hint = f"<{_shown(name)}> is opened here and never finished", "end it with >, or write \\< to print it"
        yield Finding(message, hint, code="element-unfinished", value=_shown(name))
        return
    if tag.doubled is not None:
        message = f"<{_shown(name)}> has the attribute '{_shown(tag.doubled)}' twice"
        yield Finding(message, "keep one of them", code="attribute-doubled", value=_shown(tag.doubled))
    yield from _values(tag, drawing)
    if refused is not None:
        yield refused
        return
    yield from _words(tag, drawing)
    for attribute, value in tag.attributes.items():
        if not filled and value_marks.VALUE in value and attribute not in ("lang", "class"):
            # What is written before the first value is known: its scheme must be right whatever comes.
            value = value.partition(value_marks.VALUE)[0]
            if not (attribute in ("href", "xlink:href", "src") and ":" in value):
                continue
        yield from _attribute(name, attribute, value, drawing)
    if name == "use" and not all(tag.attributes.get(key, "#").startswith("#") for key in ("href", "xlink:href")):
        message, hint = "<use> names a part of another file", 'put the part into this <svg>: href="#part"'
        yield Finding(message, hint, code="drawing-incomplete", value="use")


def is_unfinished(tag: Tag) -> bool:
    """Say whether a tag lacks its `>`.

    A mark stands behind the author's markup (`value_marks.line`, `value_marks.framed`). If the tag is not closed before
    it, the parser takes the mark for one of the tag's attributes.
    """
    texts = (text for pair in tag.attributes.items() for text in pair)
    return any(value_marks.LINE in text or value_marks.FRAME_END in text for text in texts)


_OTHERWISE = {
    "font": 'take the tag away, or write <span style="color: #a00"> or <span style="font-size: 14pt">',
    "center": 'write <p style="text-align: center">',
    "strike": "write ~~words~~",
    "big": 'write <span style="font-size: 14pt">',
    "tt": "write `words`",
    "aside": "write '> ' before each line",
    "o:p": "the text was copied from Word: paste it without its format, as plain text",
}
"""What to write instead of elements that HTML had once, and of those that programs bring."""


def _element(name: str, drawing: bool) -> Finding | None:
    if name in _REFUSED:
        return Finding(f"<{name}> is not allowed in a letter", _REFUSED[name], code="element-refused", value=name)
    if name in (SVG_ELEMENTS if drawing else HTML_ELEMENTS):
        return None
    shown = _shown(name)
    hint = _OTHERWISE.get(name) or f"write \\<{shown}> to print it"
    if not drawing and name in SVG_ELEMENTS:
        hint = f"it belongs in an <svg>; {hint}"
    instead = () if shown != name else nearest(name, SVG_ELEMENTS if drawing else HTML_ELEMENTS)
    message = f"<{shown}> is no element of a letter"
    return Finding(message, hint, code="element-unknown", value=shown, instead=instead)


def _words(tag: Tag, drawing: bool) -> Iterator[Finding]:
    """Find words in a tag: `a <b and c. Then d > e` is a tag to a parser, which prints none of them."""
    words = [attribute for attribute, value in tag.attributes.items() if not value and _is_word(tag.name, attribute)]
    if words and not drawing:
        shown = " ".join(words)
        message = f"'{shown}' stands in the tag <{tag.name}> and would not be printed"
        yield Finding(message, "write \\< to print what stands there", code="tag-words", value=words[0])


def _is_word(name: str, attribute: str) -> bool:
    known = attribute in _GLOBAL or attribute in _BOOLEAN or attribute in _INSTEAD or attribute in _BARE
    return not (
        known
        or attribute in _OF_ELEMENT.get(name, "").split()
        or attribute.startswith(("aria-", "data-", "on"))
        or value_marks.ANY.search(attribute)
    )


def _values(tag: Tag, drawing: bool) -> Iterator[Finding]:
    """Find values that stand elsewhere in a tag than in the quotes of an attribute that may hold one."""
    name = tag.name
    allowed = _DRAWN_VALUES if drawing else _VALUES
    for attribute, value in tag.attributes.items():
        holds = value_marks.VALUE in value or value_marks.VALUE_END in value
        if value_marks.ANY.search(attribute) or (attribute in tag.bare and (holds or STATEMENT in value)):
            message, hint = f"a value stands in <{_shown(name)}> without quotes", 'put it in quotes: alt="{{ ... }}"'
            yield Finding(message, hint, code="value-in-markup", value=_shown(name))
            return
        if not value_marks.are_balanced(value):
            message, hint = f"a value in <{_shown(name)}> would be markup", "write the quotes around the whole value"
            yield Finding(message, hint, code="value-in-markup", value=_shown(name))
            return
        if holds and attribute not in allowed and attribute != "lang":
            hint = "choose a class with {% if %}" if attribute == "style" else "choose it with {% if %}"
            message = f"a value stands in the {attribute} of <{name}>"
            yield Finding(message, hint, code="value-in-markup", value=attribute)


def _attribute(name: str, attribute: str, value: str, drawing: bool) -> Iterator[Finding]:
    known = attribute in _GLOBAL or attribute.startswith(("aria-", "data-"))
    if attribute == "style":
        yield from _style(name, value, drawing)
    elif attribute == "class":
        yield from _classes(value)
    elif attribute == "lang":
        if value_marks.VALUE in value or (STATEMENT not in value and not language.is_known(value)):
            hint = 'write a BCP 47 tag, such as lang="fr" or lang="de-CH"'
            message, written = f"<{name}> names a language that letterpress does not know", _shown(value)
            yield Finding(message, hint, code="language-unknown", value=written, instead=language_names.meant(value))
    elif attribute == "data-code":  # by which the layout knows the codes of the letterhead's templates
        message, hint = f"<{name}> draws a code that is none of the letter's", "say it in the letter's codes:"
        yield Finding(message, hint, code="attribute-ineffective", value=attribute)
    elif attribute in ("href", "xlink:href"):
        if name == "a":
            yield from _link(value)
        elif name == "image":
            yield from _source(value)
    elif attribute == "src":
        yield from _source(value)
    elif attribute in _MOST:
        yield from _count(name, attribute, value)
    elif attribute == "hidden":
        yield Finding(f"<{name}> is hidden", _VANISHES, code="text-hidden", value=name)
    elif attribute == "rel" and "attachment" in value.lower():
        message, hint = "a file may not be attached to a letter", 'take out rel="attachment"'
        yield Finding(message, hint, code="attachment-refused")
    elif attribute.startswith("on"):
        message = f"<{name}> has a script in '{_shown(attribute)}'"
        yield Finding(message, "a letter runs no scripts", code="script-refused", value=_shown(attribute))
    elif drawing:
        yield from _presentation(name, attribute, value)
    elif (pair := presentation.declared(name, attribute, value)) is not None:
        yield from _declared(name, attribute, value, pair)
    elif attribute == "title" or (attribute == "aria-hidden" and value.strip().lower() == "true"):
        yield _unseen(name, attribute, value)
    elif not value and _is_word(name, attribute):
        return
    elif not known and attribute not in _OF_ELEMENT.get(name, "").split() and not value_marks.ANY.search(attribute):
        hint = _INSTEAD.get(attribute, "take it out")
        message = f"{attribute}= has no effect on <{name}>"
        yield Finding(message, hint, code="attribute-ineffective", value=attribute, severity="warning")


def _style(name: str, value: str, drawing: bool) -> Iterator[Finding]:
    if STATEMENT in value or value_marks.VALUE in value:  # it is checked again when the values are known
        return
    for refusal in styles.read(value, drawing=drawing, sized=name in _SIZED)[1]:
        message = f"'{refusal.said}' is not allowed in the style of <{name}>"
        yield Finding(message, refusal.hint, code="style-refused", value=refusal.said, instead=refusal.instead)


def _declared(name: str, attribute: str, value: str, pair: tuple[str, str]) -> Iterator[Finding]:
    """An attribute that works as a style does: it may say what a style may say."""
    refusal = styles.refusal(*pair, sized=name in _SIZED)
    if refusal is not None:
        message = f'{attribute}="{value}" is not allowed on <{name}>'
        yield Finding(message, refusal.hint, code="style-refused", value=value, instead=refusal.instead)


def _unseen(name: str, attribute: str, value: str) -> Finding:
    """An attribute that shows something on a screen, or keeps it from being read aloud, and does neither on paper."""
    hint = "write it in the text, or take it out"
    if attribute == "aria-hidden":
        hint = "take it out: all words of a letter are read aloud"
    message = f"{attribute}= has no effect on <{name}>"
    if attribute == "title":
        message = f"the title of <{name}>, '{value_marks.without(value)[:60]}', is not printed"
    return Finding(message, hint, code="attribute-ineffective", value=attribute, severity="warning")


def _presentation(name: str, attribute: str, value: str) -> Iterator[Finding]:
    """An attribute of a drawing that says how it looks."""
    if attribute == "transform":
        numbers = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)(?:e-?\d{1,2})?", value.lower())]
        if any(abs(number) > 10_000 for number in numbers) or re.search(r"scale\s*\(\s*-?0?\.?0*\s*[,)]", value):
            message = f"'{value}' moves or scales a part of the drawing out of sight"
            yield Finding(message, "draw it where it belongs", code="text-hidden", value=value)
    elif (
        attribute in styles.PRESENTATION and not value_marks.ANY.search(value) and attribute not in ("width", "height")
    ):
        refusal = styles.refusal(attribute, value, drawing=True)
        if refusal is not None:
            message = f'{attribute}="{value}" is not allowed on <{name}>'
            yield Finding(message, refusal.hint, code="style-refused", value=value, instead=refusal.instead)


def _classes(value: str) -> Iterator[Finding]:
    for name in value.split():
        if name.startswith(_OWN_CLASSES):
            message = f"the class '{name}' belongs to the letterheads"
            yield Finding(message, "choose another name", code="class-reserved", value=name)


def _link(value: str) -> Iterator[Finding]:
    target = value_marks.without(value).strip()
    if STATEMENT in value or target.startswith("#") or (value_marks.VALUE in value and not target):
        return
    if scheme(target) not in LINK_SCHEMES:
        if value_marks.VALUE in value:
            hint = "a link's value begins with https:, http:, mailto: or tel:"
        else:
            hint = "link to http:, https:, mailto: or tel:, or to a heading with #"
        message = f"the link to '{target}' leads nowhere from a letter"
        yield Finding(message, hint, code="link-astray", value=target)


def _source(value: str) -> Iterator[Finding]:
    """A value may name a file beside the letter, and be no address of another kind."""
    if value_marks.VALUE in value:
        source = value_marks.without(value).strip()
        if scheme(source) or source.startswith(("/", "\\")):
            message = f"'{source[:60]}' is no image beside the letter"
            yield Finding(message, "a value may be the name of a file", code="image-astray", value=source)


def scheme(url: str) -> str:
    """Find the scheme of a URL as a browser reads it, past blanks and line ends; empty, if it has none."""
    try:
        return urlsplit("".join(url.split())).scheme.lower()
    except ValueError:
        return "?"


def _count(name: str, attribute: str, value: str) -> Iterator[Finding]:
    if value_marks.ANY.search(value) and not value_marks.without(value).isdigit():
        return
    number = value_marks.without(value).strip()
    if not number.isascii() or not number.isdigit() or not 0 <= int(number[:9]) <= _MOST[attribute]:
        most = _MOST[attribute]
        message = f"{attribute} of <{name}> is not a number up to {most}"
        yield Finding(message, "count the cells again", code="span-wrong", value=number, params=(("limit", most),))


def _shown(name: str) -> str:
    """A name as a message shows it, with dots where a value stands in it."""
    return re.sub("[\ufdd0-\ufdef][0-9]*", "...", name).replace("......", "...")
