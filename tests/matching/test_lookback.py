"""Looking back: what an asked case may see, and how states are ranked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from matching import rank
from matching.errors import UnknownSetting
from matching.lookback.baselines import by_popularity, by_tags
from matching.lookback.cases import KnownCase, KnownOffer, World
from matching.lookback.learning import judged
from matching.lookback.looking import Look, look_back
from matching.lookback.posing import pose, state_of
from matching.lookback.protocols import PROTOCOLS, Facts, Protocol, chosen_protocol, visible_to
from matching.lookback.scoring import NAMES, see
from matching.problem import Area, Commitment, Group, Membership, State
from matching.text import RememberedTexts, load_text_model

AS_OF = date(2027, 1, 1)
TEXT = RememberedTexts(load_text_model("character-ngrams"))
PLACES = {
    "AAA": (10, 10),
    "BBB": (12, 10),
    "CCC": (50, 5),
    "DDD": (52, 8),
    "EEE": (-5, 110),
    "FFF": (-8, 115),
}
WORLD = World(
    as_of=AS_OF,
    modalities=("MOD-STUDY", "MOD-TRAIN"),
    states=tuple(
        State(code=code, latitude=float(north), longitude=float(east), languages=(code[:1].lower(),))
        for code, (north, east) in PLACES.items()
    ),
    commitments=(Commitment(code="T1-01", theme="T1"), Commitment(code="T2-01", theme="T2")),
    areas=(Area(code="EXP-ASY", commitments=("T1-01",)),),
    groups=(Group(kind="regional_body", code="BODY"),),
    memberships=tuple(
        Membership(kind="regional_body", group="BODY", state=state, role="member") for state in ("AAA", "BBB")
    ),
    can_provide=tuple(sorted(PLACES)),
)
ASKED = KnownCase(
    id="Q",
    requesters=("AAA",),
    text="training of asylum officers",
    theme="T1",
    commitments=("T1-01",),
    modalities=("MOD-TRAIN",),
    year_start=2020,
    year_end=2021,
    providers=("FFF",),
    source="https://example.org/q",
)
KNOWN = (
    KnownCase(
        "K1", ("BBB",), None, "asylum training", "T1", ("T1-01",), ("MOD-TRAIN",), 2010, 2012, ("CCC",)
    ),
    KnownCase("K2", ("EEE",), None, "border posts", "T2", ("T2-01",), ("MOD-STUDY",), 2013, 2014, ("DDD",)),
    KnownCase("K3", ("AAA",), None, "police work", "T2", ("T2-01",), (), 2022, 2023, ("CCC", "EEE")),
)
OFFERS = (
    KnownOffer("O1", ("DDD",), "courses on asylum", ("T1-01",), ("EXP-ASY",), ("MOD-TRAIN",), 2011, 2015),
    KnownOffer("O2", ("EEE",), "visits to border posts", ("T2-01",), (), ("MOD-STUDY",), 2018, None),
)
FACTS = Facts(KNOWN, OFFERS)
LEAK = replace(ASKED, id="LEAK", requesters=("BBB",))
LEAKING_OFFER = KnownOffer("LEAK", ("FFF",), ASKED.text, ("T1-01",), ("EXP-ASY",), ("MOD-TRAIN",), 2001, 2002)


def _look(facts: Facts, protocol: Protocol = "leave-one-out", asked: KnownCase = ASKED) -> Look:
    return look_back(lambda _day: WORLD, facts, [asked], protocol, as_of=AS_OF, text=TEXT)[0]


def _said(look: Look) -> object:
    return (
        look.ranking,
        look.popularity,
        look.tags,
        look.judged,
        look.without,
        look.weighing,
        look.team.states,
    )


def _with(*records: KnownCase | KnownOffer) -> Facts:
    cases = tuple(record for record in records if isinstance(record, KnownCase))
    offers = tuple(record for record in records if isinstance(record, KnownOffer))
    return Facts((*KNOWN, *cases), (*OFFERS, *offers))


LEAKS: dict[str, Facts] = {
    "the case itself": _with(ASKED),
    "the case under another page": _with(replace(ASKED, source="https://example.org/elsewhere")),
    "a delivery on its page": _with(replace(LEAK, year_start=2001, year_end=2002)),
    "a delivery on its page, written otherwise": _with(replace(LEAK, source="http://EXAMPLE.org/q/")),
    "an offer on its page": _with(replace(LEAKING_OFFER, source=ASKED.source)),
}
LATER: dict[str, Facts] = {
    "a case that ended later": _with(replace(LEAK, source=None, year_start=2019, year_end=2020)),
    "a case without an end": _with(replace(LEAK, source=None, year_start=2001, year_end=None)),
    "an offer that ended later": _with(replace(LEAKING_OFFER, year_to=2020)),
    "an offer without an end": _with(replace(LEAKING_OFFER, year_to=None)),
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_changes_nothing(leak: str, protocol: Protocol) -> None:
    """What stands on a case's own page, and the case itself, leave no trace in what is said of it."""
    assert _said(_look(LEAKS[leak], protocol)) == _said(_look(FACTS, protocol))


@pytest.mark.parametrize("later", LATER)
def test_what_had_not_ended_is_not_seen_earlier(later: str) -> None:
    """Under *earlier* nothing counts that ended in the year of the case or after it, or bears no date."""
    assert _said(_look(LATER[later], "earlier")) == _said(_look(FACTS, "earlier"))


