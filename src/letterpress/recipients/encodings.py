"""Says whether text reads like its encoding: words of names and places, in the alphabets of languages.

Nearly any bytes are Windows-1252, so that Mac Roman (`JŸrgen`), Windows-1250 (`Dvoøák`) and GB 18030 would pass for it.
A word is plausible if its letters are of one language's alphabet, and no capital or sign is inside of it.

Libraries that guess encodings go by the frequency of letters in prose: of a short list of names charset-normalizer 3.5
took Mac Roman for cp852, and German in Windows-1252 for cp1250. So a plausible list stays what it was; of any other the
candidates are named, and none is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_WESTERN = (
    "äöüßé", "àâæçéèêëîïôœùûüÿñ", "áéíñóúüïç", "àçèéíïòóúü", "ãáàâçéêíóôõúüè", "àèéìíîòóùú", "æøåéèêóòâôäöüá",
    "åäöéüàšžáæø", "áðéíóúýþæö", "áéíóúàèëïöüêâîôûç", "äöõüšž", "çë",
)  # fmt: skip
_EASTERN = ("áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż", "áéíóöőúüű", "ăâîșțşţ", "čćđšž", "çğıöşüâîû")
_ALPHABETS = tuple(frozenset(letters) for letters in (*_WESTERN, *_EASTERN))
_INSIDE = frozenset("'’‘´`·–—…•°ºª\u00ad\u00a0.")
"""Signs that may stand between two letters."""
_CANDIDATES = (
    "mac-roman", "windows-1250", "windows-1251", "gb18030", "shift_jis", "big5", "euc_kr", "windows-1253",
    "windows-1254", "iso-8859-2", "cp850", "cp852",
)  # fmt: skip
_USUAL = ("windows-1252", "windows-1250", "mac-roman", "cp850")
"""Encodings of lists in Latin letters, the likeliest first; what can be told by a word or two is asked of people."""
_WORDS, _OFFERS = 3, 4
_WORD = re.compile(r"[^\s,;|\"<>()/&@+=-]+")
_FEW, _MOST = 0.1, 0.9
"""Parts of the words: so many must be implausible for doubt, plausible for a candidate."""
# A character of two or three bytes that were read as one each. Only the usual first ones may stand alone: in German,
# a capital before a closing quote would pass for a pair of them.
_NEXT = "[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸº∂†ß®∞°ù]"
_DOUBLED = re.compile(
    f"(?:[ÃÂ√¬]{_NEXT}|[â‚]{_NEXT}{{2}}|(?:[\u00c4-\u00f4]{_NEXT}+){{2}})(?:[\u00c2-\u00f4√¬‚]{_NEXT}+)*"
)


class Candidate(NamedTuple):
    """An encoding in which a text would read well."""

    encoding: str
    word: str
    """A word of the text in it."""


def candidates(content: bytes) -> list[Candidate] | None:
    """Find in which encodings a text reads well, if it does not in Windows-1252; None: it does.

    :param content: lines with bytes that are not ASCII.
    """
    if _share(content, "cp1252") >= 1 - _FEW:
        return None
    found: list[Candidate] = []
    for encoding in _CANDIDATES:
        if _share(content, encoding) >= _MOST:
            word = next(_foreign_words(content.decode(encoding)), "")
            if word not in [other.word for other in found]:
                found.append(Candidate(encoding, word))
    return found[:3]


def offers(content: bytes, likely: Iterable[str] = ()) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give encodings that a text can be in, each with the same few words as it reads them: people see which is meant.

    :param content: lines with bytes that are not ASCII.
    :param likely: encodings that stand first.
    """
    words = dict.fromkeys(word for word in re.split(rb"[\s,;|\"<>()/&@+=-]+", content) if not word.isascii())
    some = list(words)[:_WORDS]
    found: dict[tuple[str, ...], str] = {}
    for encoding in (*likely, *_USUAL):
        try:
            content.decode(encoding)
            read = tuple(word.decode(encoding) for word in some)
        except UnicodeDecodeError:
            continue
        if not any(re.search("[\x80-\x9f]", word) for word in read):
            found.setdefault(read, encoding)
    return tuple((encoding, read) for read, encoding in found.items())[:_OFFERS]


def _share(content: bytes, encoding: str) -> float:
    """The part of the words with other letters than ASCII's that are plausible; 0, if it is not of the encoding."""
    try:
        words = list(_foreign_words(content.decode(encoding)))
    except UnicodeDecodeError:
        return 0
    return sum(map(_is_plausible, words)) / len(words) if words else 1


def _foreign_words(text: str) -> Iterator[str]:
    return (word[0] for word in _WORD.finditer(text) if not word[0].isascii())


def _is_plausible(word: str) -> bool:
    word = word.strip("«»“”„‚‘’‹›…–—•€£¥§©®™°·.:!?¿¡*'\u00a0") if not re.match("[£¥€§][^\\W\\d_]", word) else word
    if re.search("[\x80-\x9f]", word):
        return False  # control characters
    foreign = {char for char in word.lower() if not char.isascii() and char not in _INSIDE}
    if not foreign:
        return True
    scripts = {_script(char) for char in word if char.isalpha()}
    if scripts & {"cyrillic", "greek", "han", "kana", "hangul"}:
        return len(scripts - {"kana"}) <= 1 and all(char.isalpha() or char.isascii() for char in word)
    if any(not char.isalpha() for char in foreign):
        return not re.search(
            r"[^\W\d_][^\w\s'’‘´`·–—…•°ºª.\x00-\x7f]+[^\W\d_]|^[£¥€§³¹²¼½¾][^\W\d_]", word
        ) and not re.search("[^\\W\\d_][²³¹¼½¾][^\\W\\d_]", word)
    if word.upper() != word and re.search(r"(?<![cC'’.-])(?<!^)[^\W\d_a-zA-Z]", re.sub(r"[^\W\d_]", _cased, word)):
        return False
    return any(foreign <= alphabet for alphabet in _ALPHABETS)


def _cased(match: re.Match[str]) -> str:
    """A capital that is not ASCII stays what it is, any other letter becomes `a`."""
    return match[0] if match[0].isupper() and not match[0].isascii() else "a"


def _script(char: str) -> str:
    number = ord(char)
    for name, first, last in (
        ("greek", 0x370, 0x3FF), ("cyrillic", 0x400, 0x4FF), ("kana", 0x3040, 0x30FF), ("han", 0x4E00, 0x9FFF),
        ("hangul", 0xAC00, 0xD7A3),
    ):  # fmt: skip
        if first <= number <= last:
            return name
    return "latin" if number < 0x250 else "other"


def doubled(text: str) -> Iterator[tuple[str, str]]:
    """Find words that are UTF-8 which was read as Windows-1252 or Mac Roman and saved so: each, and what it was."""
    for match in _DOUBLED.finditer(text):
        for encoding in ("cp1252", "mac_roman"):
            was = _was(match[0], encoding)
            if was is not None:
                start = max(text.rfind(sign, 0, match.start()) for sign in ' \t\n,;"|') + 1
                word = _WORD.match(text, start)
                whole = word[0] if word else match[0]
                yield whole, whole.replace(match[0], was)
                break


def _was(text: str, encoding: str) -> str | None:
    try:
        # Five bytes are not of Windows-1252; programs that read them all the same take them for control characters.
        content = b"".join(
            char.encode("latin-1") if "\x80" <= char <= "\x9f" else char.encode(encoding) for char in text
        )
        return content.decode("utf-8")
    except UnicodeError:
        return None
