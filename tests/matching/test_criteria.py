"""What each criterion gives, on small worlds that can be checked by hand."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from matching.criteria import CRITERIA
from matching.criteria.neutral import NEUTRAL
from matching.outcome import CriterionScore
from matching.pairs.candidates import find_candidates
from matching.policy import WEIGHTS, Policy
from matching.problem import (
    Component,
    Delivery,
    Expertise,
    Group,
    Language,
    Membership,
    MonthlyBooking,
    Party,
    State,
)
from tests.matching.worlds import STATES, need, offer, party, problem, state

POLICY = Policy(text_model="character-ngrams", minimum_score=1)
FRENCH = (Language(code="fr"),)


def _all(asked: dict[str, Any], offered: dict[str, Any], **fields: Any) -> dict[str, CriterionScore]:
    world = problem(needs=(need(**asked),), offers=(offer(**offered),), **fields)
    return {item.criterion: item for item in find_candidates(world, POLICY).explain_pair(0, 0).criteria}


def _component(**fields: Any) -> dict[str, Any]:
    return {"components": (Component(**({"id": "N1.1", "area": "EXP-RET"} | fields)),)}


def _evidence(score: CriterionScore) -> set[str]:
    return {item for reason in score.reasons for item in reason.evidence}


def test_there_is_a_criterion_for_every_weight() -> None:
    """The policy, the criteria and the table of neutral values name the same, in one order."""
    assert list(CRITERIA) == list(WEIGHTS) == list(NEUTRAL)


TOPICS = [
    ("EXP-RET", ("T2-05",), ("EXP-RET",), ("T2-05",), 1.0, "area:EXP-RET"),
    ("EXP-RET", ("T2-05",), ("EXP-RET",), (), 0.9, "area:EXP-RET"),
    ("EXP-RET", ("T1-01",), (), ("T1-01",), 0.8, "commitment:T1-01"),
    (None, ("T1-01",), ("EXP-DATA",), ("T1-01",), 0.8, "commitment:T1-01"),
    ("EXP-RET", ("T2-05",), ("EXP-DATA",), ("T2-05",), 0.65, "commitment:T2-05"),
    ("EXP-RET", ("T1-01a",), ("EXP-DATA",), ("T1-01a",), 0.65, "commitment:T1-01a"),
    ("EXP-RET", ("T1-01",), ("EXP-DATA",), ("T1-01",), 0.35, "commitment:T1-01"),
    ("EXP-RET", ("T1-01",), ("EXP-DATA",), ("T1-01a",), 0.3, "commitment:T1-01a"),
    ("EXP-RET", ("T3-01",), ("EXP-ASY",), (), 0.25, "area:EXP-ASY"),
    ("EXP-RET", (), ("EXP-DATA",), ("T2-05",), 0.25, "commitment:T2-05"),
    ("EXP-RET", ("T2-05",), ("EXP-DATA",), (), 0.2, "area:EXP-DATA"),
    (None, ("T1-01",), (), ("T1-01a",), 0.5, "commitment:T1-01a"),
    (None, ("T1-01a",), (), ("T1-01",), 0.5, "commitment:T1-01"),
    (None, ("T3-01",), ("EXP-ASY",), (), 0.4, "area:EXP-ASY"),
    ("EXP-ASY", (), (), ("T3-01",), 0.4, "commitment:T3-01"),
    (None, ("T2-01",), (), ("T2-05",), 0.2, "commitment:T2-05"),
]


@pytest.mark.parametrize(("area", "wanted", "areas", "given", "value", "evidence"), TOPICS)
def test_topic_goes_from_area_to_theme(
    area: str | None,
    wanted: tuple[str, ...],
    areas: tuple[str, ...],
    given: tuple[str, ...],
    value: float,
    evidence: str,
) -> None:
    """Each level of sharing has its published value, and names the codes that are shared."""
    expertise = tuple(Expertise(area=code) for code in areas)
    found = _all(
        _component(area=area) | {"commitments": wanted}, {"expertise": expertise, "commitments": given}
    )
    assert found["topic"].value == value
    assert found["topic"].known
    assert {evidence, "offer:O1"} <= _evidence(found["topic"])


def test_topic_is_unknown_where_a_side_is_silent() -> None:
    """An offer without area and commitment gets the neutral value, marked as not known."""
    found = _all({}, {"expertise": (), "commitments": ()})["topic"]
    assert (found.value, found.known, found.reasons) == (NEUTRAL["topic"], False, ())


def test_meaning_ranks_texts() -> None:
    """A text on the matter is nearer than one on another; no text is unknown."""
    near = _all({"text": "return home"}, {"text": "returning home"})["meaning"]
    far = _all({"text": "return home"}, {"text": "civil registers"})["meaning"]
    silent = _all({"text": "return home"}, {})["meaning"]
    assert near.value > far.value
    assert (silent.value, silent.known) == (NEUTRAL["meaning"], False)


@pytest.mark.parametrize(
    ("modality", "delivery", "modalities", "modes", "value", "known"),
    [
        ("MOD-TRAIN", None, ("MOD-TRAIN",), None, 0.875, True),
        ("MOD-TRAIN", None, ("MOD-STUDY",), None, 0.125, True),
        ("MOD-TRAIN", "remote", ("MOD-TRAIN",), ("hybrid",), 1.0, True),
        ("MOD-TRAIN", "remote", ("MOD-TRAIN",), ("in_requesting_country",), 0.75, True),
        ("MOD-TRAIN", None, None, ("remote",), 0.5, False),
        (None, None, ("MOD-TRAIN",), None, 0.5, False),
    ],
)
def test_modality_and_mode(
    modality: str | None,
    delivery: Any,
    modalities: Any,
    modes: Any,
    value: float,
    known: bool,  # noqa: FBT001 - one expectation of the table
) -> None:
    """Three quarters the modality, a quarter the mode of delivery, each neutral where a side is silent."""
    asked = _component(modality=modality) | {"delivery": delivery}
    found = _all(asked, {"modalities": modalities, "modes": modes})["modality"]
    assert (found.value, found.known) == (value, known)


@pytest.mark.parametrize(
    ("asked", "offered", "value", "known", "code"),
    [
        (FRENCH, FRENCH, 1.0, True, "common_language"),
        ((), FRENCH, 1.0, True, "any_language"),
        (FRENCH, (Language(code="en"),), 0.25, True, "interpretation_needed"),
        (FRENCH, None, 0.6, False, "official_language"),
        (None, FRENCH, 0.6, False, "official_language"),
        (None, (Language(code="es"),), 0.2, False, None),
        (None, None, 0.6, False, "official_language"),
    ],
)
def test_stated_languages_come_first(
    asked: Any,
    offered: Any,
    value: float,
    known: bool,  # noqa: FBT001 - one expectation of the table
    code: str | None,
) -> None:
    """Both stated: known. Otherwise official languages are weaker evidence, and marked as not known."""
    found = _all(_component(languages=asked) | {"interpretation": True}, {"languages": offered})["language"]
    assert (found.value, found.known) == (value, known)
    assert [reason.code for reason in found.reasons] == ([code] if code else [])


def test_membership_adds_up_over_groups() -> None:
    """Two shared groups give more than one, a place that counts nothing none; no group at all is unknown."""
    by_state = {code: _all({}, {"party": f"P-{code}"})["membership"] for code in STATES}
    assert by_state["BBB"].value > by_state["DDD"].value > by_state["CCC"].value == 0
    assert _evidence(by_state["BBB"]) == {"dialogue:WEST", "regional_body:WEST"}
    assert _evidence(by_state["DDD"]) == {"dialogue:WEST"}
    assert by_state["FFF"].known is False


def _shares_group_as(role: Any) -> CriterionScore:
    """Return what a member and a state of that role share; both are in some other group as well."""
    groups = tuple(Group(kind="dialogue", code=code) for code in "GHI")
    members = (
        Membership(kind="dialogue", group="G", state="AAA", role="member"),
        Membership(kind="dialogue", group="G", state="BBB", role=role),
        Membership(kind="dialogue", group="H", state="AAA", role="member"),
        Membership(kind="dialogue", group="I", state="BBB", role="member"),
    )
    return _all({}, {}, groups=groups, memberships=members)["membership"]


@pytest.mark.parametrize(
    ("role", "share"),
    [("participant", 1), ("associate", 1), ("suspended", 1), ("partner", 0.5), ("observer", 0.5)],
)
def test_what_a_place_counts(role: str, share: float) -> None:
    """A suspended member is still one; partners and observers count half."""
    assert _shares_group_as(role).value == pytest.approx(share * _shares_group_as("member").value, rel=1e-4)


@pytest.mark.parametrize("role", ["unclear", "disputed", "withdrawn", "former_member", "inactive"])
def test_a_doubtful_place_counts_nothing(role: str) -> None:
    """Until a person confirms it, a doubtful membership gives nothing and is no evidence."""
    found = _shares_group_as(role)
    assert (found.value, found.known, found.reasons) == (0, True, ())


def test_a_small_group_says_more_than_one_of_everybody() -> None:
    """Sharing a group of two gives more than sharing a group of all."""

    def shared(states: tuple[str, ...]) -> float:
        rows = tuple(Membership(kind="dialogue", group="G", state=code, role="member") for code in states)
        return _all({}, {}, groups=(Group(kind="dialogue", code="G"),), memberships=rows)["membership"].value

    assert shared(("AAA", "BBB")) > shared(STATES) > 0


def test_proximity_is_distance_or_neighbourhood() -> None:
    """The same subregion beats another continent; an unknown place is neutral and marked."""
    near, far = _all({}, {"party": "P-BBB"})["proximity"], _all({}, {"party": "P-EEE"})["proximity"]
    unknown = _all({}, {"party": "P-FFF"})["proximity"]
    assert near.value > 0.69
    assert far.value < 0.05
    assert near.reasons[0].params["km"] == pytest.approx(1190, abs=20)
    assert (unknown.value, unknown.known) == (NEUTRAL["proximity"], False)


def test_peers_are_alike() -> None:
    """A neighbour of nearly the same income is more of a peer than a rich state far away."""
    peer, other = _all({}, {"party": "P-BBB"})["similarity"], _all({}, {"party": "P-DDD"})["similarity"]
    assert peer.value > 0.5 > other.value
    assert peer.reasons[0].evidence == ("state:AAA", "state:BBB")


def test_a_party_without_a_state_is_neutral_about_places() -> None:
    """An organisation has no neighbours, no memberships and no region: unknown, never against it."""
    organisation = Party(id="P-UN", type="un_entity", name="An organisation")
    parties = (*(party(code) for code in STATES), organisation)
    found = _all({}, {"party": "P-UN"}, parties=parties)
    for name in ("membership", "proximity", "similarity", "south_south", "relations", "agenda"):
        assert (found[name].value, found[name].known) == (NEUTRAL[name], False)


def test_several_states_count_with_their_best_pair() -> None:
    """A joint need with a joint pool is as near as the nearest two of them."""
    parties = (*(party(code) for code in STATES), party("BBB", id="P-POOL", states=("BBB", "DDD", "EEE")))
    joint = _all({"requesters": ("P-AAA", "P-DDD")}, {"party": "P-POOL"}, parties=parties)["proximity"]
    alone = _all({"requesters": ("P-DDD",)}, {"party": "P-POOL"}, parties=parties)["proximity"]
    assert joint.value == alone.value == 1


def test_availability_is_months_and_capacity() -> None:
    """Half the months open and half the capacity left give a half; held back keeps little of it."""
    window = {"starts_on": date(2027, 3, 1), "ends_on": date(2027, 4, 30)}
    booked = (MonthlyBooking(month="2027-03", assignments=1),)
    half = {"months": (3,), "capacity": 2, "booked": booked}
    found = _all(window, half)["availability"]
    assert (found.value, found.known) == (0.5, True)
    assert {reason.code: reason.params for reason in found.reasons} == {
        "months_open": {"months": 1, "of": 2},
        "capacity_left": {"left": 1, "capacity": 2},
    }
    assert _all(window, half | {"held_back": True})["availability"].value == 0.2
    assert _all(window | {"urgency": "emergency"}, half | {"held_back": True})["availability"].value == 0.5


def _delivery(number: int = 1, **fields: Any) -> Delivery:
    given = {"id": f"D{number}", "requesters": ("CCC",), "areas": ("EXP-RET",), "commitments": ("T2-05",)}
    return Delivery(**(given | {"year_to": 2027} | fields))


def _track(*deliveries: Delivery, **offered: Any) -> float:
    return _all({}, offered, deliveries=deliveries)["track_record"].value


def test_own_deliveries_count_more_than_the_states() -> None:
    """What the party did itself counts more than what its state did; another state's counts nothing."""
    own = _track(_delivery(parties=("P-BBB",)))
    assert own > _track(_delivery(providers=("BBB",))) > _track(_delivery(providers=("DDD",))) == 0


