"""Codes that machines read from a letter: those of posts, Data Matrix, QR, and those that a payment is made with.

`making` makes a code of the values that a letter gives, or says which of them is wrong; `symbols` says which rectangles
it is drawn with; `catalogue` lists the kinds that there are, from the table `data/codes.toml`.

Not here: where on a page a code stands (`letterhead`, the letterheads' templates), and how it is drawn (`layout`).
"""

__all__ = ("catalogue", "libraries", "making", "swiss", "symbols")
