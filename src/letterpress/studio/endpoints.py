"""All that the page can ask the studio for: one table of endpoints, with the types of what goes in and comes out.

Bodies are JSON, of the models in `messages`, `start_messages`, `list_messages`, `post_messages` and `carrier_messages`.
What is refused comes back as `Faults` with status 422, a body that is none of its model with 400, a file that is not
the project's with 403, what is not there (any more) with 404; `PUT /api/letter` answers a conflict with 409 and
`Conflict`. An answer in lines is `application/x-ndjson`: a JSON object a line as soon as it is known, each with its
`kind`, and an `EndNews` last.

Every request needs the cookie or the token, and all but GET the header `Letterpress-Studio: 1` (guard.py).
Not here: how HTTP carries it (app.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from letterpress.studio import (
    carrier_messages,
    examining,
    finished,
    finished_messages,
    letter_lists,
    list_messages,
    listing,
    messages,
    post_messages,
    posting,
    producing,
    senders,
    start_messages,
    writing,
)
from letterpress.studio.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One endpoint."""

    method: Literal["GET", "POST", "PUT"]
    path: str
    """`{name}` stands for one part of it."""
    answer: Callable[..., Any]
    """Called with the studio, then with what `takes` or `parameters` say, in this order."""
    gives: tuple[type[Message], ...] = ()
    """Its answer is one of these; of `lines`, any number of them. None: a file."""
    takes: type[Message] | None = None
    """Its body."""
    parameters: tuple[str, ...] = ()
    """Parts of the path, and of the query: a name alone is a text that must be there, `name?` may be left out, `name#`
    is a number, 0 where it is left out."""
    upload: bool = False
    """Whether its body is a file, as it is."""
    lines: bool = False

    @property
    def what(self) -> str:
        """What it is for, in a sentence."""
        return (self.answer.__doc__ or "").strip().splitlines()[0]

    def as_json(self) -> dict[str, Any]:
        """Describe it, with the JSON Schemas of its bodies."""
        return {
            "method": self.method,
            "path": self.path,
            "what": self.what,
            "parameters": list(self.parameters),
            "takes": self.takes.model_json_schema() if self.takes else "a file" if self.upload else None,
            "gives": [one.model_json_schema() for one in self.gives] or "a file",
            "lines": self.lines,
        }


