"""Rules about offers: their life, who may do what, who sees them, when they go stale. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, Protocol, get_args

from service.caller import OFFERING, Caller
from service.errors import WrongMove

Kind = Literal["institution", "named_expert"]
KINDS: tuple[Kind, ...] = get_args(Kind)

State = Literal["draft", "pending_authorisation", "active", "on_hold", "stale", "expired", "withdrawn"]
STATES: tuple[State, ...] = get_args(State)
FINAL: frozenset[str] = frozenset({"expired", "withdrawn"})
OPEN: frozenset[str] = frozenset(STATES) - FINAL
IN_ROUNDS: frozenset[str] = frozenset({"active", "stale"})
"""States in which an offer takes part in rounds."""
SHOWN: frozenset[str] = frozenset({"active", "on_hold", "stale", "expired"})
"""States in which an offer is shown beyond its provider and its desk, as far as its level goes."""

Level = Literal["draft", "secretariat_only", "dialogue_members", "all_states", "public"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""Who is shown an offer, narrowest first. At ``draft`` nobody but the provider is, and no round takes it."""

Wish = Literal["refuses", "prefers", "conflict"]
WISHES: tuple[Wish, ...] = get_args(Wish)
Proficiency = Literal["awareness", "practitioner", "advanced", "authority"]
PROFICIENCIES: tuple[Proficiency, ...] = get_args(Proficiency)
Evidence = Literal[
    "self_declared", "employer_confirmed", "document_verified", "peer_reviewed", "delivered_and_rated"
]
EVIDENCE: tuple[Evidence, ...] = get_args(Evidence)
STATED_BY_PROVIDER: frozenset[str] = frozenset({"self_declared", "employer_confirmed"})
"""Evidence on the provider's own word. What goes further is for the desk to say."""
Cefr = Literal["A1", "A2", "B1", "B2", "C1", "C2"]
CEFR: tuple[Cefr, ...] = get_args(Cefr)
LanguageBasis = Literal["stated", "official_language"]
LANGUAGE_BASES: tuple[LanguageBasis, ...] = get_args(LanguageBasis)
DeliveryMode = Literal[
    "in_requesting_country", "in_provider_country", "third_country_or_regional", "remote", "hybrid"
]

STALE_AFTER_DAYS = 365
"""An active offer that nobody confirmed for longer is shown as not reconfirmed."""
EXPIRED_AFTER_DAYS = 365
"""A stale offer that stays so for longer has expired."""

Who = Literal["provider", "authoriser", "clock"]


class Move(NamedTuple):
    """A move in the life of an offer: from which states, to which, made by whom, and how it is told."""

    sources: frozenset[str]
    target: State
    who: Who
    event: str


MOVES: dict[str, Move] = {
    "submit": Move(frozenset({"draft"}), "pending_authorisation", "provider", "offer.submitted"),
    "authorise": Move(frozenset({"pending_authorisation"}), "active", "authoriser", "offer.authorised"),
    "hold": Move(frozenset({"active"}), "on_hold", "provider", "offer.held"),
    "resume": Move(frozenset({"on_hold"}), "active", "provider", "offer.resumed"),
    "reconfirm": Move(frozenset({"active", "stale"}), "active", "provider", "offer.reconfirmed"),
    "withdraw": Move(OPEN, "withdrawn", "provider", "offer.withdrawn"),
    "mark_stale": Move(frozenset({"active"}), "stale", "clock", "offer.marked-stale"),
    "expire": Move(frozenset({"stale"}), "expired", "clock", "offer.expired"),
}


def next_state(state: str, verb: str) -> State:
    """Return the state to which a move leads.

    Raises
    ------
    WrongMove
        The move does not exist from this state.
    """
    move = MOVES[verb]
    if state not in move.sources:
        raise WrongMove(move=verb, state=state)
    return move.target


