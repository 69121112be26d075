"""Finds the commonest slips against the usage of a letter's language, in what its author wrote.

Each is a warning: the letter is made all the same. Only what is sure is said, and nothing of a text that a template or
a record decides. The rules, with their sources, stand with the functions.

Not here: what is doubted of a form of address (`addressing.forms`), which is only placed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from letterpress.errors import Diagnostic, Problem
from letterpress.filling import source_locations
from letterpress.model import Body, Letter, Party
from letterpress.text import language

_CAPITAL_ALWAYS = ("en", "es", "fr", "nl")
"""Languages whose text begins with a capital, whatever ends the salutation."""
_GERMAN_SMALL = frozenset(
    "wir ich vielen hiermit mit nach im in für bitte wie anbei am auf gerne gern es die der das den dem ein eine unser"
    " unsere unseren unserem als wenn da leider heute soeben zu zum zur bei beim seit aus an von vom über".split()
)
"""Words that are small in German unless they begin a sentence: no nouns, and none that may mean "Sie"."""
_FIRST = re.compile(r"\s*<p(?: [^>]*)?>\s*(?:<(?:strong|em|b|i|span)(?: [^>]*)?>)*(?P<word>[^\W\d_][\w'’.-]*)")
_NOBODY = re.compile(r"Dear (?:Sirs?|Madams?|Sir or Madam|Sir/Madam|Madam or Sir|Sirs or Mesdames)\W*$", re.IGNORECASE)
_SOMEBODY = re.compile(r"Dear (?:Mr|Mrs|Ms|Miss|Mx|Dr|Professor|Prof|Sir|Dame|Lord|Lady)\.? \w")
_SENTENCE = re.compile(r"\b(?:agréer|recevoir|croire|agréez|recevez|croyez)\b", re.IGNORECASE)
_CALL = re.compile(
    r"\b(?:agréer|recevoir|croire|agréez|recevez|croyez), (?P<call>(?:chère |cher )?"
    r"(?:madame|monsieur|mesdames|messieurs|maître|docteur)\b[^,]*(?:, (?:madame|monsieur|messieurs)\b[^,]*)?),",
    re.IGNORECASE,
)
_GREETINGS = re.compile(r"\bl['’](?:expression|assurance) de (?=(?:mes|nos) (?:\w+ )?salutations\b)", re.IGNORECASE)
_PARTICLE = re.compile(r"^Geachte (?:heer|mevrouw) (?P<word>(?:van|de|den|der|ter|ten|te|het|'t|op)) ")
_PAIRS = {"前略": ("草々", "早々", "不一"), "拝啓": ("敬具", "敬白", "拝具"), "謹啓": ("謹白", "謹言", "敬白", "敬具")}
"""What opens a Japanese letter -> what may end it. Source: mc2.civillink.net, 頭語と結語."""
_ORGANISATION, _PERSON = "御中", ("様", "殿", "先生")


class _Part(NamedTuple):
    """A letter, or what it says in a further language."""

    lang: str
    salutation: str | None
    closing: str | None
    body: Body
    suffix: str
    """Behind a field's name: `.fr` of a further language."""


def find(letter: Letter, lang: str) -> list[Diagnostic]:
    """Find the slips that show without a record's values."""
    parts = [_Part(lang, letter.salutation, letter.closing, letter.body, "")]
    parts += [_Part(one.lang, one.salutation, one.closing, one.body, f".{one.lang}") for one in letter.versions]
    found = [fault for part in parts for fault in _of_part(letter, part)]
    if lang.split("-")[0].lower() == "ja":
        several = enumerate(letter.to, start=1)
        paths = [("to" if len(letter.to) == 1 else f"to.{at}", party) for at, party in several]
        found += [
            _placed(letter, problem, field) for path, party in paths for problem, field in _courtesies(party, path)
        ]
    return found


def reservations(letter: Letter, lang: str) -> list[Diagnostic]:
    """Note each office of a recipient whose form of address was not found in a source, or on which sources differ."""
    found = []
    several = enumerate(letter.to, start=1)
    for path, party in [("to" if len(letter.to) == 1 else f"to.{at}", party) for at, party in several]:
        persons = [(f"{path}.persons.{at}", person.office) for at, person in enumerate(party.persons, start=1)]
        for where, office in [(path, party.office), *persons]:
            doubt = _reservation(office, lang) if office and "{" not in office else None
            if doubt is not None:
                file, line = source_locations.of_field(letter, f"{where}.office")
                found.append(doubt.at(severity="note", file=file, line=line, field=f"{where}.office"))
    return found