def test_track_record_fades_and_follows_rating_and_topic() -> None:
    """Fresh beats old, well rated beats badly rated, the topic beats another topic, two beat one."""
    fresh = _track(_delivery(providers=("BBB",)))
    assert fresh > _track(_delivery(providers=("BBB",), year_to=2015)) > 0
    assert _track(_delivery(providers=("BBB",), rating=1.0)) > fresh
    assert fresh > _track(_delivery(providers=("BBB",), rating=0.0)) > 0
    assert fresh > _track(_delivery(providers=("BBB",), areas=("EXP-ASY",), commitments=("T3-01",))) > 0
    assert _track(_delivery(1, providers=("BBB",)), _delivery(2, providers=("BBB",))) > fresh


def test_no_record_is_silence() -> None:
    """Nobody knows of a delivery: value 0, marked as not known, and no reason."""
    found = _all({}, {})["track_record"]
    assert (found.value, found.known, found.reasons) == (0, False, ())


def test_standing_relations_and_two_steps() -> None:
    """Help given before counts most; help to a peer of the requester counts a share, and names the peer."""
    direct = _all({}, {}, deliveries=(_delivery(requesters=("AAA",), providers=("BBB",)),))["relations"]
    turned = _all({}, {}, deliveries=(_delivery(requesters=("BBB",), providers=("AAA",)),))["relations"]
    steps = _all({}, {"party": "P-DDD"}, deliveries=(_delivery(requesters=("BBB",), providers=("DDD",)),))[
        "relations"
    ]
    assert direct.value > turned.value > 0
    assert direct.value > steps.value > 0
    assert direct.reasons[0].code == "worked_together"
    assert (steps.reasons[0].code, steps.reasons[0].params) == ("helped_a_peer", {"peer": "BBB"})
    assert "delivery:D1" in _evidence(steps)


