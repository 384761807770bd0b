"""Refusals of webhooks."""

from service.errors import Refusal
from service.texts import N_


class SwitchedOff(Refusal):
    """The webhook is switched off, so that nothing is sent to it."""

    code = "webhook_switched_off"
    sentence = N_("This webhook is switched off. Switch it on first.")