ENDPOINTS: tuple[Endpoint, ...] = (
    # Start
    Endpoint(method="GET", path="/api/start", answer=writing.start, gives=(start_messages.Start,)),
    Endpoint(method="GET", path="/api/kinds/{name}.png", answer=writing.sample, parameters=("name",)),
    Endpoint(
        method="POST", path="/api/letters", answer=writing.begin, takes=start_messages.Begin, gives=(messages.Opened,)
    ),
    Endpoint(
        method="GET", path="/api/sender", answer=senders.sender, parameters=("path",), gives=(start_messages.Sender,)
    ),
    Endpoint(
        method="PUT",
        path="/api/sender",
        answer=senders.keep,
        takes=start_messages.KeepSender,
        gives=(start_messages.Sender,),
    ),
    Endpoint(
        method="POST",
        path="/api/sender/sample",
        answer=senders.sample,
        takes=start_messages.SampleOf,
        gives=(start_messages.SampleText,),
    ),
    Endpoint(
        method="POST",
        path="/api/sender/logo",
        answer=senders.logo,
        parameters=("name",),
        upload=True,
        gives=(start_messages.Taken,),
    ),
    # Write
    Endpoint(
        method="GET", path="/api/letter", answer=writing.open_letter, parameters=("path",), gives=(messages.Opened,)
    ),
    Endpoint(
        method="PUT", path="/api/letter/list", answer=letter_lists.keep, takes=messages.KeepList, gives=(messages.Done,)
    ),
    Endpoint(
        method="PUT",
        path="/api/letter",
        answer=writing.save,
        takes=messages.Save,
        gives=(messages.Opened, messages.Conflict),
    ),
    Endpoint(method="POST", path="/api/form", answer=writing.form, takes=messages.Draft, gives=(messages.Form,)),
    Endpoint(method="POST", path="/api/guides", answer=writing.guides, takes=messages.Draft, gives=(messages.Guides,)),
    Endpoint(
        method="POST", path="/api/change", answer=writing.change, takes=messages.Changes, gives=(messages.Changed,)
    ),
    Endpoint(
        method="POST",
        path="/api/show",
        answer=writing.show,
        takes=messages.Preview,
        gives=(
            messages.RowNews,
            messages.FaultsNews,
            messages.PagesNews,
            messages.PictureNews,
            messages.EndNews,
        ),
        lines=True,
    ),
    Endpoint(
        method="POST",
        path="/api/picture",
        answer=writing.one_picture,
        takes=messages.Picture,
        gives=(messages.PictureNews,),
    ),
    Endpoint(
        method="POST",
        path="/api/reading",
        answer=writing.reading,
        takes=messages.Shown,
        gives=(messages.Read,),
    ),
    Endpoint(
        method="POST",
        path="/api/sheet",
        answer=writing.sheet,
        takes=messages.Sheet,
        gives=(messages.CellNews, messages.EndNews),
        lines=True,
    ),
    Endpoint(
        method="POST",
        path="/api/sheet/pdf",
        answer=writing.contact_sheet,
        takes=messages.ContactSheet,
        gives=(messages.Drawn,),
    ),
    Endpoint(
        method="POST",
        path="/api/files",
        answer=writing.take,
        parameters=("name",),
        upload=True,
        gives=(start_messages.Taken,),
    ),
    Endpoint(method="GET", path="/api/pictures/{name}.png", answer=writing.picture_file, parameters=("name",)),
    Endpoint(method="GET", path="/api/pdf/{name}.pdf", answer=writing.pdf_file, parameters=("name",)),
    # List
    Endpoint(method="GET", path="/api/lists", answer=listing.listed, gives=(list_messages.Lists,)),
    Endpoint(
        method="POST",
        path="/api/lists",
        answer=listing.upload,
        parameters=("name", "other?"),
        upload=True,
        gives=(list_messages.ListFile,),
    ),
    Endpoint(
        method="POST",
        path="/api/list",
        answer=listing.overview,
        takes=list_messages.OpenList,
        gives=(list_messages.Overview,),
    ),
    Endpoint(
        method="POST",
        path="/api/list/check",
        answer=listing.check,
        takes=list_messages.Check,
        gives=(list_messages.RowsNews, list_messages.CheckedNews, messages.EndNews),
        lines=True,
    ),
    Endpoint(
        method="POST",
        path="/api/list/find",
        answer=listing.find,
        takes=list_messages.Find,
        gives=(list_messages.Found,),
    ),
    Endpoint(
        method="PUT",
        path="/api/list/corrections",
        answer=listing.correct,
        takes=list_messages.Correct,
        gives=(list_messages.Corrections,),
    ),
    Endpoint(
        method="GET",
        path="/api/list/copy",
        answer=listing.copy,
        parameters=("source", "sheet?", "header_row#", "encoding?"),
    ),
    # Make
    Endpoint(
        method="POST",
        path="/api/runs",
        answer=producing.make,
        takes=list_messages.Make,
        gives=(list_messages.RunState,),
    ),
    Endpoint(
        method="POST",
        path="/api/runs/variants",
        answer=producing.make_variants,
        takes=list_messages.MakeVariants,
        gives=(list_messages.RunState,),
    ),
    Endpoint(
        method="GET",
        path="/api/runs/{id}",
        answer=producing.run_state,
        parameters=("id", "after#"),
        gives=(list_messages.RunState,),
    ),
    Endpoint(
        method="POST",
        path="/api/runs/{id}/stop",
        answer=producing.stop,
        parameters=("id",),
        gives=(list_messages.RunState,),
    ),
    Endpoint(method="GET", path="/api/runs/{id}/combined.pdf", answer=producing.combined, parameters=("id", "duplex?")),
    Endpoint(method="GET", path="/api/runs/{id}/faulty.csv", answer=producing.faulty, parameters=("id",)),
    Endpoint(method="GET", path="/api/runs/{id}/letters.zip", answer=producing.archive, parameters=("id",)),
    Endpoint(
        method="GET",
        path="/api/runs/{id}/package.zip",
        answer=posting.package,
        parameters=("id", "group?", "spool#", "redact#"),
    ),
    Endpoint(method="GET", path="/api/post", answer=posting.media, gives=(post_messages.Media,)),
    Endpoint(
        method="POST",
        path="/api/post",
        answer=posting.addressed,
        takes=post_messages.Addressed,
        gives=(post_messages.AddressedMade,),
    ),
    Endpoint(
        method="POST", path="/api/make", answer=producing.keep, takes=list_messages.Keep, gives=(list_messages.Kept,)
    ),
    # What was made
    Endpoint(method="GET", path="/api/finished", answer=finished.finished, gives=(finished_messages.Finished,)),
    Endpoint(method="GET", path="/api/finished/letters.zip", answer=finished.archive, parameters=("folder",)),
    Endpoint(
        method="POST",
        path="/api/finished/list",
        answer=finished.made,
        takes=finished_messages.MadeOf,
        gives=(finished_messages.MadeOfList,),
    ),
    Endpoint(
        method="POST",
        path="/api/finished/left",
        answer=finished.remove_left,
        takes=finished_messages.MadeOf,
        gives=(finished_messages.LeftRemoved,),
    ),
    Endpoint(
        method="POST",
        path="/api/finished/folder",
        answer=finished.show_folder,
        takes=finished_messages.Folder,
        gives=(finished_messages.FolderShown,),
    ),
    Endpoint(
        method="POST",
        path="/api/finished/copy",
        answer=finished.save_copy,
        takes=finished_messages.Copy,
        gives=(list_messages.Kept,),
    ),
    # Carriers
    Endpoint(method="GET", path="/api/carriers", answer=examining.carriers, gives=(carrier_messages.Carriers,)),
    Endpoint(
        method="POST",
        path="/api/preflight",
        answer=examining.examine,
        takes=carrier_messages.Examine,
        gives=(carrier_messages.Examined,),
    ),
    Endpoint(
        method="POST",
        path="/api/preflight/any",
        answer=examining.examine_any,
        parameters=("name", "carrier"),
        upload=True,
        gives=(carrier_messages.Examined,),
    ),
    Endpoint(
        method="POST",
        path="/api/preflight/picture",
        answer=examining.picture,
        takes=carrier_messages.ExaminedPage,
        gives=(carrier_messages.PagePicture,),
    ),
    # Sign and verify
    Endpoint(
        method="POST",
        path="/api/pages",
        answer=producing.pdf_pages,
        takes=list_messages.Look,
        gives=(list_messages.PdfPages,),
    ),
    Endpoint(
        method="POST",
        path="/api/pages/any",
        answer=producing.foreign_pages,
        parameters=("name",),
        upload=True,
        gives=(list_messages.PdfPages,),
    ),
    Endpoint(method="GET", path="/api/file", answer=producing.pdf_of, parameters=("path",)),
    Endpoint(
        method="POST",
        path="/api/places",
        answer=producing.places,
        takes=list_messages.Look,
        gives=(list_messages.Places,),
    ),
    Endpoint(
        method="POST",
        path="/api/key",
        answer=producing.owner,
        takes=list_messages.KeyOf,
        gives=(list_messages.Owner,),
    ),
    Endpoint(
        method="POST",
        path="/api/sign",
        answer=producing.sign,
        takes=list_messages.Sign,
        gives=(list_messages.Signed,),
    ),
    Endpoint(
        method="POST",
        path="/api/issuer",
        answer=producing.issuer,
        parameters=("name",),
        upload=True,
        gives=(list_messages.Issuer,),
    ),
    Endpoint(
        method="POST",
        path="/api/trust",
        answer=producing.trust,
        parameters=("name",),
        upload=True,
        gives=(list_messages.Issuer,),
    ),
    Endpoint(
        method="POST",
        path="/api/verify",
        answer=producing.verify,
        parameters=("name",),
        upload=True,
        gives=(list_messages.Verified,),
    ),
)
"""All endpoints, by the screen that asks for them."""

UPLOADS = frozenset(one.path for one in ENDPOINTS if one.upload)
"""Paths whose bodies are files."""


def describe() -> list[Mapping[str, Any]]:
    """Describe all endpoints, with the JSON Schemas of their bodies."""
    return [one.as_json() for one in ENDPOINTS]
