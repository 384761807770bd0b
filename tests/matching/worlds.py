"""Small worlds to test the engine in: builders for examples, and a strategy for properties.

The examples use invented states with codes of three letters (``AAA``), so that nothing here could be taken
for a statement about a real one.
"""

import json
import random
from datetime import date
from functools import cache
from typing import Any

from hypothesis import strategies as st

from matching.problem import (
    Area,
    Commitment,
    Component,
    Delivery,
    Expertise,
    Group,
    Language,
    Membership,
    MonthlyBooking,
    Need,
    Offer,
    Party,
    Pin,
    Problem,
    State,
)

AS_OF = date(2027, 1, 15)
STATES = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF")
AREAS = ("EXP-RET", "EXP-ASY", "EXP-DATA")
COMMITMENTS = ("T1-01", "T1-01a", "T2-01", "T2-05", "T3-01")
MODALITIES = ("MOD-TRAIN", "MOD-STUDY")
LANGUAGES = ("fr", "en", "es")
SOURCES = (None, "https://a.example/1", "https://a.example/2")
LEVELS = (None, "A1", "A2", "B1", "B2", "C1", "C2")

_FACTS: dict[str, dict[str, Any]] = {
    "AAA": {"region": "AF", "subregion": "AF-W", "income": "low", "ldc": True, "languages": ("fr",)},
    "BBB": {"region": "AF", "subregion": "AF-W", "income": "lower_middle", "languages": ("fr", "en")},
    "CCC": {"region": "AF", "subregion": "AF-E", "income": "upper_middle", "languages": ("en",)},
    "DDD": {"region": "EU", "subregion": "EU-N", "income": "high", "languages": ("en",)},
    "EEE": {"region": "OC", "subregion": "OC-P", "income": "upper_middle", "sids": True},
    "FFF": {},
}
_PLACES = {
    "AAA": (12.0, -8.0),
    "BBB": (6.0, 1.0),
    "CCC": (-1.0, 37.0),
    "DDD": (59.0, 18.0),
    "EEE": (-18.0, 178.0),
}


def state(code: str) -> State:
    """Return an invented state with its facts; ``FFF`` has none, so everything about it is unknown."""
    latitude, longitude = _PLACES.get(code, (None, None))
    return State(code=code, latitude=latitude, longitude=longitude, **_FACTS[code])


def reference_data() -> dict[str, Any]:
    """Return the codes that every world shares, as fields of a problem."""
    return {
        "as_of": AS_OF,
        "modalities": MODALITIES,
        "states": tuple(state(code) for code in STATES),
        "commitments": tuple(
            Commitment(code=code, theme=code[:2], parent="T1-01" if code == "T1-01a" else None)
            for code in COMMITMENTS
        ),
        "areas": (
            Area(code="EXP-RET", commitments=("T2-05",)),
            Area(code="EXP-ASY", commitments=("T1-01a", "T3-01")),
            Area(code="EXP-DATA", commitments=("T2-01",)),
        ),
        "groups": (
            Group(kind="dialogue", code="WEST", themes=("T2",), commitments=("T2-05",)),
            Group(kind="regional_body", code="WEST", status="low_activity"),
            Group(kind="dialogue", code="OLD", status="concluded", themes=("T1",)),
        ),
        "memberships": (
            Membership(kind="dialogue", group="WEST", state="AAA", role="member"),
            Membership(kind="dialogue", group="WEST", state="BBB", role="participant"),
            Membership(kind="dialogue", group="WEST", state="DDD", role="observer"),
            Membership(kind="dialogue", group="WEST", state="CCC", role="unclear"),
            Membership(kind="regional_body", group="WEST", state="AAA", role="member"),
            Membership(kind="regional_body", group="WEST", state="BBB", role="suspended"),
            Membership(kind="dialogue", group="OLD", state="AAA", role="member"),
            Membership(kind="dialogue", group="OLD", state="CCC", role="member"),
        ),
    }


def party(code: str, **fields: Any) -> Party:
    """Return the ministry ``P-<code>`` of a state, or what ``fields`` make of it."""
    given = {
        "id": f"P-{code}",
        "type": "ministry_or_agency",
        "name": f"Ministry of {code}",
        "states": (code,),
        "public_body": True,
    }
    return Party(**(given | fields))


def need(number: int = 1, **fields: Any) -> Need:
    """Return need ``N<number>`` of the ministry of AAA, with one component about return."""
    given = {
        "id": f"N{number}",
        "requesters": ("P-AAA",),
        "components": (Component(id=f"N{number}.1", area="EXP-RET"),),
        "commitments": ("T2-05",),
    }
    return Need(**(given | fields))


def offer(number: int = 1, **fields: Any) -> Offer:
    """Return offer ``O<number>`` of the ministry of BBB, about return."""
    given = {
        "id": f"O{number}",
        "party": "P-BBB",
        "expertise": (Expertise(area="EXP-RET"),),
        "commitments": ("T2-05",),
        "capacity": 1,
    }
    return Offer(**(given | fields))


