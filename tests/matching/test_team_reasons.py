"""What is said of a team as a team: who covers what, and how well it works together."""

from typing import Any

from matching.outcome import Reason
from matching.policy import Policy
from matching.problem import Component, Delivery, Expertise, Language, Problem
from matching.round import run_round
from tests.matching.worlds import need, offer, party, problem

POLICY = Policy(text_model="character-ngrams")
CODES = {  # each has its sentence in service/matches/reasons.py
    "member_covers",
    "team_language",
    "no_team_language",
    "team_language_unknown",
    "complementary_expertise",
    "states_delivered_together",
    "team_in_one_region",
    "team_across_regions",
}
PARTS = (Component(id="N1.1", area="EXP-RET"), Component(id="N1.2", area="EXP-DATA"))


def team(first: dict[str, Any], second: dict[str, Any], **fields: Any) -> dict[str, list[Reason]]:
    """The team's reasons by code, for a need that takes one offer about return and one about data."""
    data = {"party": "P-CCC", "expertise": (Expertise(area="EXP-DATA"),), "commitments": ("T2-01",)}
    world = problem(needs=(need(components=PARTS),), offers=(offer(1, **first), offer(2, **(data | second))))
    return told(world.model_copy(update=fields))


def told(world: Problem) -> dict[str, list[Reason]]:
    """The reasons of the only proposal that are about the team, by code."""
    [proposal] = run_round(world, POLICY).proposals
    found: dict[str, list[Reason]] = {}
    for reason in proposal.reasons:
        if reason.code in CODES:
            found.setdefault(reason.code, []).append(reason)
    return found


def test_every_member_is_named_with_what_it_covers() -> None:
    """Each party has a line of its own with its components, experts, states and areas."""
    members = team({}, {})["member_covers"]
    assert sorted(member.evidence for member in members) == [
        ("state:BBB", "area:EXP-RET"),
        ("state:CCC", "area:EXP-DATA"),
    ]
    assert all(member.params == {"components": 1, "of": 2, "experts": 1} for member in members)


def test_a_team_of_one_for_one_component_is_not_a_team() -> None:
    """One party with one component gets no line about working together."""
    assert told(problem()) == {}


def test_language_is_common_missing_or_asked_for() -> None:
    """Known on both sides it is said, else it is asked; unknown never counts as missing."""
    french, both = (
        {"languages": tuple(Language(code=code) for code in codes)} for codes in (("fr",), ("fr", "en"))
    )
    english = {"languages": (Language(code="en"),)}
    assert team(french, both)["team_language"][0].params == {"languages": "fr"}
    assert "no_team_language" in team(french, english)
    assert "team_language_unknown" in team(french, {})


def test_states_that_helped_together_are_named_with_the_evidence() -> None:
    """Deliveries by two of the team's states count; those of one state, or on the need's own page, do not."""
    deliveries = (
        Delivery(id="D1", requesters=("EEE",), providers=("BBB", "CCC")),
        Delivery(id="D2", requesters=("EEE",), providers=("BBB", "DDD")),
        Delivery(id="D3", requesters=("EEE",), providers=("BBB", "CCC"), source="https://a.example/1"),
    )
    asked = need(components=PARTS, source="https://a.example/1")
    [reason] = team({}, {}, deliveries=deliveries, needs=(asked,))["states_delivered_together"]
    assert reason.params == {"deliveries": 1}
    assert reason.evidence == ("state:BBB", "state:CCC", "delivery:D1")


def test_regions_are_told_where_all_are_known() -> None:
    """One region, several, or nothing where the region of a state is unknown."""
    assert team({}, {})["team_in_one_region"][0].params == {"regions": 1, "own_region": True}
    assert team({}, {"party": "P-DDD"})["team_across_regions"][0].params == {"regions": 2, "own_region": True}
    unknown = team({}, {"party": "P-FFF"})
    assert not unknown.keys() & {"team_in_one_region", "team_across_regions"}


def test_one_provider_takes_both_components_where_that_costs_nothing() -> None:
    """Of two equally good offers for a component the one of the party that serves the other is taken."""
    twins = {"expertise": (Expertise(area="EXP-RET"),), "commitments": ("T2-05",), "capacity": 1}
    parts = (Component(id="N1.1", area="EXP-RET", slots=2),)
    offers = tuple(offer(number, party=name, **twins) for number, name in enumerate(("P-X", "P-Y", "P-Y"), 1))
    parties = (*problem().parties, party("BBB", id="P-X"), party("BBB", id="P-Y"))
    outcome = run_round(problem(needs=(need(components=parts),), offers=offers, parties=parties), POLICY)
    seated = {seat.offer for seat in outcome.proposals[0].seats}
    assert seated == {"O2", "O3"}
    assert outcome.figures.providers == 1
    assert outcome.figures.given_up_for_teams == 0
