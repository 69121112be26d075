"""Sphinx's settings: `make docs` builds these pages to docs/_build/html, offline, with warnings as errors."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent / "src")]

from letterpress import __version__  # noqa: E402 - the checkout's own, which the line above puts on the path

project = "letterpress"
author = "The letterpress founders"
copyright = author  # noqa: A001 - Sphinx reads it by this name
version = release = __version__
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "reference"]
exclude_patterns = ["_build", "_generated", "_ext", "_static"]

# Every heading down to the third level is a place to link to, as on the pages of GitHub and other hosts.
myst_heading_anchors = 3
myst_enable_extensions = ["attrs_inline"]

# `--date` is an option and not a dash.
smartquotes = False

# `name` in a docstring is code.
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
# The fields are listed below a class, with what they are; its constructor would only repeat them.
autodoc_class_signature = "separated"
autodoc_default_options = {"exclude-members": "__init__, __new__"}
add_module_names = False

html_theme = "furo"
html_title = f"letterpress {version}"
html_static_path = ["_static"]
html_css_files = ["letterpress.css"]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#7a2e1d", "color-brand-content": "#7a2e1d"},
    "dark_css_variables": {"color-brand-primary": "#e0a08e", "color-brand-content": "#e0a08e"},
}
pygments_style = "tango"
pygments_dark_style = "monokai"
