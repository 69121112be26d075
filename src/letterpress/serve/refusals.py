"""What helps who was refused: which scope is missing and for what, which kinds are taken, what is there instead.

Not here: what is wrong with a body (request_faults.py), how an answer is made of it (guarded.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from letterpress.errors import Diagnostic, did_you_mean, nearest
from letterpress.serve.problems import Declined
from letterpress.serve.tokens import Token

_BEARER = 'Bearer realm="letterpress"'


def _fault(code: str, message: str, hint: str | None, **about: Any) -> Diagnostic:
    return Diagnostic(message=message, hint=hint, code=code, **about)


def no_token(headers: Sequence[str]) -> Declined:
    """Refuse who has no token, or a wrong one.

    :param headers: the values of `Authorization` that came.
    """
    scheme = headers[0].partition(" ")[0] if headers else ""
    code = "token-missing"
    if not headers:
        message = "there is no header Authorization"
    elif len(headers) > 1:
        message = "there are several headers Authorization"
    elif scheme.lower() != "bearer":
        message = "the header Authorization does not begin with Bearer"
    else:
        message, code = "the service does not know this token", "token-wrong"
    hint = "send `Authorization: Bearer TOKEN`, with a token of the service's file, which is read when it starts"
    challenge = f'{_BEARER}, error="invalid_token"' if code == "token-wrong" else _BEARER
    fault = _fault(code, message, hint, field="Authorization")
    return Declined(401, code, diagnostics=[fault], headers={"www-authenticate": challenge})


def no_scope(token: Token, scope: str, endpoint: str) -> Declined:
    """Refuse a token that may not do this.

    :param endpoint: what was asked for, such as `POST /v1/sign`.
    """
    has = ", ".join(sorted(token.scopes))
    message = f"{endpoint} needs the scope {scope}, and the token '{token.name}' has {has}"
    hint = f"ask with a token that has {scope}: the line of a token in the service's file says its scopes"
    params = (("scope", scope), ("scopes", tuple(sorted(token.scopes))))
    challenge = f'{_BEARER}, error="insufficient_scope", scope="{scope}"'
    fault = _fault("scope-missing", message, hint, field="Authorization", params=params)
    return Declined(403, "scope-missing", diagnostics=[fault], headers={"www-authenticate": challenge})


def body_kind(given: str, taken: Sequence[str], parts: Sequence[str]) -> Declined:
    """Refuse a body of another kind.

    :param given: its media type; empty: it says none.
    :param taken: media types.
    :param parts: names of the parts of a multipart body.
    """
    message = f"a body of the kind '{given[:100]}' is not taken here" if given else "the body does not say its kind"
    with_parts = (
        f"{kind} with the parts {', '.join(parts)}" if kind.startswith("multipart") else kind for kind in taken
    )
    hint = f"send Content-Type: {', or '.join(with_parts)}"
    params = (("taken", tuple(taken)),)
    fault = _fault("body-kind", message, hint, field="Content-Type", value=given[:100] or None, params=params)
    return Declined(415, "body-kind", diagnostics=[fault])


def packed(coding: str) -> Declined:
    """Refuse a body that is packed."""
    hint = "send it as it is, without the header Content-Encoding"
    fault = _fault("body-packed", "a packed body is not taken", hint, field="Content-Encoding", value=coding[:100])
    return Declined(415, "body-packed", "A packed body is not taken", diagnostics=[fault])


def no_path(path: str, letters: Iterable[str], paths: Iterable[str]) -> Declined:
    """Refuse a path that there is not.

    :param letters: names of the project's letters.
    :param paths: that there are.
    """
    hint = "all paths are in /openapi.json"
    rest = path.removeprefix("/v1/letters/")
    inner = [
        name for name in letters if ":" in name and rest != path and f"{rest}/".startswith(f"{name.replace(':', '/')}/")
    ]
    if inner:
        name = max(inner, key=len)
        hint = f"a letter in a folder is named FOLDER:LETTER: /v1/letters/{name}{rest[len(name) :]}"
    elif near := nearest(path, [one for one in paths if "{" not in one]):
        hint = f"{did_you_mean(path, near)} {hint}"
    fault = _fault("not-found", f"there is no path {path[:200]}", hint, value=path[:200])
    return Declined(404, "not-found", diagnostics=[fault])


def no_method(method: str, allowed: Sequence[str]) -> Declined:
    """Refuse a method that a path does not have.

    :param allowed: those that it has.
    """
    params = (("allowed", tuple(allowed)),)
    message, hint = f"{method[:20]} is no method of this path", f"it has {', '.join(allowed)}"
    fault = _fault("method-unknown", message, hint, value=method[:20], params=params)
    return Declined(405, "method-unknown", diagnostics=[fault], headers={"allow": ", ".join(allowed)})


def answer_kind(kinds: Sequence[str], accepted: str) -> Declined:
    """Refuse who takes none of the kinds that an answer has."""
    listed = " or ".join(kinds)
    hint = f"send Accept: {listed}, or no Accept at all"
    fault = _fault(
        "answer-kind", "none of the kinds that are accepted is given", hint, field="Accept", value=accepted[:200]
    )
    return Declined(406, "answer-kind", f"The answer is {listed}", diagnostics=[fault])


def no_text() -> Declined:
    """Refuse a text where the service takes none."""
    hint = "name a letter of the project: POST /v1/letters/{letter}/render; or whoever runs the service may allow texts"
    fault = _fault("text-denied", "the service takes no texts", hint)
    return Declined(
        403, "text-denied", "The service takes no texts: it was started without --allow-text", diagnostics=[fault]
    )