class Described(Protocol):
    """What the rules need to know of an offer."""

    stakeholder_id: str
    kind: str
    state: str
    confidentiality: str
    desk_id: str | None
    is_imported: bool
    authorised_at: datetime | None
    confirmed_at: datetime | None
    restricted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, as far as visibility goes."""

    own: frozenset[str] = frozenset()
    """Stakeholders within which they have any duty."""
    desks: frozenset[str] = frozenset()
    speaks_for_a_state: bool = False
    """Whether one of their stakeholders belongs to a state."""
    dialogues: frozenset[str] = frozenset()
    """Dialogues of which one of their states is a member."""


def may_see(viewer: Viewer, offer: Described, desk_dialogue: str | None) -> bool:
    """Tell whether a viewer is shown an offer; the list queries say the same in SQL."""
    if offer.stakeholder_id in viewer.own:
        return True
    if "draft" in {offer.confidentiality, offer.state} or offer.restricted_at is not None:
        return False
    opened = {
        "public": True,
        "all_states": viewer.speaks_for_a_state,
        "dialogue_members": desk_dialogue in viewer.dialogues,
    }
    is_shown = offer.state in SHOWN and opened.get(offer.confidentiality, False)
    return offer.desk_id in viewer.desks or is_shown


def may_register(caller: Caller, stakeholder_id: str) -> bool:
    """Tell whether the caller may offer help in the name of a stakeholder."""
    return caller.acts_for(stakeholder_id, *OFFERING)


def may_import(caller: Caller) -> bool:
    """Tell whether the caller may enter offers that providers made in public elsewhere."""
    return caller.is_administrator


def may_authorise(caller: Caller, offer: Described) -> bool:
    """Tell whether the caller may let an offer become active.

    A named expert needs the institution: its focal point. A pool's manager speaks for its standing offers.
    """
    if offer.kind == "named_expert":
        return caller.acts_for(offer.stakeholder_id, "provider_focal_point")
    return caller.acts_for(offer.stakeholder_id, *OFFERING)


def may_revise(caller: Caller, offer: Described) -> bool:
    """Tell whether the caller may change what an offer says.

    Once the institution has authorised a named expert, only its focal point changes what it authorised. An
    imported offer that its provider has not taken over is kept by administrators too.
    """
    if offer.kind == "named_expert" and offer.authorised_at is not None:
        return may_authorise(caller, offer)
    return may_register(caller, offer.stakeholder_id) or _looks_after(caller, offer)


def may_move(caller: Caller, offer: Described, verb: str) -> bool:
    """Tell whether the caller may make a move of an offer's life; the clock's moves are nobody's."""
    who = MOVES[verb].who
    if who == "clock":
        return False
    if who == "authoriser":
        return may_authorise(caller, offer)
    if verb == "withdraw" and _looks_after(caller, offer):
        return True
    return may_register(caller, offer.stakeholder_id)


def _looks_after(caller: Caller, offer: Described) -> bool:
    return offer.is_imported and offer.confirmed_at is None and may_import(caller)


def may_change_level(caller: Caller, offer: Described) -> bool:
    """Tell whether the caller may choose who is shown an offer: who may authorise it."""
    return may_authorise(caller, offer)


def may_know_private(caller: Caller, offer: Described) -> bool:
    """Tell whether the caller may read and change wishes, and who a named expert is."""
    return may_register(caller, offer.stakeholder_id)


def may_assess(caller: Caller, offer: Described) -> bool:
    """Tell whether the caller may say what evidence there is: the desk, never the provider itself."""
    return offer.desk_id in caller.desks() and not caller.acts_for(offer.stakeholder_id)


def may_read_journal(caller: Caller, offer: Described) -> bool:
    """Tell whether the caller may read what happened to an offer: its provider and its desk."""
    return caller.acts_for(offer.stakeholder_id) or offer.desk_id in caller.desks()


def stale_since(as_of: datetime, after_days: int = STALE_AFTER_DAYS) -> datetime:
    """Return the moment before which the last word about an offer is too old."""
    return as_of - timedelta(days=after_days)


def expired_since(as_of: datetime, after_days: int = EXPIRED_AFTER_DAYS) -> datetime:
    """Return the moment before which an offer that went stale has expired."""
    return as_of - timedelta(days=after_days)


def is_reconfirmed(state: str, confirmed_at: datetime | None) -> bool:
    """Tell whether the provider's own word that the offer stands is recent enough."""
    return confirmed_at is not None and state not in {"stale", "expired"}


def label_of(kind: str, offer_id: str) -> str | None:
    """Return the pseudonym under which a named expert is shown; institutions need none."""
    return f"Expert {offer_id[-6:].upper()}" if kind == "named_expert" else None


def kept_evidence(
    old: tuple[str | None, str | None] | None, proficiency: str | None, stated: str | None
) -> str | None:
    """Return the evidence of an area after a revision.

    ``old`` is its proficiency and evidence before. What a desk found out stays while the proficiency does;
    anything else is the provider's word.
    """
    if old is not None and old[0] == proficiency and old[1] is not None and old[1] not in STATED_BY_PROVIDER:
        return old[1]
    return stated


CAPS_ARE_IN = "USD"
"""Currency in which needs cap the cost of a day."""


def comparable_cost(cost_per_day: float | None, currency: str | None) -> float | None:
    """Return a cost that can be held against a need's cap; like is compared with like only.

    Examples
    --------
    >>> comparable_cost(300.0, "USD"), comparable_cost(300.0, "EUR"), comparable_cost(300.0, None)
    (300.0, None, None)
    """
    return cost_per_day if currency == CAPS_ARE_IN else None
