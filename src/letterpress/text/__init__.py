"""Languages, typography and characters: what a text may hold, and how print sets it."""

__all__ = (
    "account_numbers",
    "bilingual",
    "characters",
    "from_html",
    "language",
    "language_names",
    "number_words",
    "numbers",
    "paper_names",
    "placeholders",
    "quantities",
    "template_tags",
    "typography",
    "urls",
    "value_marks",
    "words",
    "written",
)
