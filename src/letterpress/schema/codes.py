"""What a letter may say of a code that machines read (`codes:` in the front matter).

Not here: which values a code can be made of (`codes`): they are known once the letter has its record's.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from letterpress.code import CodeSpec
from letterpress.codes import catalogue
from letterpress.errors import FieldError, did_you_mean, nearest
from letterpress.schema.scalars import Checked, Line


def _as_type(value: Any) -> Any:
    """The short form: `codes: [kix]`."""
    return {"type": value} if isinstance(value, str) else value


class CodeFile(Checked):
    """A code that machines read: of a post, Data Matrix, QR, or a payment's."""

    model_config = ConfigDict(populate_by_name=True)

    type: Literal[
        "imb",
        "rm4scc",
        "mailmark-c",
        "mailmark-l",
        "kix",
        "japan-post",
        "australia-post",
        "data-matrix",
        "qr",
        "epc",
        "spayd",
        "swiss-qr-bill",
    ]
    """Which code it is."""
    place: Literal["address", "info", "end", "slip", "page"] | None = None
    """Where it stands: in the address's field, in the information block, at the letter's end; of a payment slip, at the
    foot of the last page or on a page of its own."""
    alt: Line | None = None
    """What is read aloud in its place; without it, what the code is called."""
    content: Line | None = None
    """All that it holds, such as "{{ fields.tracking }}"; or say its parts."""
    barcode_id: Line | None = None
    """imb: two digits, 00 without it."""
    service: Line | None = None
    """imb: three digits of the service."""
    mailer: Line | None = None
    """imb: the mailer's number, six digits or nine."""
    serial: Line | None = None
    """imb: the number of the piece."""
    routing: Line | None = None
    """imb: ZIP code or delivery point; without it the recipient's."""
    postcode: Line | None = None
    """rm4scc, mailmark, kix, japan-post: without it the recipient's."""
    delivery_point: Line | None = None
    """rm4scc, mailmark: the delivery point's suffix, 9Z without it; australia-post: its eight digits."""
    format: Line | None = None
    """mailmark: 0 to 4, 1 without it."""
    class_: Line | None = Field(default=None, alias="class")
    """mailmark: 0 to E."""
    supply_chain: Line | None = None
    """mailmark: the supply chain's number, two digits (C) or six (L)."""
    item: Line | None = None
    """mailmark: the number of the piece."""
    house_number: Line | None = None
    """kix: without it the one at the end of the recipient's street."""
    addition: Line | None = None
    """kix: what follows the house's number."""
    address_number: Line | None = None
    """japan-post: the figures of the address, as 1-3-2-503."""
    customer: Line | None = None
    """australia-post: the customer's own characters."""
    module: Line | None = None
    """Of a code of modules: their size, 0.5mm without it."""
    level: Line | None = None
    """qr: of error correction, L, M, Q or H; M without it."""
    name: Line | None = None
    """epc, spayd: who is paid; without it the sender."""
    iban: Line | None = None
    """Of a payment: the account."""
    bic: Line | None = None
    """Of a payment: the bank, where it is asked for."""
    amount: Line | None = None
    """Of a payment: "{{ fields.amount }}", or figures such as 1949.75."""
    currency: Line | None = None
    """spayd, swiss-qr-bill: ISO 4217 code; without it the amount's, or CZK and CHF."""
    reference: Line | None = None
    """Of a payment: its structured reference."""
    text: Line | None = None
    """Of a payment: what it is for."""
    purpose: Line | None = None
    """epc: four letters."""
    due: Line | None = None
    """spayd: the day, as 2027-03-01."""
    variable_symbol: Line | None = None
    """spayd: at most ten digits; specific_symbol and constant_symbol likewise."""
    specific_symbol: Line | None = None
    """spayd: at most ten digits."""
    constant_symbol: Line | None = None
    """spayd: at most ten digits."""
    billing: Line | None = None
    """swiss-qr-bill: billing information, from // on."""
    debtor: Literal["none"] | None = None
    """swiss-qr-bill: none leaves who pays to be written in by hand; without it, it is the recipient."""
    lang: Literal["de", "fr", "it", "en"] | None = None
    """swiss-qr-bill: the slip's language; without it the letter's."""

    @model_validator(mode="after")
    def _of_its_kind(self) -> CodeFile:
        kind = catalogue.kinds()[self.type]
        for key in _said(self):
            if key not in (*catalogue.KEYS, *kind.keys):
                known = [*kind.keys, *catalogue.KEYS]
                hint = did_you_mean(key, known) or f"it is made of {', '.join(kind.keys)}"
                about: dict[str, Any] = {"value": key, "instead": nearest(key, known)}
                raise FieldError(f"a code of type {self.type} has no '{key}'", hint, code="code-key-unknown", **about)
        if self.place and self.place not in kind.places:
            message = f"a code of type {self.type} does not stand in '{self.place}'"
            hint = f"choose {' or '.join(kind.places)}, or leave it out"
            raise FieldError(message, hint, code="code-place", value=self.place, instead=kind.places)
        return self


Code = Annotated[CodeFile, BeforeValidator(_as_type)]
"""A code, or its type alone."""


def _said(model: CodeFile) -> dict[str, str]:
    dumped: dict[str, str] = model.model_dump(by_alias=True, exclude_none=True)
    return dumped


def spec(model: CodeFile) -> CodeSpec:
    """Make the frozen value of a checked model."""
    values = tuple((key, text) for key, text in _said(model).items() if key not in catalogue.KEYS)
    return CodeSpec(kind=model.type, place=model.place, alt=model.alt, values=values)
