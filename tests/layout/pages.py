"""Pages laid out by WeasyPrint as the engine lays them out, for tests that look at boxes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from letterpress.layout import boxes, fetcher, loading


@lru_cache(maxsize=1)
def _fonts() -> Any:
    """One configuration: each maps all fonts of the system."""
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def laid_out(body: str, css: str = "", **options: Any) -> boxes.Document:
    """A document of this body on a sheet of 100 mm by 80 mm with margins of 10 mm."""
    style = f"@page {{ size: 100mm 80mm; margin: 10mm }} body, p {{ margin: 0 }} {css}"
    weasyprint = loading.weasyprint()
    html = weasyprint.HTML(
        string=f'<!doctype html><html lang="en"><head><style>{style}</style></head><body>{body}</body></html>',
        base_url="file:///nowhere/",
        url_fetcher=fetcher.make(()),
    )
    return boxes.Document(html.render(font_config=_fonts(), **options))
