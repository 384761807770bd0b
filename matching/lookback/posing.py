"""From documented cases to a problem of the engine.

Each state that asks asks for itself: a joint case has one need per state, and what an offer is worth to it
is the mean. Every state that could provide stands ready: with nothing said about it, with an offer for each
case in which it helped, and with its published offers.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from matching.lookback.cases import KnownCase, KnownOffer, World, page
from matching.lookback.protocols import Facts
from matching.problem import Component, Delivery, Expertise, Need, Offer, Party, Problem

NO_STATE = "asking"


def pose(world: World, seen: Facts, asked: Sequence[KnownCase], as_of: date) -> Problem:
    """Return the problem in which the asked cases are needs and what they see is on offer.

    Parameters
    ----------
    world : World
        States, groups and code lists.
    seen : Facts
        What all the asked cases see; each need bears its page, so that the engine hides what stands there.
    asked : sequence of KnownCase
        Only what a requester knows is taken from them.
    as_of : date
        The day on which they are asked.

    Returns
    -------
    Problem
        Offer ids end in the code of the providing state, need ids begin with the id of the case.
    """
    asking = sorted({state for case in asked for state in _askers(world, case)})
    providing = set(world.can_provide)
    offers = [
        *(Offer(id=f"any/{state}", party=state) for state in world.can_provide),
        *(offer for case in seen.cases for offer in _of_help(case, providing)),
        *(offer for known in seen.offers for offer in _published(known, providing)),
    ]
    return Problem(
        as_of=as_of,
        modalities=world.modalities,
        states=world.states,
        commitments=world.commitments,
        areas=world.areas,
        groups=world.groups,
        memberships=world.memberships,
        parties=(*_parties(world.can_provide), *_asking(asking)),
        needs=tuple(need for case in asked for need in _needs(world, case)),
        offers=tuple(offers),
        deliveries=tuple(_delivery(world, case) for case in seen.cases if case.helpers),
    )


def state_of(offer: Offer) -> str:
    """Return the state that makes an offer of a posed problem."""
    return offer.id.rpartition("/")[2]


def case_of(need: Need) -> str:
    """Return the id of the case that a need of a posed problem is of."""
    return need.id.rpartition("/")[0]


def _askers(world: World, case: KnownCase) -> tuple[str, ...]:
    """Return the states that ask; the members where a regional body asks; nobody known, if it has none."""
    return tuple(sorted(set(case.requesters))) or world.members(case.body) or (NO_STATE,)


def _parties(states: Iterable[str]) -> list[Party]:
    return [Party(id=state, type="ministry_or_agency", name=state, states=(state,)) for state in states]


def _asking(askers: Iterable[str]) -> list[Party]:
    return [
        Party(
            id=f"asking/{state}",
            type="ministry_or_agency",
            name=state,
            states=() if state == NO_STATE else (state,),
        )
        for state in askers
    ]


def _needs(world: World, case: KnownCase) -> list[Need]:
    return [
        Need(
            id=f"{case.id}/{state}",
            requesters=(f"asking/{state}",),
            components=tuple(
                Component(id=f"{case.id}/{state}/{number}", modality=modality)
                for number, modality in enumerate(case.modalities or (None,))
            ),
            commitments=case.commitments,
            text=case.text,
            source=page(case),
        )
        for state in _askers(world, case)
    ]


def _of_help(case: KnownCase, providing: set[str]) -> list[Offer]:
    """Return what a case says about those who helped: each could do it again."""
    return [
        Offer(
            id=f"help/{case.id}/{state}",
            party=state,
            commitments=case.commitments,
            modalities=case.modalities or None,
            text=case.text,
            source=page(case),
        )
        for state in case.helpers
        if state in providing
    ]


def _published(known: KnownOffer, providing: set[str]) -> list[Offer]:
    return [
        Offer(
            id=f"offer/{known.id}/{state}",
            party=state,
            expertise=tuple(Expertise(area=area) for area in known.areas),
            commitments=known.commitments,
            modalities=known.modalities or None,
            text=known.text,
            source=page(known),
        )
        for state in sorted(set(known.providers) & providing)
    ]


def _delivery(world: World, case: KnownCase) -> Delivery:
    return Delivery(
        id=case.id,
        requesters=tuple(state for state in _askers(world, case) if state != NO_STATE),
        providers=case.helpers,
        commitments=case.commitments,
        modalities=case.modalities,
        text=case.text,
        year_from=case.year_start,
        year_to=case.year_end,
        source=page(case),
    )
