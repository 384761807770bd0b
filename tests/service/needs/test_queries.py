"""Who sees which needs: in lists, counts, searches and one by one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func
from sqlmodel import Session, col, select

from service import clock
from service.caller import ANYBODY, OPERATOR, ROLES, SYSTEM, Caller, Duty
from service.database.columns import new_id
from service.database.engines import Database
from service.errors import NotAllowed, NotFound, Refusal
from service.needs import commands, queries
from service.needs.queries import NeedFilter
from service.needs.rules import LEVELS, STATES, Exposure, Onlooker, may_see
from service.needs.schemas import NeedLine, NeedRevision, NeedSummaryView, NeedView
from service.needs.tables import Need, NeedNamedProvider, NeedRequester
from service.reference.commands import correct_fact
from service.reference.memberships import memberships_on
from service.reference.schemas import Correction
from service.stakeholders.queries import find_stakeholders
from service.web.paging import PageAsked
from tests.service.needs.cases import a_need, body, brought_to, registered, widened
from tests.service.people import Person, administrator, colleague, desk, ministry, pool, stakeholder

EVERYTHING = NeedFilter()
PAGE = PageAsked(limit=200)

# The query and its twin


@dataclass(frozen=True)
class Cast:
    """Stakeholders of a small world, with what decides about sight."""

    asking: list[str]
    desks: dict[str, str | None]
    """Desk to dialogue."""
    others: list[str]
    states: dict[str, frozenset[str]]

    @property
    def everybody(self) -> list[str]:
        """All stakeholders."""
        return [*self.asking, *self.desks, *self.others]


@dataclass(frozen=True)
class Drawn:
    """A need as it is drawn: places in the cast, and where it is in its life."""

    level: str
    requesters: frozenset[int]
    desk: int
    named: frozenset[int]
    on_behalf: bool
    submitted: bool
    circulated: bool
    set_back: bool


drawn_needs = st.builds(
    Drawn,
    level=st.sampled_from(LEVELS),
    requesters=st.frozensets(st.integers(0, 2), min_size=1, max_size=2),
    desk=st.integers(0, 2),
    named=st.frozensets(st.integers(0, 8), max_size=2),
    on_behalf=st.booleans(),
    submitted=st.booleans(),
    circulated=st.booleans(),
    set_back=st.booleans(),
)
drawn_duties = st.frozensets(st.tuples(st.sampled_from(ROLES), st.integers(0, 8)), max_size=3)


def cast_of(session: Session) -> Cast:
    """Register three that ask, three desks and three others."""
    asking = [stakeholder(session, "ministry_or_agency", iso3) for iso3 in ("GHA", "NER", "MDA")]
    desks = {
        stakeholder(session, "dialogue_secretariat", dialogue=code, is_desk=True): code
        for code in ("RABAT", "PRAGUE", None)
    }
    others = [
        stakeholder(session, "expert_pool", "NLD"),
        stakeholder(session, "un_entity"),
        stakeholder(session, "ministry_or_agency", "PHL"),
    ]
    states = dict(zip(asking, ("GHA", "NER", "MDA"), strict=True)) | {others[0]: "NLD", others[2]: "PHL"}
    return Cast(asking, desks, others, {id_: frozenset({iso3}) for id_, iso3 in states.items()})


def written(session: Session, cast: Cast, drawn: Drawn) -> tuple[str, Exposure]:
    """Write a drawn need as it is, and give what the pure rule is told of it."""
    now = clock.now()
    requesters = [cast.asking[place] for place in sorted(drawn.requesters)]
    desk_id = list(cast.desks)[drawn.desk]
    row = Need(
        id=new_id("need"),
        lead_id=requesters[0],
        desk_id=desk_id,
        kind="capacity_building",
        title="Drawn",
        language="en",
        public_summary="In short.",
        confidentiality=drawn.level,
        beneficiaries=[],
        registered_on_behalf=drawn.on_behalf,
        registered_at=now,
        changed_at=now,
        submitted_at=now if drawn.submitted else None,
        circulated_at=now if drawn.circulated else None,
        set_back_code="endorsement_overdue" if drawn.set_back else None,
    )
    session.add(row)
    session.flush()
    session.add_all(NeedRequester(need_id=row.id, stakeholder_id=id_) for id_ in requesters)
    named = frozenset(cast.everybody[place] for place in drawn.named)
    session.add_all(NeedNamedProvider(need_id=row.id, stakeholder_id=id_) for id_ in named)
    session.flush()
    exposure = Exposure(
        drawn.level,
        frozenset(requesters),
        desk_id,
        cast.desks[desk_id],
        drawn.on_behalf,
        drawn.submitted,
        drawn.circulated,
        drawn.set_back,
        named,
    )
    return row.id, exposure


def onlooker_in(session: Session, cast: Cast, duties: frozenset[tuple[str, int]]) -> Onlooker:
    """Give a caller with the drawn duties, and what the cast says of its states and dialogues."""
    held = frozenset(Duty(role, cast.everybody[place]) for role, place in duties)  # type: ignore[arg-type]
    caller = Caller("account_drawn", duties=held)
    states = frozenset().union(*(cast.states.get(id_, frozenset()) for id_ in caller.stakeholders()))
    dialogues = frozenset(
        place.group
        for place in memberships_on(session, clock.today(), "dialogue")
        if place.state in states and place.role in {"member", "participant"}
    )
    return Onlooker(caller, states, dialogues)


@pytest.fixture
def cast(database: Database) -> Cast:
    """Give the cast of the drawn worlds."""
    with database.writing() as session:
        return cast_of(session)


@settings(max_examples=120)
@given(needs=st.lists(drawn_needs, min_size=1, max_size=6), duties=drawn_duties)
def test_query_and_rule_agree(
    database: Database, cast: Cast, needs: list[Drawn], duties: frozenset[tuple[str, int]]
) -> None:
    """On any world the query shows of each need exactly as much as the pure rule says."""
    with database.reading() as session:  # closed without a commit, so the next world begins anew
        world = dict(written(session, cast, drawn) for drawn in needs)
        onlooker = onlooker_in(session, cast, duties)
        assert queries.onlooker_of(session, onlooker.caller) == onlooker
        told = {need_id: may_see(onlooker, exposure) for need_id, exposure in world.items()}
        assert queries.sights_of(session, onlooker.caller, world) == told
        page = queries.list_needs(session, onlooker.caller, EVERYTHING, PAGE)
        shown = {item.id: item.shows for item in page.items}
        assert shown == {need_id: sight for need_id, sight in told.items() if sight != "nothing"}
        facets = queries.count_facets(session, onlooker.caller, EVERYTHING)
        assert facets.total == len(shown)
        text = {need_id for need_id, sight in told.items() if sight == "text"}
        assert set(session.exec(queries.ids_in_sight(session, onlooker.caller))) == text


# The default level


def outsiders(database: Database, officer: Person) -> dict[str, Caller]:
    """Give everybody who is neither requester nor desk."""
    return {
        "other desk": desk(database, "PRAGUE").caller,
        "desk of the same dialogue": desk(database, "RABAT").caller,
        "other ministry of the same state": ministry(database, "GHA").caller,
        "provider": pool(database).caller,
        "provider's officer of the same ministry": colleague(
            database, officer, "provider_focal_point"
        ).caller,
        "administrator": administrator(database).caller,
        "operator": OPERATOR,
        "system": SYSTEM,
        "anybody": ANYBODY,
    }


@pytest.mark.parametrize("state", sorted(set(STATES) - {"ineligible", "escalated", "draft", "withdrawn"}))
def test_the_default_level_shows_requester_and_desk_only(database: Database, state: str) -> None:
    """Whatever its state, a need at the default level is absent for all others, through every door."""
    officer, handler = ministry(database, "GHA"), desk(database, "RABAT")
    need_id = a_need(database, state, officer, handler, title="Zanzibar canary", context="marsupial")
    with database.reading() as session:
        for caller in (officer.caller, handler.caller):
            found = queries.get_need(session, caller, need_id)
            assert isinstance(found, NeedView)
            assert _ids(session, caller, NeedFilter(words="marsu")) == [need_id]
            assert queries.count_facets(session, caller, EVERYTHING).status == {state: 1}
            queries.find_handled_need(session, caller, need_id)
        for name, caller in outsiders(database, officer).items():
            _assert_absent(session, caller, need_id, name)


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_a_draft_is_its_requesters_alone(database: Database, state: str) -> None:
    """Not even the desk sees a draft, nor one that was withdrawn before it was submitted."""
    officer, handler = ministry(database, "GHA"), desk(database, "RABAT")
    second = ministry(database, "NER")
    both = [officer.stakeholder_id, second.stakeholder_id]
    need_id = a_need(database, state, officer, handler, requesters=both, confidentiality="public")
    with database.reading() as session:
        for caller in (officer.caller, second.caller):
            assert _ids(session, caller) == [need_id]
        _assert_absent(session, handler.caller, need_id, "desk")
        _assert_absent(session, ANYBODY, need_id, "anybody")


def test_two_desks_see_nothing_of_each_other(database: Database) -> None:
    """Each desk lists, counts and finds its own confidential needs only, even of the same requester."""
    officer, first, second = ministry(database, "GHA"), desk(database, "RABAT"), desk(database, "PRAGUE")
    mine = a_need(database, "circulated", officer, first, title="Canary of the first desk")
    theirs = a_need(database, "circulated", officer, second, title="Canary of the second desk")
    with database.reading() as session:
        for handler, own, other in ((first, mine, theirs), (second, theirs, mine)):
            assert _ids(session, handler.caller) == [own]
            assert _ids(session, handler.caller, NeedFilter(words="canary")) == [own]
            _assert_absent(session, handler.caller, other, handler.stakeholder_id, own=1)


def test_a_confidential_need_changes_no_byte_for_outsiders(database: Database) -> None:
    """What an outsider gets is the same with and without somebody's confidential need."""
    officer, handler, other = ministry(database, "GHA"), desk(database, "RABAT"), desk(database, "PRAGUE")
    a_need(database, "circulated", officer, other)
    a_need(database, "circulated", officer, handler, confidentiality="public")
    people = {"anybody": ANYBODY, "other desk": other.caller, "pool": pool(database).caller}

    def answers() -> dict[str, str]:
        with database.reading() as session:
            return {
                name: queries.list_needs(session, caller, EVERYTHING, PAGE).model_dump_json()
                + queries.count_facets(session, caller, EVERYTHING).model_dump_json()
                for name, caller in people.items()
            }

    before = answers()
    a_need(database, "circulated", officer, handler)
    a_need(database, "matched", officer, handler, confidentiality="named_providers")
    with database.writing() as session:
        later = brought_to(session, "submitted", officer, other)
        assert later.case_number.endswith("-02")  # type: ignore[union-attr]
        session.rollback()
    assert answers() == before


