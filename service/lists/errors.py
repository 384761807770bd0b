"""Refusals of lists."""

from service.errors import Refusal
from service.texts import N_


class ListTooLong(Refusal):
    """A list has more entries than one file takes; a part of it would look like the whole."""

    code = "list_too_long"
    title = N_("The list is too long for a file")
    sentence = N_("A file takes {most} entries. Narrow the list, or read it in pages through the API.")