@pytest.mark.parametrize(
    ("provider", "helped", "criteria"),
    [
        ("BBB", ("AAA", "BBB"), {"track_record", "relations"}),
        ("BBB", ("BBB", "AAA"), {"relations"}),
        ("DDD", ("BBB", "DDD"), {"track_record", "relations"}),
    ],
)
def test_help_told_on_the_needs_own_page_is_not_seen(
    provider: str, helped: tuple[str, str], criteria: set[str]
) -> None:
    """Direct, returned and two-step help, and the record, count from any page but the need's own."""
    page = "https://a.example/1"

    def seen(asked: str | None) -> set[str]:
        told = _delivery(requesters=helped[:1], providers=helped[1:], source=page)
        found = _all({"source": asked}, {"party": f"P-{provider}"}, deliveries=(told,))
        return {name for name in ("track_record", "relations") if found[name].known or found[name].reasons}

    assert seen(None) == seen("https://a.example/2") == criteria
    assert seen(page) == set()


def test_two_needs_of_one_requester_see_each_what_is_not_on_its_own_page() -> None:
    """Of two needs that differ only in their page, the same help counts for one and not for the other."""
    told = _delivery(requesters=("AAA",), providers=("BBB",), source="page 1")
    needs = tuple(need(number, source=f"page {number}") for number in (1, 2))
    found = find_candidates(problem(needs=needs, deliveries=(told,)), POLICY)
    known = {
        found.components[index][0].id: {
            item.criterion: item.known for item in found.explain_pair(index, 0).criteria
        }["relations"]
        for index in (0, 1)
    }
    assert known == {"N1": False, "N2": True}