# Levels


def test_each_level_opens_the_need_to_its_circle(database: Database) -> None:
    """Named providers, members of the desk's dialogue, all states and everybody come in one by one."""
    officer, handler = ministry(database, "GHA"), desk(database, "RABAT")
    aide = colleague(database, officer, "requester_officer")
    people = {
        "named": pool(database, "PHL"),
        "member": ministry(database, "SEN"),
        "state": ministry(database, "NZL"),
    }
    named = [people["named"].stakeholder_id]
    sees = {
        "secretariat_only": set(),
        "named_providers": {"named"},
        "dialogue_members": {"named", "member"},
        "all_states": {"named", "member", "state"},
        "public_summary": {"named", "member", "state"},
        "public": {"named", "member", "state", "anybody"},
    }
    with database.writing() as session:
        row = brought_to(session, "circulated", officer, handler, named_providers=named)
        callers = {name: person.caller for name, person in people.items()} | {"anybody": ANYBODY}
        for level, expected in sees.items():
            summary = "A state asks for training."
            widened(session, officer.caller, aide.caller, row, level, public_summary=summary)
            seen = {
                name
                for name, caller in callers.items()
                if queries.sights_of(session, caller, [row.id])[row.id] == "text"
            }
            assert seen == expected, level


def test_who_left_the_dialogue_sees_its_needs_no_more(database: Database) -> None:
    """A membership counts as people have corrected it, from the next request on."""
    officer, handler, member = ministry(database, "GHA"), desk(database, "RABAT"), ministry(database, "SEN")
    need_id = a_need(database, "circulated", officer, handler, confidentiality="dialogue_members")
    correction = Correction.model_validate(
        {
            "kind": "dialogue_membership",
            "code": "RABAT/SEN",
            "field": "role",
            "value": "observer",
            "source": "https://example.org/minutes",
        }
    )
    with database.writing() as session:
        assert _ids(session, member.caller) == [need_id]
        correct_fact(session, OPERATOR, correction)
        assert _ids(session, member.caller) == []


