"""What the codes of posts are made of. Sources: the table `data/codes.toml` names them.

Each function gives the content that the encoder takes; the parts of an address come from the letter's recipient where
the code does not say them.
"""

from __future__ import annotations

import re

from letterpress.codes import libraries
from letterpress.codes.given import Given, Wrong, house


def imb(given: Given) -> str:
    """USPS: 20 digits of tracking, and up to eleven of the delivery point. Source: USPS-B-3200, 2.1."""
    content = re.sub(r"\s", "", given.text("content"))
    if content:
        if not re.fullmatch(r"[0-9]{20}(-?([0-9]{5}|[0-9]{9}|[0-9]{11}))?", content):
            message = f"'{content}' is no content of an Intelligent Mail barcode"
            hint = "20 digits, and behind a hyphen the 5, 9 or 11 of the ZIP code and delivery point"
            raise Wrong("content", message, hint, code="code-value-invalid", value=content)
        tracking, routing = content[:20], content[20:].lstrip("-")
        key = "content"
    else:
        mailer = given.matching("mailer", "[0-8][0-9]{5}|9[0-9]{8}", "a mailer's number of 6 digits, or 9 from a 9 on")
        most = 15 - len(mailer)
        serial = given.matching("serial", f"[0-9]{{1,{most}}}", f"a number of at most {most} digits").zfill(most)
        barcode = given.matching("barcode_id", "[0-9]{2}", "two digits", default="00")
        tracking = barcode + given.matching("service", "[0-9]{3}", "three digits") + mailer + serial
        routing, key = _zip(given), "barcode_id"
    if tracking[1] > "4":
        message = f"'{tracking[:2]}' is no barcode identifier: its second digit is at most 4"
        raise Wrong(key, message, code="code-value-invalid", value=tracking[:2])
    return f"{tracking}-{routing}" if routing else tracking


def _zip(given: Given) -> str:
    own = given.recipient.postcode if given.recipient and (given.recipient.country or "US") == "US" else ""
    text = (given.text("routing") or own or "").replace("-", "").replace(" ", "")
    if not re.fullmatch(r"([0-9]{5}|[0-9]{9}|[0-9]{11})?", text):
        message = f"'{text}' is no ZIP code of 5 or 9 digits, and no delivery point of 11"
        raise Wrong("routing", message, code="code-value-invalid", value=text)
    return text


_POSTCODE = r"[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][ABD-HJLNP-UW-Z]{2}"
_DELIVERY_POINT = "[0-9][ABD-HJLNP-UW-Z]"
UNKNOWN_POINT = "9Z"
"""Where the delivery point is not known. Source: Royal Mail, Mailmark barcode definition document, appendix A."""


def _british(given: Given) -> tuple[str, str]:
    own = given.recipient.postcode if given.recipient else None
    text = (given.text("postcode") or own or "").upper().replace(" ", "")
    if not re.fullmatch(_POSTCODE, text):
        message = f"'{text}' is no postcode of the United Kingdom" if text else "is missing: a British postcode"
        code = "code-value-invalid" if text else "code-value-missing"
        raise Wrong("postcode", message, "give the recipient's, such as SW1A 1AA", code=code, value=text or None)
    default = UNKNOWN_POINT
    point = given.matching("delivery_point", _DELIVERY_POINT, "a delivery point such as 1A", default=default)
    return text, point


def rm4scc(given: Given) -> str:
    """Royal Mail: postcode and delivery point; the check character is the encoder's."""
    content = re.sub(r"\s", "", given.text("content")).upper()
    if content and not re.fullmatch(_POSTCODE + _DELIVERY_POINT, content):
        message = f"'{content}' is no British postcode with its delivery point"
        raise Wrong("content", message, "such as SN3 4RD 1A", code="code-value-invalid", value=content)
    return content or "".join(_british(given))


def mailmark(given: Given, *, supply_chain: int) -> str:
    """Royal Mail Mailmark: C has two digits of supply chain, L six. Source: the definition document, 4.2 and 4.3."""
    length = 20 + supply_chain
    content = given.text("content").upper()
    if content:
        if len(content) > length or not re.fullmatch(
            f"[0-4][0-9A-Z]{{2}}[0-9]{{{supply_chain + 8}}}[0-9A-Z ]*", content
        ):
            message = f"'{content}' is no content of this Mailmark barcode, which has {length} characters"
            raise Wrong("content", message, code="code-value-invalid", value=content)
        return content.ljust(length)
    form = given.matching("format", "[0-4]", "a format from 0 to 4", default="1")
    kind = given.matching("class", "[0-9A-E]", "a class from 0 to E")
    chain = given.matching("supply_chain", f"[0-9]{{{supply_chain}}}", f"a supply chain's {supply_chain} digits")
    item = given.matching("item", "[0-9]{1,8}", "a number of at most 8 digits").zfill(8)
    return f"{form}1{kind}{chain}{item}{''.join(_british(given))}".ljust(length)


