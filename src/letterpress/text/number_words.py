"""Finds the number that a cell says in words or among words: `twelve`, `12 boxes`. It is offered, not taken unasked.

Not here: how numbers are read (written.py).
"""

from __future__ import annotations

import re

_WORDS = {
    "en": """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen twenty""",
    "de": """null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn
        siebzehn achtzehn neunzehn zwanzig""",
    "fr": """zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept
        dix-huit dix-neuf vingt""",
    "es": """cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis
        diecisiete dieciocho diecinueve veinte""",
    "it": """zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici
        diciassette diciotto diciannove venti""",
    "nl": """nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien
        zeventien achttien negentien twintig""",
}
"""The numbers from 0 to 20, those that people write in words, in order."""
_ENGLISH = "en"
_AMONG = re.compile(
    r"(?:[^\W\d_]+[.:]?\s+){0,2}(\d{1,3}(?:[.,']\d{3})+|\d+)(?:\s+[^\W\d_]+\.?){1,3}|[^\W\d_]+[.:]?\s+(\d+)"
)
"""One whole number with a word behind it, or in front of it: 12 boxes, about 12, approx. 12 boxes."""


def found(value: object, lang: str) -> str | None:
    """Find it.

    :param lang: whose words are tried, besides the English ones.

    >>> found("twelve", "en-US"), found("12 boxes", "en-US"), found("3 or 4", "en-US")
    ('12', '12', None)
    """
    text = str(value).strip()
    for known in dict.fromkeys((lang.split("-")[0].lower(), _ENGLISH)):
        words = _WORDS.get(known, "").split()
        if text.casefold() in words:
            return str(words.index(text.casefold()))
    match = _AMONG.fullmatch(text)
    return re.sub(r"\D", "", match[1] or match[2]) if match else None