def test_evidence_rises_with_who_vouches() -> None:
    """Silence is least, a rated authority is most, and a fresh offer is more than an old one."""

    def value(confirmed_on: date | None = None, **expertise: Any) -> float:
        offered = {"expertise": (Expertise(area="EXP-RET", **expertise),), "confirmed_on": confirmed_on}
        return _all({}, offered)["evidence"].value

    proven = {"proficiency": "authority", "evidence": "delivered_and_rated"}
    fresh, old = date(2027, 1, 1), date(2020, 1, 1)
    assert value(fresh, **proven) > value(old, **proven) > value(old, evidence="self_declared") > 0
    assert value(fresh) > value(old)
    assert value(fresh) > value(None)


def test_what_nobody_stated_lowers_evidence() -> None:
    """Each of languages, capacity, months and modalities that is stated lifts it by the same step."""
    stated = {"languages": (), "months": (1,), "modalities": ()}
    values = [_all({}, dict(list(stated.items())[:count]))["evidence"].value for count in range(4)]
    steps = [after - before for before, after in pairwise(values)]
    assert steps == pytest.approx([0.0625] * 3)


def test_south_south() -> None:
    """Two states below high income; one of high income is known to be none; an unknown income is unknown."""
    assert _all({}, {"party": "P-BBB"})["south_south"].value == 1
    north, unknown = _all({}, {"party": "P-DDD"})["south_south"], _all({}, {"party": "P-FFF"})["south_south"]
    assert (north.value, north.known) == (0, True)
    assert (unknown.value, unknown.known) == (0, False)