def problem(**fields: Any) -> Problem:
    """Return a world with the ministries of all states, one need and one offer, unless ``fields`` differ."""
    given = {
        "parties": tuple(party(code) for code in STATES),
        "needs": (need(),),
        "offers": (offer(),),
    }
    return Problem(**(reference_data() | given | fields))


def shuffled(original: Problem, seed: int) -> Problem:
    """Return the same content with every id renamed and every tuple that is a set in another order."""
    chance = random.Random(seed)  # noqa: S311 - no secret depends on it
    names = _new_names(original, chance)
    data = original.model_dump(mode="json")
    return Problem.from_json(json.dumps(_renamed(data, names, chance)))


def _new_names(original: Problem, chance: random.Random) -> dict[str, str]:
    ids = [item.id for kind in _IDENTIFIED for item in getattr(original, kind)]
    ids += [part.id for item in original.needs for part in item.components]
    numbers = list(range(len(ids)))
    chance.shuffle(numbers)
    return {name: f"renamed-{number}" for name, number in zip(ids, numbers, strict=True)}


_IDENTIFIED = ("parties", "needs", "offers", "deliveries")
_REFERENCES = frozenset({"id", "party", "component", "offer", "requesters", "preferred", "excluded"}) | {
    "do_not_pair",
    "duplicate_of",
    "conflicts",
    "refuses",
    "prefers",
    "parties",
}


def _renamed(value: Any, names: dict[str, str], chance: random.Random, field: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _renamed(item, names, chance, key) for key, item in value.items()}
    if isinstance(value, list):
        items = [_renamed(item, names, chance, field) for item in value]
        chance.shuffle(items)
        return items
    if isinstance(value, str) and field in _REFERENCES:
        return names.get(value, value)
    return value


@cache
def _some(values: tuple[str, ...], largest: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=largest, unique=True).map(tuple)


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


_languages = _maybe(
    st.lists(
        st.builds(Language, code=st.sampled_from(LANGUAGES), level=st.sampled_from(LEVELS)),
        max_size=2,
        unique_by=lambda language: language.code,
    ).map(tuple)
)
_texts = st.sampled_from(
    (
        "",
        "Return and reintegration",
        "Asile et protection",
        "Registers and data that a ministry wants to share",
    )
)
_windows = st.sampled_from(
    ((None, None), (date(2027, 2, 1), date(2027, 4, 30)), (date(2027, 3, 1), None), (AS_OF, date(2028, 6, 1)))
)
_often = st.sampled_from((True, True, True, False))


# Strategies are made once and drawn from often: making and checking them anew was most of what a world took.
@cache
def _component(number: int, place: int) -> st.SearchStrategy[Component]:
    return st.builds(
        Component,
        id=st.just(f"N{number}.{place}"),
        area=_maybe(st.sampled_from(AREAS)),
        modality=_maybe(st.sampled_from(MODALITIES)),
        languages=_languages,
        slots=st.integers(1, 3),
        days=_maybe(st.integers(1, 20)),
        mandatory=st.booleans(),
    )


def _components(number: int) -> st.SearchStrategy[tuple[Component, ...]]:
    first, second = _component(number, 0), _component(number, 1)
    return st.one_of(st.tuples(first), st.tuples(first, second))


def _in_a_window(window: tuple[date | None, date | None], **fields: Any) -> Need:
    return Need(starts_on=window[0], ends_on=window[1], **fields)


@cache
def _needs(number: int, parties: tuple[str, ...]) -> st.SearchStrategy[Need]:
    return st.builds(
        _in_a_window,
        window=_windows,
        id=st.just(f"N{number}"),
        requesters=st.lists(st.sampled_from(parties), min_size=1, max_size=2, unique=True).map(tuple),
        components=_components(number),
        commitments=_some(COMMITMENTS),
        text=_texts,
        urgency=st.sampled_from(("emergency", "urgent", "priority", "routine")),
        delivery=_maybe(st.sampled_from(("remote", "hybrid", "in_requesting_country"))),
        preferred=_some(parties, 1),
        excluded=_some(parties, 1),
        do_not_pair=_some(parties, 1),
        interpretation=_maybe(st.booleans()),
        eligible=_often,
        endorsed=_often,
        in_scope=_often,
        public_bodies_only=st.booleans(),
        max_days=_maybe(st.integers(0, 30)),
        max_cost=_maybe(st.sampled_from((0.0, 250.0, 1000.0))),
        source=st.sampled_from(SOURCES),
    )


