"""How a person or an organisation is written to: the lines of an address, and the form of address.

`address` has the lines, `addressees` joins those who share one; `salutation` finds the form of address, from the table
that `forms` reads, with `courtesies` (words before a name) and `personname` (which of its names is the family's).
"""
