"""Forms with files, read as they come in: the fields cleaned, each file in a temporary file of its own.

Asked for after the sign-in and before the transaction: a stranger sends nothing in, and nobody who sends
slowly holds a connection to the database.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, BinaryIO, NamedTuple

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from service.errors import NotFound, Refusal, SignInRequired
from service.texts import translate
from service.web.bodies import clean_text
from service.web.requests import SignedIn

MOST_FILES = 5
"""In one form."""
MOST_FIELDS = 300
LONGEST_FIELD_BYTES = 200_000


class SentFile(NamedTuple):
    """A file as it was sent: nothing about it is believed yet."""

    name: str
    content: BinaryIO
    size_bytes: int


@dataclass(frozen=True)
class SentForm:
    """What a form brought."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, Sequence[SentFile]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return what stands in a field; empty, if it was not sent."""
        return next(iter(self.fields.get(name, ())), "")

    def file(self, name: str) -> SentFile | None:
        """Return the file of a field, if one was chosen."""
        return next(iter(self.files.get(name, ())), None)


async def _sent_form(request: Request, _caller: SignedIn) -> AsyncIterator[SentForm]:
    limits = {"max_files": MOST_FILES, "max_fields": MOST_FIELDS, "max_part_size": LONGEST_FIELD_BYTES}
    async with request.form(**limits) as form:
        fields: dict[str, list[str]] = {}
        files: dict[str, list[SentFile]] = {}
        for name, value in form.multi_items():
            place = clean_text(name, "body")
            if not isinstance(value, UploadFile):
                fields.setdefault(place, []).append(_as_written(value, place))
            elif value.filename or value.size:  # a browser sends an empty part where no file was chosen
                sent = SentFile(value.filename or "", value.file, value.size or 0)
                files.setdefault(place, []).append(sent)
        yield SentForm(fields, files)


def _as_written(text: str, place: str) -> str:
    # A browser ends every line of a text area with CR and LF.
    return clean_text(text.replace("\r\n", "\n"), place).strip()


SentFormBody = Annotated[SentForm, Depends(_sent_form, scope="function")]
"""The form of somebody who is signed in, with its files; they are gone when the answer is ready."""


def fault_of(refusal: Refusal, language: str) -> str:
    """Return what is wrong in words for a page; what leads away from the page is raised again."""
    if isinstance(refusal, NotFound | SignInRequired):
        raise refusal
    faults = [translate(fault.message, language) for fault in refusal.faults()]
    return " ".join(faults) or refusal.detail(language)
