"""Refusals of the reference room."""

from service.errors import InvalidInput, Refusal
from service.texts import N_


class ReusedCode(Refusal):
    """The files give a retired code a second meaning. Old records would change theirs, so it is refused."""

    code = "reused_code"
    status = 409
    title = N_("This code had another meaning")
    sentence = N_("{kind} {code} was retired with another meaning. Take a new code; codes are never reused.")


class FaultyFiles(InvalidInput):
    """The data files break a rule. Nothing of them was taken."""

    code = "faulty_files"
    title = N_("The data files have errors")
    sentence = N_("Nothing was taken from the data files. Correct the places named, then repeat.")

    def __str__(self) -> str:
        """Name every place, one a line."""
        return "\n".join(f"{fault.field}: {fault.message}" for fault in self.found)


class NotCorrectable(Refusal):
    """The field is a key, or nothing that a person may correct."""

    code = "not_correctable"
    status = 409
    title = N_("This cannot be corrected here")
    sentence = N_("{field} of {kind} comes from the files alone.")


class NothingToCorrect(Refusal):
    """The correction says what is said already."""

    code = "nothing_to_correct"
    status = 409
    title = N_("Nothing to correct")
    sentence = N_("That is what is said already.")


class AlreadyWithdrawn(Refusal):
    """The correction was withdrawn before."""

    code = "already_withdrawn"
    status = 409
    title = N_("Withdrawn already")
    sentence = N_("This correction was withdrawn before, or a later one took its place.")
