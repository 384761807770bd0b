"""Refusals of the access room."""

from service.errors import Refusal
from service.texts import N_


class EmailTaken(Refusal):
    """Another account has this address."""

    code = "email_taken"
    sentence = N_("There is an account with this e-mail address already.")


class LastAdministrator(Refusal):
    """The last administrator cannot go."""

    code = "last_administrator"
    sentence = N_("This is the last administrator. Make somebody else administrator first.")
