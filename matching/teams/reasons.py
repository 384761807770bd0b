"""What a team is as a team: who covers what, and how well its members work together.

Only what is known is said. What nobody stated is asked where it matters (a language to work in); whether a
team is balanced between women and men is not said, because nobody's gender is in a problem.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from matching.outcome import Reason
from matching.pairs.candidates import Candidates
from matching.problem import Delivery, Offer
from matching.teams.assembling import Place, Team

DELIVERIES_NAMED = 3
"""Deliveries that a reason names as evidence at most; it counts all."""


def works_as_team(candidates: Candidates, team: Team) -> tuple[Reason, ...]:
    """Return who covers what in a team, and what speaks for and against its working together.

    Parameters
    ----------
    candidates : Candidates
        The pairs.
    team : Team
        A team with at least one place.

    Returns
    -------
    tuple of Reason
        ``member_covers`` for each party, in the order of content, where there are several parties or
        components. With several parties: ``team_language``, ``no_team_language`` or
        ``team_language_unknown``. With several provider states: ``states_delivered_together``, and
        ``team_in_one_region`` or ``team_across_regions`` where all regions are known.
        ``complementary_expertise`` where offers cover different areas.
    """
    members = _Members(candidates, team)
    found = [*members.coverage()]
    if len(members.parties) > 1:
        found.append(members.language())
    found += members.expertise()
    found += members.delivered_together()
    found += members.regions()
    return tuple(found)


class _Members:
    """The parties of a team, by content, with their places."""

    def __init__(self, candidates: Candidates, team: Team) -> None:
        self.candidates, self.team = candidates, team
        self.places = sorted(team.places, key=lambda place: place.by_content)
        self.offers = [candidates.offers[place.offer] for place in self.places]
        self.parties: dict[str, list[Place]] = defaultdict(list)
        for offer, place in sorted(
            zip(self.offers, self.places, strict=True), key=lambda pair: pair[1].offer
        ):
            self.parties[offer.party].append(place)
        known = candidates.prepared.party
        self.states = sorted({state for name in self.parties for state in known[name].states})

    def coverage(self) -> Iterator[Reason]:
        """Say what each party covers."""
        if len(self.parties) == 1 and len(self.team.components) == 1:
            return
        for name, places in self.parties.items():
            parts = {place.component for place in places}
            areas = {self.candidates.components[part][1].area for part in parts} - {None}
            states = self.candidates.prepared.party[name].states
            yield Reason(
                code="member_covers",
                params={
                    "components": len(parts),
                    "of": len(self.team.components),
                    "experts": sum(place.experts for place in places),
                },
                evidence=(*_named("state", states), *_named("area", sorted(map(str, areas)))),
            )

    def language(self) -> Reason:
        """Say in which languages all can work, as far as they stated any."""
        stated = [_languages(offer) for offer in self.offers]
        known = [languages for languages in stated if languages is not None]
        if len(known) < len(stated):
            return Reason(code="team_language_unknown")
        common = sorted(set.intersection(*known))
        if not common:
            return Reason(code="no_team_language")
        return Reason(code="team_language", params={"languages": " ".join(common)})

    def expertise(self) -> Iterator[Reason]:
        """Say that members bring different expertise."""
        areas: dict[str, set[int]] = defaultdict(set)
        for place in self.places:
            area = self.candidates.components[place.component][1].area
            if area is not None:
                areas[area].add(place.offer)
        offers = set().union(*areas.values()) if areas else set()
        if len(areas) > 1 and len(offers) > 1:
            yield Reason(
                code="complementary_expertise",
                params={"areas": len(areas)},
                evidence=_named("area", sorted(areas)),
            )

    def delivered_together(self) -> Iterator[Reason]:
        """Say which provider states have helped somebody together before."""
        if len(self.states) == 1:
            return
        source, own = self.team.need.source, set(self.states)
        joint = [
            item
            for item in self._joint_deliveries()
            if len(own.intersection(item.providers)) > 1 and (source is None or item.source != source)
        ]
        if joint:
            states = sorted(own.intersection(state for item in joint for state in item.providers))
            shown = [item.id for item in joint[:DELIVERIES_NAMED]]
            yield Reason(
                code="states_delivered_together",
                params={"deliveries": len(joint)},
                evidence=(*_named("state", states), *_named("delivery", shown)),
            )

    def _joint_deliveries(self) -> list[Delivery]:
        """Return the deliveries by several states in which a state of the team took part, by content."""
        by_state = self.candidates.prepared.once("joint deliveries by state", self._by_state)
        found = {item.id: (place, item) for state in self.states for place, item in by_state.get(state, ())}
        return [item for _, item in sorted(found.values(), key=lambda pair: pair[0])]

    def _by_state(self) -> dict[str, list[tuple[int, Delivery]]]:
        found: dict[str, list[tuple[int, Delivery]]] = defaultdict(list)
        for place, item in enumerate(self.candidates.prepared.deliveries.deliveries):
            if len(set(item.providers)) > 1:
                for state in set(item.providers):
                    found[state].append((place, item))
        return found

    def regions(self) -> Iterator[Reason]:
        """Say whether providers come from one region, and whether one is near the requester."""
        facts = self.candidates.prepared.once("regions of states", self._region_of)
        regions = {facts[state] for state in self.states}
        if len(self.states) == 1 or None in regions:
            return
        known = self.candidates.prepared.party
        asking = {facts[state] for name in self.team.need.requesters for state in known[name].states}
        code = "team_across_regions" if len(regions) > 1 else "team_in_one_region"
        yield Reason(
            code=code,
            params={"regions": len(regions), "own_region": bool(asking.intersection(regions))},
            evidence=_named("state", self.states),
        )

    def _region_of(self) -> dict[str, str | None]:
        return {state.code: state.region for state in self.candidates.problem.states}


def _languages(offer: Offer) -> set[str] | None:
    """Return the languages that an offer states, None where it states none."""
    return None if offer.languages is None else {item.code for item in offer.languages}


def _named(kind: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{kind}:{name}" for name in names)
