"""A sheet as it comes in with a form: read before the transaction begins, so that it holds up nobody.

Whether there is such a pool for the sender is said first. So what is wrong with the file is kept until it is
asked for.
"""

from typing import Annotated, NamedTuple

from fastapi import Depends

from service.errors import FieldFault, InvalidInput
from service.pools.sheets import SheetLine, read_lines
from service.texts import N_
from service.web.uploads import SentFormBody

MISSING = FieldFault("file", "missing", N_("Choose a file."))


class Sheet(NamedTuple):
    """The lines of a file, or what is wrong with it."""

    lines: list[SheetLine]
    refusal: InvalidInput | None = None


def _sheet(form: SentFormBody) -> Sheet:
    sent = form.file("file")
    if sent is None:
        return Sheet([], InvalidInput(MISSING))
    try:
        return Sheet(read_lines(sent.content, sent.size_bytes))
    except InvalidInput as refusal:
        return Sheet([], refusal)


SentSheet = Annotated[Sheet, Depends(_sheet, scope="function")]
"""The file of a form, for somebody who is signed in."""


def lines_of(sheet: Sheet) -> list[SheetLine]:
    """Return the lines of a file, or refuse it."""
    if sheet.refusal is not None:
        raise sheet.refusal
    return sheet.lines