@pytest.mark.parametrize("planted", [replace(LEAK, source=None), LEAKING_OFFER], ids=["case", "offer"])
def test_the_same_on_another_page_is_seen(planted: KnownCase | KnownOffer) -> None:
    """The leaks above would show, if they were seen: on another page the same record lifts its state."""
    before, after = _look(FACTS), _look(_with(planted))
    assert after.ranking.index("FFF") < before.ranking.index("FFF")
    assert _said(after) != _said(before)


def test_who_helped_is_not_read_of_an_asked_case() -> None:
    """The answer to an asked case, and how long it took, change nothing but the comparison."""
    other = replace(ASKED, providers=("CCC", "BBB"), year_end=2025)
    assert _look(FACTS, asked=other).ranking == _look(FACTS).ranking
    assert _look(FACTS, asked=other).weighing == _look(FACTS).weighing


def test_a_case_without_a_date_sees_nothing_earlier() -> None:
    """Nothing is known to have ended before a case of which nobody knows when it began."""
    asked = replace(ASKED, year_start=None, year_end=None)
    assert visible_to(FACTS, asked, "earlier") == Facts((), ())


def test_every_other_state_has_one_place() -> None:
    """All states that could provide are ranked once, and none that asks."""
    for asked in (
        ASKED,
        replace(ASKED, requesters=("AAA", "CCC")),
        replace(ASKED, requesters=(), body="BODY"),
    ):
        for ranking in (_look(FACTS, asked=asked).ranking, _look(FACTS, asked=asked).popularity):
            assert sorted(ranking) == sorted(set(PLACES) - set(asked.requesters))


def test_order_does_not_matter() -> None:
    """Neither the order of the facts nor that of the asked cases changes what is said of a case."""
    asked = [ASKED, KNOWN[0], KNOWN[2]]
    there = look_back(lambda _day: WORLD, FACTS, asked, as_of=AS_OF, text=TEXT)
    facts = Facts(KNOWN[::-1], OFFERS[::-1])
    back = look_back(lambda _day: WORLD, facts, asked[::-1], as_of=AS_OF, text=TEXT)
    assert [look.case.id for look in there] == ["Q", "K1", "K3"]
    assert [_said(look) for look in there] == [_said(look) for look in back[::-1]]


def test_scores_are_the_engines_own() -> None:
    """The score of each offer is the one that the engine gives it where it ranks one need."""
    seen = see(WORLD, FACTS, [ASKED], AS_OF, TEXT)["Q"]
    weighing = judged()
    problem = pose(WORLD, FACTS, [ASKED], AS_OF)
    ranked = rank(problem, "Q/AAA", weighing.policy(), limit=100, text=TEXT)
    of_state: dict[str, list[int]] = {}
    for candidate in ranked:
        state = next(state_of(offer) for offer in problem.offers if offer.id == candidate.offer)
        of_state.setdefault(state, []).append(candidate.score)
    weights = weighing.points / weighing.sharpness
    for place, state in enumerate(seen.states):
        ours = sorted((seen.values[seen.state == place] @ weights * 10_000).tolist())
        assert ours == pytest.approx(sorted(of_state[state]), abs=0.51)


def test_switching_a_criterion_off_takes_its_share_away() -> None:
    """Without a criterion the ranking is that of the others alone."""
    seen = see(WORLD, FACTS, [ASKED], AS_OF, TEXT)["Q"]
    off = judged().without("relations")
    changed = seen.values.copy()
    changed[:, NAMES.index("relations")] = 0.7
    assert replace(seen, values=changed).ranking(off) == seen.ranking(off)


def test_popularity_counts_visible_cases() -> None:
    """Worked by hand: CCC helped twice, DDD and EEE once, ties by code, the requester left out."""
    ranking = by_popularity(WORLD, visible_to(FACTS, ASKED, "leave-one-out"), ASKED)
    assert ranking == ("CCC", "DDD", "EEE", "BBB", "FFF")


def test_tags_count_as_published() -> None:
    """Worked by hand: DDD offers the commitment, 3 and 0.5; CCC helped with it once, 2 and 0.3; EEE never."""
    ranking = by_tags(WORLD, visible_to(FACTS, ASKED, "leave-one-out"), ASKED)
    assert ranking == ("DDD", "CCC", "BBB", "EEE", "FFF")


def test_an_unknown_protocol_is_refused() -> None:
    """A protocol that does not exist is named, with those that do."""
    assert [chosen_protocol(name) for name in PROTOCOLS] == list(PROTOCOLS)
    with pytest.raises(UnknownSetting) as refused:
        chosen_protocol("hindsight")
    assert refused.value.known == PROTOCOLS


def test_all_stages_are_told() -> None:
    """Whoever waits is told how many cases are done."""
    told: list[tuple[str, int, int]] = []
    tell: Callable[[str, int, int], None] = lambda *stage: told.append(stage)  # noqa: E731 - it only takes notes
    look_back(lambda _day: WORLD, FACTS, [ASKED, KNOWN[1]], as_of=AS_OF, text=TEXT, told=tell)
    assert told[-1][1:] == (2, 2)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
