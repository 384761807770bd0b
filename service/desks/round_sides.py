"""Reading what a round found, seen from its needs, from those who would give, and from the dialogues."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from service import clock
from service.caller import Caller
from service.desks.cards import INDIVIDUAL
from service.desks.network_queries import address_of
from service.matches.reasons import Teller
from service.matches.tables import Proposal, Seat, UnmetComponent
from service.needs.queries import find_needs, ids_in_hand
from service.needs.reads import note_lines
from service.needs.rules import TAKES_PART
from service.needs.views import surroundings_of
from service.reference.facts import group_names, list_memberships
from service.stakeholders.queries import find_stakeholders, states_of
from service.stakeholders.rules import HOLDS_A_PERSON
from service.texts import N_, translate

GROUPS = {
    "ldc": N_("Least developed countries"),
    "lldc": N_("Landlocked developing countries"),
    "sids": N_("Small island developing states"),
    "first_time": N_("Asking for the first time"),
}
SOUTH_SOUTH = N_("From the South to the South")


class NeedSide(NamedTuple):
    """What a need got."""

    need: str
    title: str
    language: str
    filled: int
    wanted: int


class ProviderSide(NamedTuple):
    """What a provider would give."""

    name: str
    experts: int
    needs: int


class DialogueSide(NamedTuple):
    """What the members of a dialogue got and would give."""

    name: str
    address: str | None
    needs: int
    filled: int
    wanted: int
    given: int


class Bar(NamedTuple):
    """A bar of a picture: what it is of, how long, and what that says."""

    label: str
    done: int
    total: int
    share: float


class RoundSides(NamedTuple):
    """A round seen from three sides, and how evenly it serves."""

    needs: list[NeedSide]
    providers: list[ProviderSide]
    dialogues: list[DialogueSide]
    groups: list[Bar]
    loads: list[Bar]


class _Given(NamedTuple):
    need: str
    provider: str
    experts: int


def get_round_sides(
    session: Session,
    caller: Caller,
    round_id: str,
    figures: Mapping[str, Any],
    teller: Teller,
    language: str,
) -> RoundSides:
    """Return what a round found, as far as the caller's desk has its needs in hand."""
    given, missing = _given(session, caller, round_id), _missing(session, caller, round_id)
    needs = _needs(session, caller, given, missing)
    return RoundSides(
        needs,
        _providers(session, given, language),
        _dialogues(session, given, needs, language),
        group_bars(figures, language),
        load_bars(figures, teller),
    )


def _given(session: Session, caller: Caller, round_id: str) -> list[_Given]:
    query = select(Proposal.need_id, Seat.provider_id, Seat.experts).join(
        Seat, col(Seat.proposal_id) == col(Proposal.id)
    )
    shown = Proposal.round_id == round_id, col(Proposal.need_id).in_(ids_in_hand(caller))
    rows = session.exec(query.where(*shown, col(Seat.replaced_by).is_(None))).all()
    return [_Given(*row) for row in rows]


def _missing(session: Session, caller: Caller, round_id: str) -> Counter[str]:
    query = select(UnmetComponent.need_id, UnmetComponent.missing).where(
        UnmetComponent.round_id == round_id, col(UnmetComponent.need_id).in_(ids_in_hand(caller))
    )
    found = Counter[str]()
    for need, missing in session.exec(query).all():
        found[need] += missing
    return found


def _needs(
    session: Session, caller: Caller, given: Sequence[_Given], missing: Counter[str]
) -> list[NeedSide]:
    filled = Counter[str]()
    for place in given:
        filled[place.need] += place.experts
    rows = find_needs(session, {*filled, *missing})
    note_lines(session, caller, list(rows.values()))
    sides = [
        NeedSide(id_, row.title, row.language, filled[id_], filled[id_] + missing[id_])
        for id_, row in rows.items()
    ]
    # What got least of what it asked for stands first: there is work to do.
    return sorted(sides, key=lambda side: (side.filled / side.wanted, side.title.casefold(), side.need))


def _providers(session: Session, given: Sequence[_Given], language: str) -> list[ProviderSide]:
    names = {
        id_: translate(INDIVIDUAL, language) if row.type == HOLDS_A_PERSON else row.name
        for id_, row in find_stakeholders(session, {place.provider for place in given}).items()
    }
    experts, needs = Counter[str](), set[tuple[str, str]]()
    for place in given:
        experts[place.provider] += place.experts
        needs.add((place.provider, place.need))
    served = Counter(provider for provider, _ in needs)
    sides = [ProviderSide(names[id_], number, served[id_]) for id_, number in experts.items()]
    return sorted(sides, key=lambda side: (-side.experts, -side.needs, side.name.casefold()))


def _dialogues(
    session: Session, given: Sequence[_Given], needs: Sequence[NeedSide], language: str
) -> list[DialogueSide]:
    members: dict[str, set[str]] = {}
    for place in list_memberships(session, clock.today()):
        if place.kind == "dialogue" and place.role in TAKES_PART:
            members.setdefault(place.group, set()).add(place.state)
    around = surroundings_of(session, list(find_needs(session, [side.need for side in needs]).values()))
    asking = {side.need: set(around.states_of(side.need)) for side in needs}
    giving = states_of(session, {place.provider for place in given})
    sides = [
        _dialogue(code, name, members.get(code, set()), needs, asking, given, giving)
        for code, name in group_names(session, "dialogue", language).items()
    ]
    shown = [side for side in sides if side.needs or side.given]
    return sorted(shown, key=lambda side: (-side.needs, -side.given, side.name.casefold()))


def _dialogue(
    code: str,
    name: str,
    members: set[str],
    needs: Sequence[NeedSide],
    asking: Mapping[str, set[str]],
    given: Sequence[_Given],
    giving: Mapping[str, list[str]],
) -> DialogueSide:
    own = [side for side in needs if members & asking[side.need]]
    return DialogueSide(
        name=name,
        address=address_of("dialogue", code),
        needs=len(own),
        filled=sum(side.filled for side in own),
        wanted=sum(side.wanted for side in own),
        given=sum(place.experts for place in given if members.intersection(giving[place.provider])),
    )


def group_bars(figures: Mapping[str, Any], language: str) -> list[Bar]:
    """Return which part of each group's needs got something, and what came from the South to the South."""
    bars = [
        Bar(
            translate(GROUPS[row["group"]], language),
            row["served"],
            row["needs"],
            row["served"] / row["needs"],
        )
        for row in figures.get("groups", ())
        if row["needs"]
    ]
    south = figures.get("south_south")
    if south and south["known"]:
        known, seats = south["known"], south["seats"]
        bars.append(Bar(translate(SOUTH_SOUTH, language), seats, known, min(seats / known, 1.0)))
    return bars


def load_bars(figures: Mapping[str, Any], teller: Teller) -> list[Bar]:
    """Return the states that would give most, each beside the first of them."""
    rows = figures.get("most_loaded_states", ())
    most = max((row["seats"] for row in rows), default=1)
    return [Bar(teller.state(row["state"]), row["seats"], 0, row["seats"] / most) for row in rows]
