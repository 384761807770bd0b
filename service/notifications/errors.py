"""Refusals of notifications."""

from service.errors import Refusal
from service.texts import N_


class CannotBeOff(Refusal):
    """Some news cannot be switched off altogether, so that nobody misses what only they can do."""

    code = "cannot_be_off"
    sentence = N_("This news cannot be switched off. Choose to find it in your inbox only.")
