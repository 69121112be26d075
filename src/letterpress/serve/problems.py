"""Says why a request was not answered: status, code and diagnostics, with nothing of the machine in them.

Places in diagnostics are those of the project: `content/letters/offer.md`. Where the service keeps what it was sent,
and where letterpress is installed, is nobody's affair.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import letterpress
from letterpress.errors import Diagnostic, did_you_mean, fixes, nearest
from letterpress.serve import hints

TITLES = {
    400: "The request cannot be used as it was sent",
    401: "A token is missing, or is not known",
    403: "The token may not do this",
    404: "Nothing of that name was found",
    405: "There is no such method here",
    406: "No such kind of answer is given",
    408: "The body did not arrive in time",
    409: "It cannot be done now",
    413: "The body is too large",
    416: "The range is not in the file",
    415: "A body of this kind is not taken",
    422: "The letter, list or file has faults",
    429: "Too many requests",
    500: "letterpress itself failed",
    503: "The service cannot take this now",
}


class Declined(Exception):
    """A request that is not answered as it was meant."""

    def __init__(
        self,
        status: int,
        code: str,
        title: str | None = None,
        *,
        diagnostics: Iterable[Diagnostic] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.title = title or TITLES[status]
        self.diagnostics = tuple(diagnostics)
        self.headers = dict(headers or {})


def refused(
    status: int,
    code: str,
    message: str,
    hint: str,
    *,
    field: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Declined:
    """Refuse for one reason, with what to do.

    :param field: path of what it is about in the body, or a header's name.
    """
    fault = Diagnostic(message=message, field=field, hint=hint, code=code)
    return Declined(status, code, message[:1].upper() + message[1:], diagnostics=[fault], headers=headers)


def busy(code: str, title: str, seconds: int) -> Declined:
    """Refuse for now.

    :param seconds: after which it may be tried again.
    """
    hint = f"send it again after {seconds} s"
    return refused(503, code, title[:1].lower() + title[1:], hint, headers={"retry-after": str(seconds)})


_LISTS = {
    "letter": "GET /v1/letters lists them; one in a folder is FOLDER:LETTER",
    "letterhead": "GET /v1/letterheads lists them",
    "key": "GET /v1/keys lists those that this token may use",
    "job": "GET /v1/jobs lists those of this token; a job is deleted some time after its end",
}
"""Where to look for what there is."""


def missing(what: str, name: str | None = None, known: Iterable[str] = (), hint: str | None = None) -> Declined:
    """Refuse, since there is nothing of that name.

    :param what: letter, letterhead, key, job, file.
    :param name: that was asked for.
    :param known: names that there are, as far as the client may know them.
    :param hint: what to do; None: where to look for what there is.
    """
    known = list(known)
    near = nearest(name, known) if name else ()
    title = f"There is no such {what}"
    said = f"there is no {what} '{name[:200]}'" if name else title[:1].lower() + title[1:]
    hints = (did_you_mean(name, near) if name and near else None, hint or _LISTS.get(what))
    about: dict[str, Any] = {"value": name[:200], "fixes": fixes(name[:200], near)} if name else {}
    fault = Diagnostic(message=said, hint=" ".join(filter(None, hints)) or None, code="not-found", **about)
    return Declined(404, "not-found", title, diagnostics=[fault])


class Places:
    """Takes what belongs to the machine out of diagnostics."""

    def __init__(self, root: Path, store: Path) -> None:
        """:param root: of the project; `store` is the folder of the jobs."""
        package = Path(letterpress.__file__).parent
        self._left_out = [
            (f"{store}/", ""),
            (f"{root}/", ""),
            (str(root), "the project"),
            (f"{package}/", "letterpress/"),
            (f"{package.parent.parent}/templates/", "letterpress/templates/"),
        ]
        if store.is_relative_to(root):
            self._left_out.append((f"{store.relative_to(root)}/", ""))

    def text(self, said: str, own: str | None = None) -> str:
        """Take the machine's places out of a text.

        :param own: a folder of the request's own, of which nothing is said either.
        """
        if "/" not in said:
            return said
        for place, instead in ((f"{own}/", ""), *self._left_out) if own else self._left_out:
            said = said.replace(place, instead)
        return said

    def cleaned(self, value: Any, own: str | None = None) -> Any:
        """Take the machine's places out of a JSON value."""
        if isinstance(value, str):
            return self.text(value, own)
        if isinstance(value, Mapping):
            return {name: self.cleaned(one, own) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.cleaned(one, own) for one in value]
        if isinstance(value, bytes):
            return base64.b64encode(value).decode()
        return value if isinstance(value, int | float | bool) or value is None else self.text(str(value), own)

    def faults(self, many: Iterable[Diagnostic], own: str | None = None) -> list[dict[str, Any]]:
        """Make JSON of diagnostics. Of what nobody foresaw only the kind is told; the log has the rest."""
        return [self.cleaned(self._told(one).as_json(), own) for one in many]

    def _told(self, one: Diagnostic) -> Diagnostic:
        if one.code != "itself-failed":
            return hints.of_request(one)
        kind = one.message.removeprefix("letterpress itself failed: ").partition(":")[0]
        message = f"letterpress itself failed: {kind}"
        hint = "please report this; the trace finds it in the service's log"
        return Diagnostic(message=message, file=one.file, record=one.record, hint=hint, code=one.code)
