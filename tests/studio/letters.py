"""A letter to one person, and one with its list: what the tests of the page write, make and sign."""

from __future__ import annotations

import re
from pathlib import Path

import letterpress

SECRET = "a long enough secret"
ORDER = "content/letters/order.md"
SHOPS = "content/lists/shops.csv"
STATIC = Path(letterpress.__file__).parent / "studio" / "static"
LETTER = """---
letterhead: us-business
lang: en-US
date: 2026-11-24
from: {name: Low Ridge Orchard, street: 2200 Ridge Road, postcode: "05743", city: Fair Haven, region: VT, country: US}
subject: Winter apples
salutation: Dear {{ to.name }}
closing: Sincerely
signatories:
  - {name: Tomas Reyes, title: Grower, sign: digital}
fields:
  boxes: {type: integer, required: true}
  first_delivery: {type: date, required: true}
---

We have set aside {{ fields.boxes }} boxes for you. The first of them come on {{ fields.first_delivery }}.
"""
ROWS = """Name,Street,City,State,Zip,Boxes,First delivery
Ada Lindqvist,27 Mill Road,Bristol,VT,05443,40,2026-12-01
Owen Marsh,14 Granite Street,Barre,VT,5641,twelve,2026-12-08
Nell Abbott,3 Depot Street,Keene,NH,03431,20,12/01/26
"""
TO = 'to: {name: Owen Marsh, street: 14 Granite Street, postcode: "5641", city: Barre, region: VT, country: US}\n'


def single(path: Path, name: str) -> str:
    """A letter to one person; its path in the project."""
    text = LETTER.replace("subject:", f"{TO}subject:").replace("{{ to.name }}", "Mr. Marsh")
    text = re.sub(r"fields:\n.*\n.*\n", "", text).replace("{{ fields.boxes }}", "40")
    (path.parent / f"{name}.md").write_text(text.replace("{{ fields.first_delivery }}", "December 1"))
    return f"content/letters/{name}.md"