def _reservation(office: str, lang: str) -> Problem | None:
    from letterpress.addressing import forms  # here: few letters name an office, and the table is long

    return forms.reservation(office, lang)


def _of_part(letter: Letter, part: _Part) -> Iterator[Diagnostic]:
    salutation, closing = _plain(part.salutation), _plain(part.closing)
    for problem in _salutation(salutation, part.lang):
        yield _placed(letter, problem, f"salutation{part.suffix}")
    for problem in _closing(salutation, closing, part.lang):
        yield _placed(letter, problem, f"closing{part.suffix}")
    for problem in _body(part):
        line = next((line for text, line in part.body.words if str(problem.value) in text), None)
        yield problem.at(severity="warning", file=letter.path, line=line)


def _placed(letter: Letter, problem: Problem, field: str) -> Diagnostic:
    file, line = source_locations.of_field(letter, field)
    return problem.at(severity="warning", file=file, line=line, field=field)


def _plain(text: str | None) -> str | None:
    """A text as its author wrote it; None where a template or the table of forms decides."""
    return None if text is None or text == "auto" or "{" in text else text.strip()


# --- salutation and closing -------------------------------------------------------------------------------------------


def _salutation(text: str | None, lang: str) -> Iterator[Problem]:
    base = lang.split("-")[0].lower()
    if not text:
        return
    if base == "es" and text.endswith(","):
        # RAE, Diccionario panhispánico de dudas, dos puntos: the colon and not the comma, which is an anglicism.
        hint = "end it with a colon, or with nothing: the colon is added"
        yield Problem("a Spanish salutation ends with a colon, not a comma", hint, "salutation-mark", text)
    if base == "de" and re.search(r"\bDamen und Herrn\b", text):
        right = re.sub(r"\bDamen und Herrn\b", "Damen und Herren", text)
        # Duden: Herrn is the singular.
        yield Problem("'Herrn' is one gentleman", f"'{right}'", "salutation-word", text, (), (right,))
    if lang.casefold() in ("nl", "nl-nl") and (found := _PARTICLE.search(text)):
        # Taalunie, taaladvies.net: without a given name or initial the first particle has a capital (the Netherlands).
        right = text[: found.start("word")] + found["word"][:1].upper() + text[found.start("word") + 1 :]
        hint = "without a given name a family name begins with a capital"
        yield Problem(f"'{found['word']}' begins the name", hint, "salutation-word", text, (), (right,))


def _closing(salutation: str | None, closing: str | None, lang: str) -> Iterator[Problem]:
    base = lang.split("-")[0].lower()
    if not closing:
        return
    if base in ("de", "pl") and closing.endswith(","):
        # Duden, DIN 5008; Poradnia językowa PWN: nothing stands behind it.
        yield Problem(
            "no comma stands behind the closing", "leave it out", "closing-mark", closing, (), (closing[:-1],)
        )
    if base == "fr" and closing.endswith(",") and _SENTENCE.search(closing):
        # Journal des maires: the closing is a sentence, and ends as one.
        right = f"{closing[:-1].rstrip()}."
        yield Problem(
            "a closing that is a sentence ends with a full stop", f"'{right}'", "closing-mark", closing, (), (right,)
        )
    if base == "fr" and _GREETINGS.search(closing):
        # Académie française, "Dire, ne pas dire", 12 March 2013: one expresses a sentiment, and sends greetings.
        right = _GREETINGS.sub("", closing)
        yield Problem("'salutations' are not expressed", f"'{right}'", "closing-word", closing, (), (right,))
    if base == "fr" and salutation and (found := _CALL.search(closing)):
        called = salutation.rstrip(" ,")
        if found["call"].casefold() != called.casefold():
            hint = f"write '{called}' in both, or the closing's in both"
            message = f"the closing calls somebody '{found['call']}', and the salutation '{called}'"
            yield Problem(message, hint, "closing-call", closing)
    if salutation and base == "en":
        yield from _british(salutation, closing, lang)
    wrong = base == "ja" and salutation in _PAIRS and closing not in _PAIRS[salutation]
    if wrong and salutation and any(closing in ends for ends in _PAIRS.values()):
        right = _PAIRS[salutation][0]
        yield Problem(f"'{salutation}' goes with '{right}'", f"'{right}'", "closing-pair", closing, (), (right,))


