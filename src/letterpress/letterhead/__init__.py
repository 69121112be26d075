"""Makes a page of a filled letter and a letterhead's folder: its templates, parameters and standard."""

__all__ = (
    "carrier_pages",
    "carrier_ways",
    "choices",
    "codes",
    "compose",
    "definition",
    "design",
    "dispatched",
    "fit",
    "measure",
    "overlay",
    "press_copies",
    "requirements",
    "settled",
    "templates",
    "unheaded",
    "zones",
)
