"""Shows the OpenAPI document as a page to read: one file without a script, which fetches nothing from anywhere."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Mapping
from typing import Any

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
h1{font-size:1.6rem}h2{margin-top:2.5rem;border-bottom:1px solid #bbb}
details{border:1px solid #ccc;border-radius:4px;margin:.5rem 0;padding:.4rem .8rem}
summary{cursor:pointer}summary code{font-weight:600}code,pre{font-family:ui-monospace,monospace;font-size:.9rem}
pre{overflow:auto;background:#f4f4f4;padding:.6rem}table{border-collapse:collapse}td,th{text-align:left;vertical-align:top;
padding:.2rem .8rem .2rem 0}.scope{color:#555}
"""


def page(document: Mapping[str, Any]) -> tuple[str, str]:
    """Make the page; gives it and its Content-Security-Policy."""
    title = html.escape(f"{document['info']['title']} {document['info']['version']}")
    parts = [f"<h1>{title}</h1>", f"<p>{html.escape(document['info'].get('description', ''))}</p>"]
    for path, methods in document["paths"].items():
        parts += [_operation(path, method, one) for method, one in methods.items()]
    parts.append("<h2>Models</h2>")
    for name, schema in document["components"]["schemas"].items():
        parts.append(
            f'<details id="{html.escape(name)}"><summary><code>{html.escape(name)}</code> '
            f"{html.escape(schema.get('description', ''))}</summary>{_json(schema)}</details>"
        )
    hashed = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{hashed}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
    body = "\n".join(parts)
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}<style>{_STYLE}</style></head><body>{body}</body></html>',
        policy,
    )


def _operation(path: str, method: str, one: Mapping[str, Any]) -> str:
    scope = one.get("x-scope", "")
    said = html.escape(one.get("description") or one.get("summary", ""))
    parameters = "".join(
        f"<tr><td><code>{html.escape(given['name'])}</code></td><td>{html.escape(given['in'])}</td>"
        f"<td>{html.escape(given.get('description', ''))}</td></tr>"
        for given in one.get("parameters", ())
    )
    answers = "".join(
        f"<tr><td>{html.escape(str(status))}</td><td>{html.escape(answer.get('description', ''))} "
        f"{html.escape(', '.join(answer.get('content', {})))}</td></tr>"
        for status, answer in one.get("responses", {}).items()
    )
    body = _json(one["requestBody"]["content"]) if "requestBody" in one else ""
    return (
        f"<details><summary><code>{method.upper()} {html.escape(path)}</code> {html.escape(one.get('summary', ''))} "
        f'<span class="scope">{html.escape(scope)}</span></summary><p>{said}</p>'
        f"<table>{parameters}</table>{body}<table>{answers}</table></details>"
    )


def _json(value: Any) -> str:
    return f"<pre>{html.escape(json.dumps(value, indent=1, ensure_ascii=False))}</pre>"