def test_a_summary_tells_what_it_says_and_no_more(database: Database) -> None:
    """At ``public_summary`` outsiders get the summary; neither words nor filters tell them of the text."""
    officer, handler = ministry(database, "GHA"), desk(database, "RABAT")
    need_id = a_need(
        database,
        "circulated",
        officer,
        handler,
        title="Zanzibar canary",
        urgency="urgent",
        language="fr",
        confidentiality="public_summary",
        public_summary="A state asks for training of analysts.",
    )
    with database.reading() as session:
        found = queries.get_need(session, ANYBODY, need_id)
        assert isinstance(found, NeedSummaryView)
        assert "canary" not in found.model_dump_json().lower()
        assert (found.themes, found.requester_states, found.status) == (["T4"], ["GHA"], "circulated")
        for wanted in (EVERYTHING, *_told_by_summary()):
            assert _ids(session, ANYBODY, wanted) == [need_id]
        for wanted in _told_by_text(officer, handler):
            assert _ids(session, ANYBODY, wanted) == [], wanted
            assert queries.count_facets(session, ANYBODY, wanted).total == 0
            assert _ids(session, officer.caller, wanted) == [need_id], wanted
        with pytest.raises(NotAllowed):
            queries.find_need(session, ANYBODY, need_id)


def _told_by_summary() -> list[NeedFilter]:
    return [
        NeedFilter(words="analysts"),
        NeedFilter(status="circulated"),
        NeedFilter(commitment="T4-01"),
        NeedFilter(theme="T4"),
        NeedFilter(state="GHA"),
    ]


