"""Who is shown which offer, how lists are narrowed, and what a round takes."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from service import clock
from service.caller import ANYBODY, DESK, OPERATOR, ROLES, Caller, Duty, Role
from service.database.columns import new_id
from service.database.engines import Database
from service.errors import InvalidInput, NotAllowed, NotFound
from service.offers import commands, queries, rules
from service.offers.schemas import LevelChange, OfferFilter
from service.offers.supply import offers_for_round
from service.offers.tables import Offer
from service.stakeholders.commands import revise_stakeholder
from service.stakeholders.schemas import StakeholderRevision
from service.web.paging import PageAsked
from tests.service import people
from tests.service.offers.cases import an_offer, brought_to, registered
from tests.service.statements import statements_of

EVERYTHING = PageAsked(limit=200)


def ids_shown(session: Session, caller: Caller, **wanted: Any) -> set[str]:
    """Give the ids of a list, read to its end."""
    found: list[str] = []
    page = EVERYTHING
    while True:
        part = queries.list_offers(session, caller, OfferFilter(**wanted), page)
        found += [item.id for item in part.items]
        if part.next is None:
            assert len(found) == len(set(found))
            return set(found)
        page = PageAsked(200, part.next)


@dataclass(frozen=True)
class World:
    """Every kind of offer there is, and who could look."""

    stakeholders: dict[str, str]
    states: dict[str, set[str]]
    desk_dialogue: dict[str | None, str | None]
    offers: list[Offer]

    def viewer(self, duties: frozenset[tuple[Role, str]]) -> rules.Viewer:
        """Say from the plan alone who looks: GEO is in the Prague Process, GHA in the Rabat Process."""
        own = frozenset(self.stakeholders[name] for _, name in duties)
        states = set().union(*(self.states[name] for _, name in duties), set())
        desks = frozenset(self.stakeholders[name] for role, name in duties if role in DESK)
        dialogues = frozenset({"PRAGUE"} if "GEO" in states else ())
        dialogues |= frozenset({"RABAT"} if "GHA" in states else ())
        return rules.Viewer(own, desks, bool(states), dialogues)

    def caller(self, duties: frozenset[tuple[Role, str]]) -> Caller:
        """Give the caller with the duties."""
        if not duties:
            return ANYBODY
        held = frozenset(Duty(role, self.stakeholders[name]) for role, name in duties)
        return Caller("account_looking", "Looking", held)


PLACES = {
    "provider": ("expert_pool", ["NLD"], {}),
    "georgia": ("ministry_or_agency", ["GEO"], {}),
    "ghana": ("ministry_or_agency", ["GHA"], {}),
    "stateless": ("civil_society", [], {}),
    "prague": ("dialogue_secretariat", [], {"dialogue": "PRAGUE", "is_desk": True}),
    "rabat": ("dialogue_secretariat", [], {"dialogue": "RABAT", "is_desk": True}),
    "plain": ("dialogue_secretariat", [], {"is_desk": True}),
}


@pytest.fixture
def world(database: Database) -> World:
    """Give an offer for each state, level and desk."""
    with database.writing() as session:
        held = {
            name: people.stakeholder(session, kind, *states, **more)
            for name, (kind, states, more) in PLACES.items()
        }
        desks = [None, held["prague"], held["rabat"], held["plain"]]
        offers = [
            Offer(
                id=new_id("offer"),
                stakeholder_id=held["provider"],
                kind="institution",
                title="Peer review",
                state=state,
                confidentiality=level,
                desk_id=desk,
                registered_at=clock.now(),
            )
            for state, level, desk in product(rules.STATES, rules.LEVELS, desks)
        ]
        session.add_all(offers)
    dialogues = {None: None, held["prague"]: "PRAGUE", held["rabat"]: "RABAT", held["plain"]: None}
    states = {name: set(states) for name, (_, states, _) in PLACES.items()}
    return World(held, states, dialogues, offers)


@settings(max_examples=60)
@given(
    duties=st.frozensets(
        st.tuples(st.sampled_from(ROLES), st.sampled_from([name for name in PLACES if name != "provider"])),
        max_size=3,
    )
)
def test_lists_and_rules_agree_about_who_sees_what(
    database: Database, world: World, duties: frozenset[tuple[Role, str]]
) -> None:
    """Over every state, level and desk, a list holds exactly what the rule says, for whoever asks."""
    viewer = world.viewer(duties)
    expected = {
        offer.id for offer in world.offers if rules.may_see(viewer, offer, world.desk_dialogue[offer.desk_id])
    }
    with database.reading() as session:
        found = queries.viewer_of(session, world.caller(duties))
        assert replace(found, dialogues=found.dialogues & {"PRAGUE", "RABAT"}) == viewer
        assert ids_shown(session, world.caller(duties)) == expected


def test_the_provider_sees_all_of_its_own(database: Database, world: World) -> None:
    """Its own people are shown every offer, whatever its state and level."""
    own = world.caller(frozenset({("observer", "provider")}))
    with database.reading() as session:
        assert ids_shown(session, own) == {offer.id for offer in world.offers}


def test_what_is_not_listed_is_not_found(database: Database, world: World) -> None:
    """Asking for an offer by its id shows no more than the list does, and hidden looks like absent."""
    caller = world.caller(frozenset({("requester_officer", "georgia")}))
    with database.reading() as session:
        shown = ids_shown(session, caller)
        assert shown
        for offer in world.offers:
            if offer.id in shown:
                assert queries.get_offer(session, caller, offer.id).id == offer.id
            else:
                with pytest.raises(NotFound):
                    queries.get_offer(session, caller, offer.id)
                with pytest.raises(NotFound):
                    queries.get_offer_journal(session, caller, offer.id)


def test_administrators_are_shown_nothing_confidential(database: Database, world: World) -> None:
    """Looking after the instance opens no offer that is not public."""
    with database.reading() as session:
        assert ids_shown(session, OPERATOR) == ids_shown(session, ANYBODY)


def test_a_hidden_offer_changes_nothing_that_an_outsider_gets(database: Database) -> None:
    """An offer that is not for the reader alters no line, filter, search result or next page of theirs."""
    manager, reader = people.pool(database), people.ministry(database)
    asked = [{}, {"q": "review"}, {"commitment": "T4-06"}, {"area": "EXP-RET"}, {"state": "NLD"}]
    for _ in range(3):
        an_offer(database, "active", manager, confidentiality="all_states")

    def told() -> list[str]:
        with database.reading() as session:
            return [
                queries.list_offers(session, reader.caller, OfferFilter(**wanted), page).model_dump_json()
                for wanted in asked
                for page in (PageAsked(2), EVERYTHING)
            ]

    before = told()
    for state in ("draft", "active", "on_hold", "withdrawn"):
        an_offer(database, state, manager, confidentiality="secretariat_only")
    assert told() == before


def test_the_journal_is_for_the_provider_and_the_desk(database: Database) -> None:
    """Whoever may see an offer but is neither its provider nor its desk is not told who did what."""
    manager, officer, reader = people.pool(database), people.desk(database), people.ministry(database)
    offer_id = an_offer(
        database, "active", manager, desk=officer.stakeholder_id, confidentiality="all_states"
    )
    with database.reading() as session:
        for insider in (manager, officer):
            assert len(queries.get_offer_journal(session, insider.caller, offer_id).entries) == 3
        with pytest.raises(NotAllowed):
            queries.get_offer_journal(session, reader.caller, offer_id)


def test_an_individual_experts_name_is_not_shown_with_the_offer(database: Database) -> None:
    """Where the provider is a person, others see the offer without the name."""
    with database.writing() as session:
        expert = people.stakeholder(session, "individual_expert", "NLD", name="Zephyrine Quillfeather")
        owner = people.person(session, "provider_focal_point", expert)
        row = brought_to(session, "active", owner, confidentiality="public")
        assert queries.get_offer(session, ANYBODY, row.id).provider.name is None
        assert queries.get_offer(session, owner.caller, row.id).provider.name == "Zephyrine Quillfeather"


@pytest.mark.parametrize(
    ("wanted", "finds"),
    [
        ({"state": "NLD"}, "first"),
        ({"state": "GHA"}, ""),
        ({"commitment": "T1-01"}, "second"),
        ({"commitment": "T1-01a"}, "second"),
        ({"theme": "T4"}, "first"),
        ({"theme": "T1", "commitment": "T4-06"}, ""),
        ({"area": "EXP-ASY"}, "second"),
        ({"modality": "MOD-PEER"}, "first"),
        ({"language": "fr"}, "first"),
        ({"status": "on_hold"}, "second"),
        ({"kind": "named_expert"}, "second"),
        ({"q": "reintegr"}, "first"),
        ({"q": "asylum reintegration"}, ""),
        ({"q": "!!!"}, ""),
        ({"commitment": "T9-99"}, ""),
    ],
)
def test_lists_are_narrowed(database: Database, wanted: dict[str, str], finds: str) -> None:
    """Each filter finds what it names; a headline commitment finds its sub-points; filters add up."""
    dutch, georgian = people.pool(database, "NLD"), people.pool(database, "GEO")
    with database.writing() as session:
        first = brought_to(
            session, "active", dutch, modalities=["MOD-PEER"], languages=[{"code": "fr", "level": "B2"}]
        )
        second = brought_to(
            session,
            "on_hold",
            georgian,
            title="Quality control in asylum",
            kind="named_expert",
            commitments=["T1-01a"],
            expertise=[{"area": "EXP-ASY"}],
        )
        expected = {"first": {first.id}, "second": {second.id}, "": set()}[finds]
        duties = frozenset({*dutch.caller.duties, *georgian.caller.duties})
        assert ids_shown(session, Caller("account_both", "Both", duties), **wanted) == expected


def test_pages_follow_each_other_without_gap_or_repeat(database: Database) -> None:
    """Reading in small pages gives every offer once, newest first, and a made-up cursor is refused."""
    manager = people.pool(database)
    with database.writing() as session:
        for number in range(7):
            with clock.set_to(clock.now() + timedelta(minutes=number // 2)):
                registered(session, manager)
    with database.reading() as session:
        found, page = [], PageAsked(3)
        while page:
            part = queries.list_offers(session, manager.caller, OfferFilter(), page)
            found += part.items
            page = PageAsked(3, part.next) if part.next else None
        assert len({item.id for item in found}) == len(found) == 7
        assert [item.registered_at for item in found] == sorted(
            (item.registered_at for item in found), reverse=True
        )
        with pytest.raises(InvalidInput):
            queries.list_offers(session, manager.caller, OfferFilter(), PageAsked(3, "bm90IGEgY3Vyc29y"))


def test_lists_and_rounds_ask_as_much_for_many_as_for_one(database: Database) -> None:
    """The number of queries does not grow with the number of offers."""
    manager = people.pool(database)

    def asked() -> tuple[int, int]:
        with database.reading() as session:
            with statements_of(session) as sent:
                queries.list_offers(session, manager.caller, OfferFilter(), EVERYTHING)
            with statements_of(session) as taken:
                offers_for_round(session, clock.today())
        return len(sent), len(taken)

    an_offer(database, "active", manager)
    before = asked()
    for _ in range(12):
        an_offer(database, "active", manager)
    assert asked() == before
    assert before[0] <= 12
    assert before[1] <= 8


@pytest.mark.parametrize("state", rules.STATES)
@pytest.mark.parametrize("level", rules.LEVELS)
def test_a_round_takes_what_stands_whatever_its_level(database: Database, state: str, level: str) -> None:
    """Active and stale offers take part, shown or not, unless their provider keeps them at draft."""
    manager = people.pool(database, role="provider_focal_point")
    prague = people.desk(database, "PRAGUE")
    with database.writing() as session:
        row = brought_to(session, state, manager, desk=prague.stakeholder_id, confidentiality=level)
        taken = offers_for_round(session, clock.today())
        takes_part = state in {"active", "stale"} and level != "draft"
        assert [offer.id for offer in taken] == ([row.id] if takes_part else [])
        for offer in taken:
            assert offer.is_reconfirmed == (state == "active")
            assert (offer.confirmed_on is None) == (state == "stale")


def test_a_desks_round_takes_no_confidential_offer_of_another_desk(database: Database) -> None:
    """What was addressed to one desk alone is not in another's round; what is open to all states is."""
    manager = people.pool(database, role="provider_focal_point")
    ours, theirs = people.desk(database), people.desk(database, "PRAGUE")
    with database.writing() as session:
        anywhere = brought_to(session, "active", manager)
        mine = brought_to(session, "active", manager, desk=ours.stakeholder_id)
        other = brought_to(session, "active", manager, desk=theirs.stakeholder_id)

        def taken() -> set[str]:
            offers = offers_for_round(session, clock.today(), ours.stakeholder_id)
            return {offer.id for offer in offers}

        assert taken() == {anywhere.id, mine.id}
        change = LevelChange(confidentiality="all_states")
        commands.change_confidentiality(session, manager.caller, other.id, change)
        assert taken() == {anywhere.id, mine.id, other.id}