def _british(salutation: str, closing: str, lang: str) -> Iterator[Problem]:
    """Debrett's: faithfully where no name is said, sincerely where one is."""
    said = closing.rstrip(" ,.").casefold()
    if _NOBODY.match(salutation) and said == "yours sincerely":
        right, why = "Yours faithfully", "nobody is named"
    elif _SOMEBODY.match(salutation) and not _NOBODY.match(salutation) and said == "yours faithfully":
        right, why = "Yours sincerely", "somebody is named"
    else:
        return
    from letterpress.addressing import forms  # here: the table is long, and the pair is seldom wrong

    if forms.language(lang)[0] != "en-GB":
        return
    yield Problem(
        f"'{closing}' does not go with '{salutation}', where {why}", f"'{right}'", "closing-pair", closing, (), (right,)
    )


# --- the text ---------------------------------------------------------------------------------------------------------


def _body(part: _Part) -> Iterator[Problem]:
    base = part.lang.split("-")[0].lower()
    if base == "ja" and "下記" in part.body.template and not re.search(r"<p[^>]*>\s*記\s*</p>", part.body.template):
        # livedoor 12726790: 下記 refers to what stands under a 記 in the middle, and is ended by 以上.
        hint = "write 次のとおり, or 記 on a line of its own above the list and 以上 below it"
        yield Problem("'下記' refers to a 記 that is not there", hint, "text-reference", "下記")
    found = _FIRST.match(part.body.template)
    if part.salutation is None or found is None:
        return
    word = found["word"]
    end = _end(part.salutation, part.lang)
    # iPhone is a name, and a letter alone may be one: x, a).
    small = word[0].islower() and not any(char.isupper() for char in word) and (len(word) > 1 or word == "à")
    if base == "de" and end == "," and word.lower() in _GERMAN_SMALL and word[0].isupper() and word[1:].islower():
        # DIN 5008; Duden: the sentence goes on behind the comma.
        hint = f"write '{word.lower()}'"
        message = f"the text goes on small behind the comma of the salutation, and begins with '{word}'"
        yield Problem(message, hint, "text-begins", word, (), (word.lower(),))
    elif small and (base in _CAPITAL_ALWAYS or (base == "de" and end in ("", "!"))):
        # SN 010130: no comma, and then a capital. English, French, Spanish and Dutch begin so behind any mark.
        right = word[0].upper() + word[1:]
        where = "where nothing ends the salutation" if base == "de" and not end else "in this language"
        message = f"the text begins with a capital {where}, and here with '{word}'"
        yield Problem(message, f"write '{right}'", "text-begins", word, (), (right,))


def _end(salutation: str, lang: str) -> str:
    """What ends the salutation as it prints; nothing, where a letter does."""
    text = "x" if _plain(salutation) is None else salutation
    last = language.finish_line(text, "salutation", lang)[-1:]
    return "" if last.isalnum() or last == "." else last


# --- addresses --------------------------------------------------------------------------------------------------------


def _courtesies(party: Party, path: str) -> Iterator[tuple[Problem, str]]:
    """oreijyou.net, inatakaikei.net: 御中 goes to an organisation, 様 to a person in it; a letter has one of them."""
    names = ("organisation", "name", "honorific", "title", "attention")
    written = [(name, _plain(getattr(party, name))) for name in names]
    written += [(f"lines.{at}", _plain(line)) for at, line in enumerate(party.lines, start=1)]
    written += [
        (f"persons.{at}.{name}", _plain(getattr(person, name)))
        for at, person in enumerate(party.persons, start=1)
        for name in ("name", "honorific", "title")
    ]
    texts = [(name, text) for name, text in written if text]
    person = next((text for _, text in texts if text.endswith(_PERSON) and _ORGANISATION not in text), None)
    for name, text in texts:
        if text.endswith(_ORGANISATION) and person is not None:
            right = text.removesuffix(_ORGANISATION).rstrip()
            message = f"'{_ORGANISATION}' stands where '{person}' is addressed: a letter has one of them"
            yield Problem(message, "leave it out", "courtesy-twice", text, (), (right,)), f"{path}.{name}"
        elif found := re.search(r"(?:各位様|各位殿|先生様|御中様|殿様|様殿)$", text):
            message = f"'{found[0]}' is two courtesies"
            right = text[:-1]
            yield Problem(message, "leave one out", "courtesy-twice", text, (), (right,)), f"{path}.{name}"
