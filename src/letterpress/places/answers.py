"""What a store's answers mean: which may pass, and which fault each of the others is.

Only the status and the store's own code are taken from an answer: its text may hold the address of a request, and that
a token. Sources: S3, "Error responses"; Azure Blob Storage, "Error codes"; RFC 9110, 15.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from letterpress.errors import Problem

_STATUS = re.compile(r"status code: (\d{3})|status: (\d{3})")
_CODE = re.compile(r"<Code>([A-Za-z0-9]{1,60})</Code>")
_NO_BUCKET = ("NoSuchBucket", "ContainerNotFound", "AccountNotFound", "ContainerBeingDeleted")
_REFUSED = (
    "ExpiredToken",
    "InvalidToken",
    "TokenRefreshRequired",
    "InvalidAccessKeyId",
    "AuthorizationHeaderMalformed",
)
_PASSING = ("RequestTimeout", "SlowDown", "ServerBusy", "OperationTimedOut")
_PASSING_STATUS = (408, 409, 425, 429)
_CREDENTIALS = {
    "s3": "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, and AWS_ENDPOINT_URL for a store that is not Amazon's",
    "gs": "GOOGLE_APPLICATION_CREDENTIALS",
    "az": "AZURE_STORAGE_ACCOUNT_NAME, and AZURE_STORAGE_ACCOUNT_KEY or what stands for it",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a store, or the library that asks it, has said."""

    kind: str
    """Name of the library's exception."""
    status: int | None
    """Of HTTP; None: there was no answer, or the library does not tell."""
    code: str | None
    """The store's own, such as `AccessDenied`."""
    settings: bool = False
    """Whether the request was never sent, for what the environment says."""
    credentials: bool = False
    """Whether no credentials were found."""

    @property
    def no_bucket(self) -> bool:
        """Whether there is no such bucket."""
        return self.code in _NO_BUCKET

    @property
    def nothing_there(self) -> bool:
        """Whether there is no such file, in a bucket that may be there."""
        return self.kind == "FileNotFoundError" and not self.no_bucket

    @property
    def refused(self) -> bool:
        """Whether the credentials are missing, wrong, or do not permit this."""
        kinds = ("PermissionDeniedError", "UnauthenticatedError")
        return self.credentials or self.kind in kinds or self.code in _REFUSED or self.status in (401, 403)

    def may_pass(self, *, creating: bool) -> bool:
        """Whether the same call may go through in a moment.

        :param creating: a file is being created, and looked at when it was said to be there.
        """
        if self.nothing_there:
            return creating
        if self.settings or self.refused or self.no_bucket or self.kind in ("NotSupportedError", "PreconditionError"):
            return False
        if self.status is None or self.code in _PASSING or self.status in _PASSING_STATUS:
            return True
        return self.status >= 500 and self.status != 501


def read(error: Exception) -> Answer:
    """Read what the library says."""
    text = str(error)
    status, code = _STATUS.search(text), _CODE.search(text)
    return Answer(
        kind=type(error).__name__,
        status=int(status[1] or status[2]) if status else None,
        code=code[1] if code else None,
        settings="builder error" in text or "scheme is not allowed" in text or "LOCATION" in text,
        credentials="169.254.169.254" in text or "metadata.google" in text,
    )


def fault(answer: Answer, scheme: str, bucket: str) -> Problem:
    """Say what is wrong with the store, in words without secrets."""
    said = " ".join(str(part) for part in (answer.status, answer.code) if part)
    params = (("status", answer.status), ("answer", answer.code))
    if answer.no_bucket:
        what = "container" if scheme == "az" else "bucket"
        message = f"there is no {what} '{bucket}'"
        return Problem(message, f"make the {what}, or look for a typing mistake", "store-missing", params=params)
    if answer.settings:
        return settings_fault(
            None, scheme, "the request could not be made: region or endpoint are not those of the store"
        )
    if answer.refused:
        message = "there are no credentials for the store" if answer.credentials else f"the store refuses ({said})"
        hint = f"look at {_CREDENTIALS[scheme]}, and at what the account may do in '{bucket}'"
        return Problem(message, hint, "store-refused", params=params)
    if answer.kind == "PreconditionError":
        message, hint = "was replaced by somebody else while it was being read", "run again"
        return Problem(message, hint, "store-changed", params=params)
    if answer.status == 501:
        message, hint = "the store does not know what was asked of it (501)", "use a store with conditional writes"
        return Problem(message, hint, "store-condition", params=params)
    if answer.may_pass(creating=True):
        how = f"answers only with {said}" if said else "does not answer"
        message = f"the store {how}, although it was asked again and again"
        hint = "run again later; what was written is kept. If it never answers, look at the endpoint in the environment"
        return Problem(message, hint, "store-unreachable", params=params)
    message = f"the store does not do what was asked of it ({said or answer.kind})"
    return Problem(message, "look the answer up in the store's documentation", "store-failed", params=params)


def settings_fault(error: Exception | None, scheme: str, message: str) -> Problem:
    """Make the fault of settings that cannot be used.

    :param error: the library's, whose kind is told and whose text is not.
    """
    params = (("answer", type(error).__name__ if error else None),)
    return Problem(message, f"look at {_CREDENTIALS[scheme]}", "store-settings", params=params)