def _told_by_text(officer: Person, handler: Person) -> list[NeedFilter]:
    return [
        NeedFilter(words="zanzibar"),
        NeedFilter(urgency="urgent"),
        NeedFilter(language="fr"),
        NeedFilter(dialogue="RABAT"),
        NeedFilter(desk=handler.stakeholder_id),
        NeedFilter(requester=officer.stakeholder_id),
    ]


def test_private_and_handling_fields_stay_inside(database: Database) -> None:
    """Readers see no file number or wishes, the desk no do-not-pair list, requesters no duplicate."""
    officer, handler, provider = ministry(database, "GHA"), desk(database, "RABAT"), pool(database)
    unwanted = [provider.stakeholder_id]
    need_id = a_need(database, "circulated", officer, handler, do_not_pair=unwanted, confidentiality="public")
    with database.writing() as session:
        other = brought_to(session, "circulated", officer, handler, title="The other one")
        session.get_one(Need, need_id).duplicate_of = other.id
    with database.reading() as session:
        own, desks, readers = (
            queries.get_need(session, caller, need_id) for caller in (officer.caller, handler.caller, ANYBODY)
        )
        assert isinstance(own, NeedView)
        assert isinstance(desks, NeedView)
        assert isinstance(readers, NeedView)
        assert own.handling
        assert desks.handling
        assert own.handling.do_not_pair == unwanted
        assert desks.handling.do_not_pair is None
        assert (own.handling.duplicate_of, desks.handling.duplicate_of) == (None, other.id)
        assert readers.handling is None
        assert provider.stakeholder_id not in desks.model_dump_json() + readers.model_dump_json()
        lines = queries.list_needs(session, ANYBODY, EVERYTHING, PAGE).items
        assert [line.case_number for line in lines if isinstance(line, NeedLine)] == [None]
        with pytest.raises(NotAllowed):
            queries.find_handled_need(session, ANYBODY, need_id)
        with pytest.raises(NotFound):
            queries.find_own_need(session, handler.caller, need_id)


