"""Finds the country that a letter is posted in, within which an address needs no country below it.

Not here: the sender's own (`addressing.address.home_country`), and what a carrier asks of a page (letterhead/).
"""

from __future__ import annotations

from letterpress.addressing import countries
from letterpress.errors import LetterpressError
from letterpress.model import Job, Party


def home(job: Job, party: Party, home: str | None, lang: str) -> str | None:
    """Give the country that the letter is posted in: the sender's, or the carrier's.

    A carrier that prints in several countries (`pages_by_country`) posts in the recipient's. Where no country of the
    recipient is said, it is taken for the sender's, and stays so.

    :param home: the sender's country.
    """
    if job.choices.carrier is None or not party.country:
        return home
    from letterpress.carriers import catalogue  # here: few letters are made for a carrier

    try:
        carrier = catalogue.find(job.choices.carrier, job.letter.root)
    except LetterpressError:
        return home  # the letterhead says it
    if carrier.country is None or carrier.pages_by_country or countries.code(party.country, lang) == carrier.country:
        return home
    return carrier.country
