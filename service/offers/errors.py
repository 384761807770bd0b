"""Refusals of the offers room."""

from service.errors import Refusal
from service.texts import N_


class AlreadyImported(Refusal):
    """The offer with this code of the source was entered before."""

    code = "already_imported"
    sentence = N_("An offer with this code of its source is here already.")


class NoPerson(Refusal):
    """The offer is an institution's, or its expert asked to be forgotten."""

    code = "no_person"
    status = 404
    title = N_("Nobody is named")
    sentence = N_("There is no person behind this offer: it is an institution's, or the person was erased.")


class ProviderRetired(Refusal):
    """The stakeholder was taken out of the lists."""

    code = "provider_retired"
    sentence = N_("This provider was retired and makes no new offers.")


class NotItsExpertise(Refusal):
    """The offer does not name this area."""

    code = "not_its_expertise"
    sentence = N_("The offer does not name this area, so there is nothing to assess.")


class OfferEnded(Refusal):
    """The offer was withdrawn or has expired."""

    code = "offer_ended"
    sentence = N_("This offer has ended. Register a new one.")


class OfferTooVague(Refusal):
    """The offer does not say what help it is."""

    code = "offer_too_vague"
    sentence = N_("Name at least one expertise area or commitment first, so that the offer can be found.")