# Lists


def test_lists_are_narrowed_and_come_newest_first(database: Database) -> None:
    """Every filter finds its needs and no other; pages follow each other without gap or repetition."""
    officer, second, handler = ministry(database, "GHA"), ministry(database, "NER"), desk(database, "RABAT")
    first = a_need(database, "circulated", officer, handler, urgency="urgent", language="fr")
    other = a_need(
        database,
        "validated",
        second,
        handler,
        commitments=["T1-01", "T4-01"],
        dialogues=["PRAGUE"],
        title="Guardians for children",
    )
    with database.reading() as session:
        for wanted, expected in (
            (EVERYTHING, [other, first]),
            (NeedFilter(status="circulated"), [first]),
            (NeedFilter(commitment="T1-01"), [other]),
            (NeedFilter(theme="T4"), [other, first]),
            (NeedFilter(theme="T2"), []),
            (NeedFilter(state="NER"), [other]),
            (NeedFilter(dialogue="RABAT"), [other, first]),
            (NeedFilter(dialogue="PRAGUE"), [other]),
            (NeedFilter(urgency="urgent"), [first]),
            (NeedFilter(language="fr", status="circulated"), [first]),
            (NeedFilter(requester=second.stakeholder_id), [other]),
            (NeedFilter(words="guardian child"), [other]),
        ):
            assert _ids(session, handler.caller, wanted) == expected, wanted
            assert queries.count_facets(session, handler.caller, wanted).total == len(expected)
        facets = queries.count_facets(session, handler.caller, EVERYTHING)
        assert facets.theme == {"T1": 1, "T4": 2}
        assert facets.commitment == {"T1-01": 1, "T4-01": 2}
        assert facets.state == {"GHA": 1, "NER": 1}
        page = queries.list_needs(session, handler.caller, EVERYTHING, PageAsked(limit=1))
        assert page.next
        following = queries.list_needs(session, handler.caller, EVERYTHING, PageAsked(1, page.next))
        assert [page.items[0].id, following.items[0].id] == [other, first]
        assert following.next is None


def test_facets_count_each_need_once(database: Database) -> None:
    """Two commitments of one theme, or two requesters of one state, do not count a need twice."""
    officer, second, handler = ministry(database, "GHA"), ministry(database, "GHA"), desk(database)
    both = [officer.stakeholder_id, second.stakeholder_id]
    a_need(database, "draft", officer, handler, requesters=both, commitments=["T4-01", "T4-02"])
    with database.reading() as session:
        facets = queries.count_facets(session, officer.caller, EVERYTHING)
    assert facets.total == 1
    assert (facets.theme, facets.state) == ({"T4": 1}, {"GHA": 1})
    assert facets.commitment == {"T4-01": 1, "T4-02": 1}


def test_needs_of_the_same_moment_are_paged_without_gap(database: Database, moment: datetime) -> None:
    """Pages hold every need once, also where many were registered at the same moment."""
    officer, handler = ministry(database, "GHA"), desk(database)
    with clock.set_to(moment):
        made = {a_need(database, "draft", officer, handler) for _ in range(7)}
    seen: list[str] = []
    cursor = None
    with database.reading() as session:
        while len(seen) <= len(made):
            page = queries.list_needs(session, officer.caller, EVERYTHING, PageAsked(3, cursor))
            seen += [item.id for item in page.items]
            cursor = page.next
            if cursor is None:
                break
    assert sorted(seen) == sorted(made)