def kix(given: Given) -> str:
    """PostNL: postcode, number of the house, and behind an X what follows it. Source: PostNL, KIX code."""
    content = re.sub(r"[\s-]", "", given.text("content")).upper()
    if content and not re.fullmatch(r"[1-9][0-9]{3}[A-Z]{2}[0-9]{1,5}(X[0-9A-Z]{1,6})?", content):
        message = f"'{content}' is no Dutch postcode with the number of a house"
        raise Wrong(
            "content", message, "such as 2500GG 30250, or 1231FZ 13 X 1", code="code-value-invalid", value=content
        )
    if content:
        return content
    own = given.recipient.postcode if given.recipient else None
    text = re.sub(r"\s", "", given.text("postcode") or own or "").upper()
    if not re.fullmatch(r"[1-9][0-9]{3}[A-Z]{2}", text):
        message = f"'{text}' is no Dutch postcode" if text else "is missing: a Dutch postcode"
        code = "code-value-invalid" if text else "code-value-missing"
        raise Wrong("postcode", message, "give the recipient's, such as 2514 GC", code=code, value=text or None)
    found = house(given.recipient.street if given.recipient else None)[1]
    match = re.fullmatch(r"([0-9]{1,5})[\s/-]*([0-9A-Za-z]{0,6})", given.text("house_number") or found)
    if match is None:
        hint = "add 'house_number:' to the code, or a street that ends in it"
        raise Wrong("house_number", "is missing: the number of the house", hint, code="code-value-missing")
    addition = given.matching("addition", "[0-9A-Za-z]{0,6}", "of at most six letters and digits") or match[2]
    return f"{text}{match[1]}{'X' + addition.upper() if addition else ''}"


def japan_post(given: Given) -> str:
    """Japan Post: seven digits of the postcode, and the figures of the address, as 1-3-2-503."""
    content = re.sub(r"\s", "", given.text("content")).upper()
    if not content:
        own = given.recipient.postcode if given.recipient else None
        code = re.sub(r"[\s-]", "", given.text("postcode") or own or "")
        if not re.fullmatch("[0-9]{7}", code):
            message = f"'{code}' is no Japanese postcode of seven digits" if code else "is missing: a Japanese postcode"
            kind = "code-value-invalid" if code else "code-value-missing"
            raise Wrong("postcode", message, "such as 154-0023", code=kind, value=code or None)
        content = code + re.sub(r"\s", "", given.text("address_number")).upper()
    if not re.fullmatch(r"[0-9]{3}-?[0-9]{4}[0-9A-Z-]{0,13}", content):
        message = f"'{content}' is no postcode with the figures of an address"
        hint = "seven digits, and at most 13 digits, capitals and hyphens: 1540023 1-3-2-503"
        raise Wrong("content", message, hint, code="code-value-invalid", value=content)
    return re.sub(r"^([0-9]{3})-", r"\1", content)


def australia_post(given: Given) -> str:
    """Australia Post: eight digits of the delivery point, and the customer's own."""
    content = re.sub(r"\s", "", given.text("content"))
    if not content:
        point = given.matching("delivery_point", "[0-9]{8}", "a delivery point (DPID) of eight digits")
        content = point + given.text("customer")
    if not re.fullmatch(r"[0-9]{8}([0-9]{8}|[0-9]{15}|[0-9A-Za-z #]{5}|[0-9A-Za-z #]{10})?", content):
        message = f"'{content}' is no content of an Australia Post barcode"
        hint = "eight digits, and 5 or 10 characters, or 8 or 15 digits, of your own"
        raise Wrong("content", message, hint, code="code-value-invalid", value=content)
    return content


def encoded(content: str, symbology: str) -> str:
    """The bars of a content."""
    try:
        return libraries.bars(symbology, content)
    except libraries.NotEncoded as error:
        message = f"'{content.strip()}' cannot be encoded: {error}"
        raise Wrong("content", message, code="code-unencodable", value=content.strip()) from error