_bookings = st.lists(
    st.builds(
        MonthlyBooking,
        month=st.sampled_from(("2027-02", "2027-03", "2027-04")),
        assignments=st.integers(1, 2),
    ),
    max_size=2,
    unique_by=lambda item: item.month,
).map(tuple)
_proficiencies = _maybe(st.sampled_from(("awareness", "practitioner", "advanced", "authority")))
_evidence = _maybe(st.sampled_from(("self_declared", "document_verified", "delivered_and_rated")))
_expertise = st.lists(
    st.builds(Expertise, area=st.sampled_from(AREAS), proficiency=_proficiencies, evidence=_evidence),
    max_size=2,
    unique_by=lambda item: item.area,
).map(tuple)
_months = st.sets(st.integers(1, 12), max_size=6).map(lambda months: tuple(sorted(months)))


@cache
def _offers(number: int, parties: tuple[str, ...]) -> st.SearchStrategy[Offer]:
    return st.builds(
        Offer,
        id=st.just(f"O{number}"),
        party=st.sampled_from(parties),
        named_expert=st.booleans(),
        expertise=_expertise,
        commitments=_some(COMMITMENTS),
        modalities=_maybe(_some(MODALITIES)),
        languages=_languages,
        text=_texts,
        capacity=_maybe(st.integers(0, 3)),
        sends=_maybe(st.integers(1, 3)),
        booked=_bookings,
        days_per_year=_maybe(st.integers(0, 40)),
        months=_maybe(_months),
        targets=_maybe(_some(STATES)),
        modes=_maybe(st.sampled_from((("remote",), ("in_requesting_country", "hybrid")))),
        cost_per_day=_maybe(st.sampled_from((0.0, 200.0, 600.0))),
        released=_maybe(st.booleans()),
        conflicts=_some(parties, 1),
        refuses=_some(parties, 1),
        prefers=_some(parties, 1),
        confirmed_on=_maybe(st.sampled_from((date(2026, 12, 1), date(2020, 1, 1)))),
        held_back=st.booleans(),
        source=st.sampled_from(SOURCES),
    )


_years = _maybe(st.integers(2010, 2026)).flatmap(
    lambda first: st.tuples(st.just(first), _maybe(st.integers(first or 2015, 2027)))
)


def _in_years(years: tuple[int | None, int | None], **fields: Any) -> Delivery:
    return Delivery(year_from=years[0], year_to=years[1], **fields)


@cache
def _deliveries(number: int, parties: tuple[str, ...]) -> st.SearchStrategy[Delivery]:
    return st.builds(
        _in_years,
        years=_years,
        id=st.just(f"D{number}"),
        requesters=_some(STATES),
        providers=_some(STATES),
        parties=_some(parties, 1),
        commitments=_some(COMMITMENTS),
        areas=_some(AREAS),
        text=_texts,
        rating=_maybe(st.sampled_from((0.0, 0.5, 1.0))),
        source=st.sampled_from(SOURCES),
    )


@st.composite
def _pins(draw: st.DrawFn, needs: tuple[Need, ...], offers: tuple[Offer, ...]) -> tuple[Pin, ...]:
    forbidden = {party for item in needs for party in (*item.do_not_pair, *item.excluded)}
    lockable = [
        item for item in offers if item.party not in forbidden and not item.conflicts and not item.refuses
    ]
    components = [part.id for item in needs for part in item.components]
    if not offers or not components:
        return ()
    pins = {}
    for _ in range(draw(st.integers(0, 2))):
        lock = bool(lockable) and draw(st.booleans())
        chosen = draw(st.sampled_from(lockable if lock else list(offers)))
        component = draw(st.sampled_from(components))
        pins[component, chosen.id] = "lock" if lock else "veto"
    return tuple(Pin(decision=kind, component=part, offer=name) for (part, name), kind in pins.items())


@st.composite
def world(draw: st.DrawFn, largest: int = 4, *, least: int = 0, with_pins: bool = True) -> Problem:
    """Draw a small valid problem; up to ``largest`` needs and offers each, everything may be unknown.

    There are ``least`` of each and of the deliveries, for what says nothing of a world without.
    """
    parties = (
        *(party(code) for code in STATES),
        party("BBB", id="P-BBB-2", name="Pool of BBB", type="expert_pool", public_body=False),
        Party(id="P-JOINT", type="expert_pool", name="Joint pool", states=("BBB", "DDD"), first_time=False),
        Party(id="P-UN", type="un_entity", name="An organisation"),
        Party(id="P-TWIN-1", type="academia", name="A university", states=("CCC",), first_time=True),
        Party(id="P-TWIN-2", type="academia", name="A university", states=("CCC",), first_time=True),
    )
    names = tuple(item.id for item in parties)
    needs = tuple(draw(_needs(number, names)) for number in range(draw(st.integers(least, largest))))
    offers = tuple(draw(_offers(number, names)) for number in range(draw(st.integers(least, largest))))
    return Problem(
        **reference_data(),
        parties=parties,
        needs=needs,
        offers=offers,
        deliveries=tuple(draw(_deliveries(number, names)) for number in range(draw(st.integers(least, 3)))),
        pins=draw(_pins(needs, offers)) if with_pins else (),
    )
