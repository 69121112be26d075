"""Paragraphs to be set in lines: words of many languages, styles of letterheads, and widths at which one more unit of
Pango decides where a line breaks."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

from letterpress.layout import lines
from tests.support import set_lines
from tests.support.set_lines import FAMILIES, Paragraph

ENGLISH = (
    "Dear Sir, the quick brown fox (jumps) over “lazy” dogs – and well-known letter-heads; AVATAR To. Ty Yes? 1,234.50 "
    "fi ffl Straße naïve Łódź Dvořák km/h either/or it's 25% §5 foo@bar.com 10\u00a0€ [sic] 12 34 \u00a0 Wolf, Wave. "
    "responsibility internationalization of communication, which we have had in mind; you wrote: 'No!' — A. V. Wyatt"
).split(" ")
GERMAN = (
    "Sehr geehrte Damen und Herren, die Rechtsschutzversicherungsgesellschaft hat uns am 11.\u00a0April mitgeteilt, dass "
    "Kapitän Größe über Bundesverfassungsgericht „alles“ z.\u00a0B. Müller-Lüdenscheidt AG & Co. KG 1.234,56 €"
).split(" ")
FRENCH = (
    "Madame, Monsieur, nous avons l’honneur de vous faire savoir qu’à l’aide d’une bibliothèque «\u00a0municipale\u00a0» "
    "des œuvres ont été prêtées ; c’est-à-dire aujourd’hui : 12\u00a0rue de l’Évêché, 75001 Paris ; vraiment\u202f? 1\u202f234,50\u00a0€ «\u202foui\u202f»"
).split(" ")
SOFT = "inter\u00adnational\u00adization pre\u00adtend extra\u00adordinarily well-known a of the".split()
HEBREW = "שלום עולם אני כותב מכתב (מספר 12) לכבוד ABC".split()
ARABIC = "السلام عليكم ورحمة الله وبركاته 2024 رسالة".split()
GREEK = "Αξιότιμε κύριε, σας γράφω σχετικά με την επιστολή σας της 12ης Απριλίου".split()
CYRILLIC = "Уважаемый господин, пишу Вам по поводу письма от 12 апреля 2024 г. № 5".split()
JAPANESE = [*"東京都千代田区霞が関「日本」語の手紙、これはテストです。ＡＢＣ"]
NAMES = (
    "Dvořák Łukasz Nowak José García Anna-Lena Schmidt O'Neil O’Brien van der Berg Nguyễn Văn Ștefan Þór Jónsdóttir "
    "Ægir Æsop W. Wyatt-Vance AVERY Yves Tõnu Şahin İpek Ivić Đorđe Ķeniņš Ångström Zoë L'Écuyer McDonald 12a 10115 NW1 Trần Thị Hồng (AG) ‚ja‘ „Haus“ & Söhne a@b.org 100% x_y A*B"
).split(" ")
DIVIDED = {
    "hu": "asszonnyal hosszú meggyőződés könnyű levél költségvetés a az és jegyzőkönyv vissza poggyász",
    "ca": "col·legi paral·lel intel·ligència instal·lació de la universitat responsabilitat",
    "nl": "geïnteresseerd verantwoordelijkheid oma's reëel coördinatie beëindigd omaatje de het een",
    "sv": "tillåta alldeles rättegång möjligheten och att trafikljus stadsbibliotek",
    "pl": "odpowiedzialność przedsiębiorstwo z w o oraz konstantynopolitańczykowianeczka",
    "el": "υπευθυνότητα και το πανεπιστήμιο διεθνοποίηση",
    "de-1901": "Schiffahrt Zucker backen Brennessel Rechtsschutzversicherung und",
    "tr": "sorumluluğu ve İstanbul üniversitesi kişiselleştirme",
    "it": "dell'amministrazione responsabilità nell’università e di la",
    "en": "don't rock'n'roll over-responsibility (internationalization) “communication” and/or e-mail",
}
"""Words that are long, or written otherwise where they are divided, by language."""
LATIN = ((ENGLISH, "en"), (GERMAN, "de"), (FRENCH, "fr"), (NAMES, "en-GB"), (NAMES + ENGLISH, "pl"))
OTHERS = ((SOFT, "en"), (GREEK, "el"), (CYRILLIC, "ru"), (ENGLISH + GREEK + CYRILLIC, "en"))
OTHER_FAMILIES = ("DejaVu Sans", "DejaVu Serif", "Noto Sans", "Noto Serif", "Noto Sans Mono", "Noto Naskh Arabic")
"""Families that a letterhead may declare."""
SIZES = (7.5, 8.0, 9.0, 9.5, 10.0, 10.5, 11.0, 12.0, 14.3, 21.0)
STYLES = (
    *[""] * 8,
    "hyphens: auto",
    "hyphens: auto; text-align: justify",
    "text-align: justify",
    "text-align: justify; text-indent: 1.3em",
    "text-align: justify; font-variant-numeric: oldstyle-nums; hyphens: auto",
    "hyphens: none",
    "letter-spacing: 0.04em",
    "word-spacing: 3px",
    "font-variant-numeric: oldstyle-nums",
    "font-variant-numeric: lining-nums tabular-nums",
    "font-variant-caps: small-caps",
    "text-indent: 20px",
    "white-space: nowrap",
    "text-align: center",
    "overflow-wrap: anywhere",
)


def css(chance: random.Random, families: Sequence[str] = FAMILIES) -> str:
    family = f"font-family: '{chance.choice(families)}'"
    weight = f"font-weight: {chance.choice((400, 400, 600, 700))}; font-style: {chance.choice(('normal', 'italic'))}"
    return f"{family}; font-size: {chance.choice(SIZES)}pt; {weight}; {chance.choice(STYLES)}"


def text(chance: random.Random, words: list[str], most: int = 60) -> str:
    return " ".join(chance.choice(words) for _ in range(chance.choice((1, 2, 3, chance.randint(1, most)))))


def paragraphs(chance: random.Random, count: int, families: Sequence[str] = FAMILIES) -> list[Paragraph]:
    """Paragraphs of usual widths."""
    made = []
    for _ in range(count):
        words, lang = chance.choice(LATIN if chance.random() < 0.8 else OTHERS)
        width = chance.choice((90.0, 200.0, 317.7, 455.0, 640.3, chance.uniform(40, 700)))
        made.append(Paragraph(text(chance, words), css(chance, families), width, lang))
    return made


def close(chance: random.Random, count: int, families: Sequence[str] = FAMILIES) -> Iterator[Paragraph]:
    """Paragraphs as wide as some of their words, or a few units of Pango more or less."""
    wide = [one._replace(width=2000.0) for one in paragraphs(chance, count, families)]
    found, names = set_lines.laid(wide)
    for one in found:
        words = one.paragraph.text.split(" ")
        if one.style is None or len(words) < 3:
            continue
        setter = lines.Setter(one.style, names)
        some = setter.lines(" ".join(words[: chance.randint(1, len(words) - 1)]), (100000.0,), one.block)
        if some:
            yield one.paragraph._replace(width=some[0].width_px + _little(chance, one.style["font_size"]))


def _little(chance: random.Random, size: Any) -> float:
    """Some units of Pango, or what a face brings letters closer to a space."""
    if chance.random() < 0.5:
        return chance.randint(-3, 3) / 1024 + chance.choice((0, 0.0004, -0.0004))
    return chance.uniform(-0.09, 0.09) * float(size)
