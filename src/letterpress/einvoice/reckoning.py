"""Adds up an invoice as EN 16931 has it: amounts of lines, taxes by category and rate, what is to be paid.

Amounts are rounded half up to the currency's decimals (two at most): each line's, and the tax of each rate once, from
the sum of its lines. Nothing is rounded in between, and nothing is a float.

Source: EN 16931-1, 6.4 (BR-CO-10 to BR-CO-17, BR-DEC, BR-27) and the rules of each category of tax (BR-S to BR-O).
"""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from letterpress.einvoice.values import Bill, Item, Sums, Tax, Wrong
from letterpress.text import language

CATEGORIES = {
    "S": "taxed",
    "Z": "taxed at 0 %",
    "E": "exempt",
    "AE": "reverse charge",
    "K": "within the European Union",
    "G": "export",
    "O": "not subject to tax",
    "L": "taxed in the Canary Islands",
    "M": "taxed in Ceuta and Melilla",
}
"""Codes of UNTDID 5305 that EN 16931 allows, in words."""
_TAXED = ("S", "L", "M")
_MOST_DECIMALS = 2


def add_up(bill: Bill) -> Sums:
    """Add up an invoice.

    :raises Wrong: a line cannot be reckoned with, or does not come to what it says.
    """
    decimals = min(language.currency_decimals(bill.currency), _MOST_DECIMALS)
    if not bill.items:
        raise Wrong(
            "lines", "is empty: an invoice has a line at least", "give what is charged for", code="einvoice-lines"
        )
    items = tuple(_with_amount(item, at, decimals, bill.currency) for at, item in enumerate(bill.items, start=1))
    turned = bill.kind == "credit-note" and sum(_amount(item) for item in items) < 0
    if turned:
        items = tuple(replace(one, quantity=-one.quantity, amount=-_amount(one)) for one in items)
    taxes = _taxes(items, decimals)
    net, tax = (sum((getattr(one, part) for one in taxes), Decimal(0)) for part in ("basis", "amount"))
    total, paid = net + tax, rounded(-bill.paid if turned else bill.paid, decimals)
    if total < 0:
        message = f"comes to {total} {bill.currency}, and nobody is charged less than nothing"
        hint = "write 'kind: credit-note' for what is credited" if bill.kind != "credit-note" else "mend its lines"
        raise Wrong("total", message, hint, code="einvoice-negative", value=str(total))
    return Sums(items=items, taxes=taxes, net=net, tax=tax, total=total, paid=paid, due=total - paid, turned=turned)


def rounded(number: Decimal, decimals: int) -> Decimal:
    """Round half up, as invoices are."""
    return number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _with_amount(item: Item, at: int, decimals: int, currency: str) -> Item:
    """Give a line its amount.

    :raises Wrong: it says another, or has a price or a tax that none has.
    """
    if item.price < 0:
        message = f"is {item.price} {currency}, and a price is not below zero"
        hint = "write the quantity below zero for what is taken off"
        raise Wrong(f"lines.{at}.price", message, hint, code="einvoice-negative", value=str(item.price))
    _check_tax(item, at)
    amount = rounded(item.quantity * item.price, decimals)
    if item.amount is not None and item.amount != amount:
        message = f"is {item.amount} {currency}, and {item.quantity} x {item.price} {currency} are {amount} {currency}"
        params = (("invoice", f"{amount} {currency}"), ("letter", f"{item.amount} {currency}"))
        hint = "mend the one that is wrong: both have to say the same"
        about = {"value": str(item.amount), "params": params}
        raise Wrong(f"lines.{at}.amount", message, hint, code="einvoice-differs", **about)
    return replace(item, amount=amount)


def _check_tax(item: Item, at: int) -> None:
    """:raises Wrong: the category is none, or its rate cannot be the one given."""
    if item.category not in CATEGORIES:
        message = f"'{item.category}' is no category of tax"
        hint = "write " + ", ".join(f"{code} ({words})" for code, words in CATEGORIES.items())
        raise Wrong(f"lines.{at}.category", message, hint, code="einvoice-tax", value=item.category)
    words = CATEGORIES[item.category]
    if item.category == "S" and item.rate <= 0:
        message = f"is {item.rate} %, and category S ({words}) has a rate"
        hint = "say why no tax is charged: category Z, E, AE, K, G or O"
        raise Wrong(f"lines.{at}.rate", message, hint, code="einvoice-tax", value=str(item.rate))
    if item.category not in _TAXED and item.rate != 0:
        message = f"is {item.rate} %, and category {item.category} ({words}) has none"
        raise Wrong(f"lines.{at}.rate", message, "write 0, or category S", code="einvoice-tax", value=str(item.rate))
    if item.rate < 0:
        message = f"is {item.rate} %"
        raise Wrong(f"lines.{at}.rate", message, "a rate is 0 or more", code="einvoice-tax", value=str(item.rate))


def _taxes(items: tuple[Item, ...], decimals: int) -> tuple[Tax, ...]:
    """The taxes by category and rate, in the order of the lines."""
    bases: dict[tuple[str, Decimal], Decimal] = {}
    for item in items:
        key = (item.category, item.rate)
        bases[key] = bases.get(key, Decimal(0)) + _amount(item)
    return tuple(
        Tax(category=category, rate=rate, basis=basis, amount=rounded(basis * rate / 100, decimals))
        for (category, rate), basis in bases.items()
    )


def _amount(item: Item) -> Decimal:
    return item.amount if item.amount is not None else Decimal(0)
