"""Refusals of the dialogues room."""

from service.errors import Refusal
from service.texts import N_


class AlreadyNotified(Refusal):
    """The dialogue has been told of this already, and that engagement goes on."""

    code = "already_notified"
    title = N_("The dialogue knows already")
    sentence = N_("This dialogue has been told of this already. Look at the engagement that is open.")


class ConsentRevoked(Refusal):
    """The requester took its consent back; nothing more happens here."""

    code = "consent_revoked"
    title = N_("The consent was taken back")
    sentence = N_("The requester has taken back its consent. A new engagement needs a new consent.")
