"""E-invoices in the syntax CII, as Factur-X (ZUGFeRD) and XRechnung have them: read, checked, and built.

`reckoning` adds up what an invoice charges, `building` writes it as XML, and `reading` checks any XML against the
schema and the rules of its profile.

Not here: which texts of a letter it is made of (`filling.invoices`), and how it gets into the PDF (`pdf.attach`).
"""

__all__ = ("building", "profiles", "reading", "reckoning", "units", "values")
