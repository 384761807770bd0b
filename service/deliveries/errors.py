"""Refusals of the deliveries room."""

from service.errors import Refusal
from service.texts import N_


class AlreadyRegistered(Refusal):
    """The delivery with this code of the source was entered before."""

    code = "already_registered"
    sentence = N_("A delivery with this code of its source is here already.")


class DeliveryRetired(Refusal):
    """The entry was taken out of the track record."""

    code = "delivery_retired"
    sentence = N_("This entry was retired. Register a new one if it was right after all.")