def test_a_list_asks_the_same_number_of_questions_for_many_needs(database: Database) -> None:
    """The number of statements does not grow with the number of needs in a list."""
    officer, second, handler = ministry(database, "GHA"), ministry(database, "NER"), desk(database, "RABAT")
    both = [officer.stakeholder_id, second.stakeholder_id]
    counts = []
    for more in (2, 28):
        with database.writing() as session:
            for _ in range(more):
                brought_to(session, "submitted", officer, handler, requesters=both)
        with database.reading() as session, _statements(database) as told:
            items = queries.list_needs(session, officer.caller, EVERYTHING, PAGE).items
        counts.append((len(items), len(told)))
    assert [rows for rows, _ in counts] == [2, 30]
    assert counts[0][1] == counts[1][1] <= 12


def test_one_need_is_shown_with_few_questions(database: Database) -> None:
    """A need with many components and requesters takes no more statements than one with few."""
    officer, handler = ministry(database, "GHA"), desk(database, "RABAT")
    many = [officer.stakeholder_id, *(ministry(database, iso3).stakeholder_id for iso3 in ("NER", "MLI"))]
    component = body(officer, handler)["components"][0]
    counts = []
    for more in ({}, {"requesters": many, "components": [component] * 20}):
        need_id = a_need(database, "submitted", officer, handler, **more)
        with database.reading() as session, _statements(database) as told:
            queries.get_need(session, officer.caller, need_id)
        counts.append(len(told))
    assert counts[0] == counts[1] <= 20


def test_a_joint_need_is_seen_by_all_who_ask(database: Database) -> None:
    """Every requester sees the joint need, and those who stand in the list are named, the lead first."""
    lead, second, handler = ministry(database, "GHA"), ministry(database, "NER"), desk(database)
    both = [lead.stakeholder_id, second.stakeholder_id]
    with database.writing() as session:
        row = registered(session, lead, handler, requesters=both)
        for asking in (lead, second):
            page = queries.list_needs(session, asking.caller, EVERYTHING, PAGE)
            line = page.items[0]
            assert isinstance(line, NeedLine)
            assert line.id == row.id
            found = find_stakeholders(session, both)
            assert line.requesters == [found[id_].name for id_ in both]
            assert line.requester_states == ["GHA", "NER"]


def test_text_that_is_gone_is_not_found_any_more(database: Database) -> None:
    """After a revision a need is found by its new words and not by the old ones."""
    officer, handler = ministry(database, "GHA"), desk(database)
    with database.writing() as session:
        row = registered(session, officer, handler, title="Zanzibar canary")
        revision = NeedRevision(title="Madagascar canary")
        commands.revise_need(session, officer.caller, row.id, revision)
        assert _ids(session, officer.caller, NeedFilter(words="zanzibar")) == []
        assert _ids(session, officer.caller, NeedFilter(words="madagascar")) == [row.id]


def _ids(session: Session, caller: Caller, wanted: NeedFilter = EVERYTHING) -> list[str]:
    return [item.id for item in queries.list_needs(session, caller, wanted, PAGE).items]


def _assert_absent(session: Session, caller: Caller, need_id: str, who: str, own: int = 0) -> None:
    for find in (queries.get_need, queries.find_need, queries.find_handled_need, queries.find_own_need):
        with pytest.raises(Refusal) as refused:
            find(session, caller, need_id)
        assert isinstance(refused.value, NotFound), who
    assert need_id not in _ids(session, caller), who
    assert need_id not in _ids(session, caller, NeedFilter(words="canary")), who
    assert need_id not in _ids(session, caller, NeedFilter(theme="T4", state="GHA")), who
    facets = queries.count_facets(session, caller, EVERYTHING)
    assert (facets.total, sum(facets.status.values()), sum(facets.theme.values())) == (own, own, own), who
    kept = session.exec(select(func.count()).where(col(Need.id) == need_id)).one()
    assert kept == 1


@contextmanager
def _statements(database: Database) -> Iterator[list[str]]:
    told: list[str] = []

    def listen(*call: object) -> None:
        told.append(str(call[2]))

    event.listen(database.engine, "before_cursor_execute", listen)
    try:
        yield told
    finally:
        event.remove(database.engine, "before_cursor_execute", listen)
