"""What people can do with a proposal, a seat or a need on a page: in words, with what follows from it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import ValidationError
from sqlmodel import Session

from service.errors import InvalidInput, NotFound, Refusal
from service.matches.consents import CONSENT_TEXT, TEXTS
from service.texts import N_, translate


class Step(NamedTuple):
    """A move that the reader may make now."""

    verb: str
    """The last word of its address."""
    label: str
    effect: str
    """What follows from it."""
    consent: str | None
    """The words that one agrees to by it."""
    asks_naming: bool
    """Whether it takes a consent to name the need, which the reader can give."""
    naming: str


PROPOSAL_STEPS: Mapping[str, tuple[str, str, str | None]] = MappingProxyType(
    {
        "shortlist": (
            N_("Keep in view"),
            N_("The team is marked for your side and the desk. No provider learns of it."),
            None,
        ),
        "propose": (
            N_("Offer the seats"),
            N_(
                "Each provider is shown its own seat and what is asked for, and has a time to answer. Who "
                "asks for the need also says yes to the team by this."
            ),
            None,
        ),
        "agree": (
            N_("Say yes to this team"),
            N_("Your yes is kept with your name and the day."),
            "take_part",
        ),
        "revoke-agreement": (
            N_("Take our yes back"),
            N_(
                "The team is no longer agreed. If the need could only be named with your consent, all seats "
                "are withdrawn and what was held is free again."
            ),
            None,
        ),
        "confirm": (
            N_("Confirm the team"),
            N_(
                "The team stands: what was held is committed, and nobody can take a yes back any more. Seats "
                "without an answer that are optional are withdrawn."
            ),
            None,
        ),
        "object": (
            N_("Object to filling the seat again"),
            N_("The team as a whole is given up: everybody's seat is withdrawn, and the need looks again."),
            None,
        ),
        "withdraw": (
            N_("Give this team up"),
            N_("All its seats are withdrawn and what was held is free again. This cannot be undone."),
            None,
        ),
        "dissolve": (
            N_("Dissolve the confirmed team"),
            N_(
                "All seats are released, what was committed is free again, and the need goes back to where "
                "it was before. This cannot be undone."
            ),
            None,
        ),
    }
)
"""Moves of a proposal in the order in which a page shows them: label, effect, what is consented to."""
NEED_STEPS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "mark-unmet": (
            N_("Say that it stays unmet for now"),
            N_("It leaves matching, with a reason that its requester reads. It can be circulated again."),
        ),
        "recirculate": (
            N_("Circulate it again"),
            N_("It is open for matching again, and the next round takes it in."),
        ),
    }
)
"""Moves of a need when nobody was found."""
FAULTS: Mapping[str, str] = MappingProxyType(
    {
        "reason": N_("Write at least 3 characters, at most 2000."),
        "note": N_("Write at least 3 characters, at most 2000, or leave it empty."),
        "text": N_("Say what the conflict of interest is, in 3 to 2000 characters."),
        "measures": N_("Say with which measures it is cleared, in 3 to 2000 characters."),
        "interest": N_(
            "If there is a conflict of interest, describe it; if there is none, leave the text empty."
        ),
    }
)
UNKNOWN = N_("Choose one of the list.")


def proposal_steps(moves: list[str], *, is_naming_allowed: bool, is_lead: bool, language: str) -> list[Step]:
    """Return what the reader can do with a proposal now, in words."""
    naming = translate(TEXTS[CONSENT_TEXT]["name_need"], language)
    return [
        Step(
            verb,
            translate(label, language),
            translate(effect, language),
            translate(TEXTS[CONSENT_TEXT][kind], language) if kind else None,
            verb in {"propose", "agree"} and is_lead and not is_naming_allowed,
            naming,
        )
        for verb, (label, effect, kind) in PROPOSAL_STEPS.items()
        if verb in moves
    ]


def tried(session: Session, act: Callable[[], Any], language: str) -> tuple[int, dict[str, str]]:
    """Do what a form asks for; where it is refused nothing of it is done.

    Returns the status of the answer and what is wrong by field, under the empty name with the whole. What the
    reader may not see stays as if it were not there.
    """
    try:
        with session.begin_nested():
            act()
    except NotFound:
        raise
    except ValidationError as error:
        return 422, {_field(fault["loc"]): _text(_field(fault["loc"]), language) for fault in error.errors()}
    except InvalidInput as refusal:
        return 422, {fault.field: translate(fault.message, language) for fault in refusal.faults()}
    except Refusal as refusal:
        return refusal.status, {"": refusal.detail(language)}
    return 303, {}


def _field(place: tuple[int | str, ...]) -> str:
    return str(place[-1]) if place else "interest"


def _text(field: str, language: str) -> str:
    return translate(FAULTS.get(field, UNKNOWN), language)


def optional(fields: Mapping[str, str], *names: str) -> dict[str, str]:
    """Return the fields that were filled in."""
    return {name: fields[name] for name in names if fields.get(name)}