def test_a_round_is_told_what_the_provider_stated_and_no_more(database: Database) -> None:
    """Every stated value arrives; what nobody said is none; only stated languages count."""
    manager, other = people.pool(database), people.ministry(database, "NER")
    last_day = date(2027, 6, 30)
    with database.writing() as session:
        full = brought_to(
            session,
            "active",
            manager,
            description="With exercises",
            modalities=["MOD-PEER"],
            modes=["remote"],
            languages=[{"code": "fr", "level": "C1"}, {"code": "nl", "basis": "official_language"}],
            capacity=2,
            sends=3,
            days_per_year=40,
            months=[3, 4],
            targets=["GHA"],
            cost_per_day=250,
            cost_currency="USD",
            released=True,
            available_until=last_day.isoformat(),
            wishes={"prefers": [other.stakeholder_id]},
        )
        bare = brought_to(session, "active", manager)
        taken = {offer.id: offer for offer in offers_for_round(session, last_day)}
        told = taken[full.id]
        assert [(item.area, item.proficiency, item.evidence) for item in told.expertise] == [
            ("EXP-RET", "advanced", "self_declared")
        ]
        assert told.text == "Peer review of a reintegration system\nWith exercises"
        assert [(item.code, item.level) for item in told.languages or ()] == [("fr", "C1")]
        assert (told.commitments, told.modalities, told.modes) == (("T4-06",), ("MOD-PEER",), ("remote",))
        assert (told.capacity, told.sends, told.days_per_year, told.months) == (2, 3, 40, (3, 4))
        assert (told.targets, told.cost_per_day, told.released) == (("GHA",), 250.0, True)
        assert (told.prefers, told.refuses, told.conflicts) == ((other.stakeholder_id,), (), ())
        unsaid = taken[bare.id]
        for name in ("modalities", "modes", "languages", "capacity", "sends", "days_per_year", "months"):
            assert getattr(unsaid, name) is None, name
        assert (unsaid.targets, unsaid.cost_per_day, unsaid.released) == (None, None, None)
        day_after = offers_for_round(session, last_day + timedelta(days=1))
        assert [offer.id for offer in day_after] == [bare.id]


def test_candidates_are_shown_as_far_as_the_reader_may_see(database: Database) -> None:
    """Rooms that show candidates get the standing offers that the reader is shown, and no other."""
    manager, reader = people.pool(database), people.ministry(database)
    an_offer(database, "active", manager)
    an_offer(database, "on_hold", manager, confidentiality="public")
    shown = an_offer(database, "active", manager, confidentiality="all_states")
    with database.reading() as session:
        assert queries.offers_shown_to(session, reader.caller) == {shown}


def test_belonging_to_a_state_opens_what_states_see(database: Database) -> None:
    """What is open to all states is seen from the moment that one's stakeholder belongs to a state."""
    manager = people.pool(database)
    an_offer(database, "active", manager, confidentiality="all_states")
    with database.writing() as session:
        reader = people.person(session, "observer", people.stakeholder(session, "civil_society"))
        assert ids_shown(session, reader.caller) == set()
        said = StakeholderRevision(states=["GHA"])
        revise_stakeholder(session, OPERATOR, reader.stakeholder_id, said)
        assert len(ids_shown(session, reader.caller)) == 1