def test_priority_adds_up_without_passing_one() -> None:
    """Least developed counts; being new counts on top; a rich old hand has none."""
    parties = (*(party(code) for code in STATES if code != "AAA"), party("AAA", first_time=True))
    least, also_new = _all({}, {})["priority"], _all({}, {}, parties=parties)["priority"]
    none = _all({"requesters": ("P-DDD",)}, {})["priority"]
    assert (least.value, also_new.value, none.value) == (0.5, 0.7, 0)
    assert _evidence(also_new) == {"state:AAA", "party:P-AAA"}
    assert not none.known


def test_agenda_needs_a_shared_group_with_the_topic() -> None:
    """The commitment on the agenda counts full, the theme half, a concluded dialogue nothing."""
    full = _all({"commitments": ("T2-05",)}, {})["agenda"]
    theme = _all({"commitments": ("T2-01",)}, {})["agenda"]
    over = _all({"commitments": ("T1-01",)}, {"party": "P-CCC"})["agenda"]
    assert (full.value, theme.value, over.value) == (1, 0.5, 0)
    assert _evidence(full) == {"dialogue:WEST"}


def test_wishes_of_both_sides() -> None:
    """No wish is the middle; each wish lifts it; an offer meant for others goes below."""
    none, preferred = _all({}, {})["wishes"], _all({"preferred": ("P-BBB",)}, {})["wishes"]
    both = _all({"preferred": ("P-BBB",)}, {"prefers": ("P-AAA",), "targets": ("AAA",)})["wishes"]
    others = _all({}, {"targets": ("CCC",)})["wishes"]
    assert (none.value, none.known) == (0.5, False)
    assert both.value == 1 > preferred.value > 0.5 > others.value
    assert {reason.code for reason in both.reasons} == {
        "preferred_by_requester",
        "preferred_by_provider",
        "meant_for_requester",
    }


def test_facts_of_a_state_that_nobody_knows_are_no_argument() -> None:
    """A world of one state without any fact gives neutral places, and no fault."""
    found = _all(
        {}, {}, states=(State(code="AAA"), State(code="BBB"), *(state(code) for code in STATES[2:])),
        groups=(), memberships=(),
    )  # fmt: skip
    assert {name for name in ("membership", "proximity", "similarity") if found[name].known} == set()
