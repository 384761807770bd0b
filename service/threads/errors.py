"""Refusals of the threads room."""

from service.errors import Refusal
from service.texts import N_


class ThreadClosed(Refusal):
    """Nothing can be written here any more, or not by the caller."""

    code = "thread_closed"
    title = N_("This conversation is closed")
    sentence = N_("Nothing more can be written here. What was written stays readable.")


class RetractedAlready(Refusal):
    """The message was taken back before."""

    code = "retracted_already"
    sentence = N_("This message was taken back already.")


class PromiseNotOpen(Refusal):
    """The promise was kept or taken back already, or it is none."""

    code = "promise_not_open"
    sentence = N_("This is no promise that is still open. Open the page again to see how it stands.")


class FilesSettled(Refusal):
    """The files of a message stay as they are once others may have read it."""

    code = "files_settled"
    title = N_("The files of this message stay as they are")
    sentence = N_("Others may have read this message. Write a new one and add the file to it.")
