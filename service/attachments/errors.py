"""Refusals of the attachments room."""

from service.errors import Refusal
from service.texts import N_


class FileTooLarge(Refusal):
    """The file is larger than this instance takes."""

    code = "file_too_large"
    status = 413
    title = N_("This file is too large")
    sentence = N_("A file may have {limit_mb} MB. Make it smaller, or split it.")


class TooManyFiles(Refusal):
    """The thing holds as many files as it can."""

    code = "too_many_files"
    title = N_("Too many files")
    sentence = N_(
        "There are {limit} files already, and no more can be added. Withdraw one, or put several into one."
    )


class FilesTooLargeTogether(Refusal):
    """The files of the thing would become too large together."""

    code = "files_too_large_together"
    title = N_("The files are too large together")
    sentence = N_(
        "All files of one thing may have {limit_mb} MB together. Withdraw one, or make this one smaller."
    )


class LetterStays(Refusal):
    """What a registration on a state's behalf rests on cannot be taken away."""

    code = "letter_stays"
    title = N_("The letter stays")
    sentence = N_("This need was registered because of this letter, so the letter stays with it.")


class WithdrawnAlready(Refusal):
    """The file was withdrawn before."""

    code = "file_withdrawn_already"
    sentence = N_("This file was withdrawn already. Open the page again to see what there is.")
