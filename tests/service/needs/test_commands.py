"""What people do to needs: who may, when, and what is kept of it."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlmodel import Session, col, select

from service.caller import ANYBODY, Caller, Duty
from service.database.engines import Database
from service.errors import ChangedMeanwhile, InvalidInput, NotAllowed, NotFound, Refusal, WrongMove
from service.journal.queries import get_journal
from service.needs import commands, moves
from service.needs.changes import change
from service.needs.errors import (
    EndorsedAlready,
    NotAnEmergency,
    NotChangeableNow,
    NotEndorsed,
    OnlyTheLeadWidens,
    StillBeingDrafted,
    SummaryMissing,
)
from service.needs.harms import answer_harms, judge_harms
from service.needs.registering import confirm_registration
from service.needs.rules import MOVES
from service.needs.schemas import (
    DeskChange,
    IneligibleFinding,
    LevelChange,
    NeedRegistration,
    NeedRevision,
    UnmetFinding,
)
from service.needs.tables import Need, NeedComponent, NeedRequester
from service.needs.views import wishes_of
from tests.service.needs.cases import (
    COMPONENT,
    a_need,
    all_acceptable,
    body,
    brought_to,
    focal_point,
    no_harm,
    on_behalf,
    ready_for,
    registered,
    widened,
)
from tests.service.people import administrator, colleague, desk, ministry, person, pool, stakeholder

Act = Callable[[Session, Caller, str], object]

USER_MOVES: dict[str, tuple[str, Act]] = {
    "submit": ("draft", moves.submit_need),
    "endorse": ("pending_endorsement", moves.endorse_need),
    "start_screening": ("submitted", moves.start_screening),
    "request_clarification": (
        "screening",
        lambda session, caller, need: moves.request_clarification(session, caller, need, "Which staff?"),
    ),
    "answer_clarification": (
        "clarification_requested",
        lambda session, caller, need: moves.answer_clarification(session, caller, need, "Four analysts."),
    ),
    "find_ineligible": (
        "screening",
        lambda session, caller, need: moves.find_ineligible(
            session, caller, need, IneligibleFinding(code="out_of_scope")
        ),
    ),
    "validate": (
        "screening",
        lambda session, caller, need: moves.validate_need(session, caller, need, "Known to the desk."),
    ),
    "circulate": ("validated", moves.circulate_need),
    "mark_unmet": (
        "circulated",
        lambda session, caller, need: moves.mark_unmet(session, caller, need, UnmetFinding(code="political")),
    ),
    "recirculate": ("unmet", moves.recirculate_need),
    "escalate": ("unmet", moves.escalate_need),
    "suspend": ("in_action", moves.suspend_need),
    "resume": ("suspended", moves.resume_need),
    "close": ("fulfilled", moves.close_need),
    "withdraw": ("partially_matched", moves.withdraw_need),
}
"""Every move that has a door, a state it starts from, and how it is made."""


@pytest.mark.parametrize("verb", USER_MOVES)
def test_moves_are_made_by_those_who_may(database: Database, verb: str) -> None:
    """Each move succeeds for the people that the drawing names and for nobody else."""
    officer = ministry(database, "GHA")
    focal = colleague(database, officer, "national_focal_point")
    handler, case_desk = desk(database, "RABAT"), desk(database)
    people = {
        "officer": officer.caller,
        "focal": focal.caller,
        "provider": colleague(database, officer, "provider_focal_point").caller,
        "desk": handler.caller,
        "other desk": case_desk.caller,
        "other ministry": ministry(database, "NER").caller,
        "administrator": administrator(database).caller,
        "anybody": ANYBODY,
    }
    state, act = USER_MOVES[verb]
    actors = MOVES[verb].actors
    may = {"focal"} if actors == {"focal_point"} else set()
    may |= {"officer", "focal"} if "requester" in actors else set()
    may |= {"desk"} if "desk" in actors else set()
    assert may
    for name, caller in people.items():
        need_id = a_need(database, state, officer, handler)
        with database.writing() as session:
            ready_for(session, verb, need_id, officer.caller, handler.caller)
        if name in may:
            with database.writing() as session:
                act(session, caller, need_id)
            after = MOVES[verb].target
        else:
            sees = name in {"officer", "focal"} or (name == "desk" and state != "draft")
            with pytest.raises(NotAllowed if sees else NotFound), database.writing() as session:
                act(session, caller, need_id)
            after = state
        with database.reading() as session:
            assert session.get_one(Need, need_id).state == after, name


@pytest.mark.parametrize("verb", USER_MOVES)
def test_moves_from_the_wrong_state_are_refused(database: Database, verb: str) -> None:
    """Where the move does not start, even the right person is told so, and nothing changes."""
    officer, handler = ministry(database, "GHA"), desk(database)
    wrong = "closed" if verb in {"endorse", "withdraw"} else "withdrawn"
    need_id = a_need(database, wrong, officer, handler)
    if wrong == "withdrawn":
        with database.writing() as session:  # as one that was submitted before, so that the desk sees it
            session.get_one(Need, need_id).submitted_at = session.get_one(Need, need_id).registered_at
    both = officer.caller.duties | handler.caller.duties | focal_point(officer.stakeholder_id).duties
    with pytest.raises(WrongMove), database.writing() as session:
        USER_MOVES[verb][1](session, Caller("account_all", duties=both), need_id)
    with database.reading() as session:
        assert session.get_one(Need, need_id).state == wrong


def test_a_need_is_registered_by_its_lead(database: Database) -> None:
    """An officer of the lead requester registers; other states, providers and administrators may not."""
    officer, handler = ministry(database, "GHA"), desk(database)
    registration = NeedRegistration.model_validate(body(officer, handler))
    for other in (
        ministry(database, "NER"),
        pool(database),
        administrator(database),
        desk(database),
        colleague(database, officer, "provider_focal_point"),
    ):
        with pytest.raises(NotAllowed), database.writing() as session:
            commands.register_need(session, other.caller, registration)
    with database.writing() as session:
        row = commands.register_need(session, officer.caller, registration)
        assert (row.state, row.confidentiality, row.case_number) == ("draft", "secretariat_only", None)
        assert not row.registered_on_behalf
        entries = get_journal(session, officer.caller, f"need:{row.id}").entries
        assert [entry.event for entry in entries] == ["need.registered"]


def test_a_desk_cannot_say_what_is_private(database: Database) -> None:
    """A do-not-pair list is the requester's own; a desk that registers on behalf cannot set or probe it."""
    officer, handler, provider = ministry(database, "GHA"), desk(database), pool(database)
    unwanted = [provider.stakeholder_id]
    with pytest.raises(InvalidInput) as refused, database.writing() as session:
        on_behalf(session, handler, officer, do_not_pair=unwanted)
    assert [fault.field for fault in refused.value.found] == ["do_not_pair"]
    with database.writing() as session:
        row = on_behalf(session, handler, officer)
        commands.revise_need(session, officer.caller, row.id, NeedRevision(do_not_pair=unwanted))
        commands.revise_need(session, handler.caller, row.id, NeedRevision(preferred=unwanted))
        assert wishes_of(session, [row.id])[row.id, "do_not_pair"] == unwanted


def test_civil_society_asks_with_a_public_body(database: Database) -> None:
    """An association alone is refused; with a ministry both must endorse before the need goes on."""
    officer, handler = ministry(database, "GHA"), desk(database)
    with database.writing() as session:
        association = person(session, "requester_officer", stakeholder(session, "civil_society", "GHA"))
    with pytest.raises(InvalidInput) as refused, database.writing() as session:
        registered(session, association, handler)
    assert [(fault.field, fault.code) for fault in refused.value.found] == [
        ("requesters", "needs_public_body")
    ]
    with database.writing() as session:
        both = [association.stakeholder_id, officer.stakeholder_id]
        row = registered(session, association, handler, requesters=both)
        answer_harms(session, officer.caller, row.id, no_harm())
        moves.submit_need(session, officer.caller, row.id)
        with pytest.raises(NotAllowed):
            moves.endorse_need(session, officer.caller, row.id)
        moves.endorse_need(session, association.caller, row.id)
        assert row.state == "pending_endorsement"
        with pytest.raises(EndorsedAlready):
            moves.endorse_need(session, association.caller, row.id)
        moves.endorse_need(session, focal_point(officer.stakeholder_id), row.id)
        assert row.state == "submitted"


def test_an_endorsement_names_the_text_it_saw(database: Database) -> None:
    """Who endorsed which version is kept; a later text can be endorsed anew, the same one not twice."""
    officer, handler = ministry(database, "GHA"), desk(database)
    focal = focal_point(officer.stakeholder_id)
    with database.writing() as session:
        row = brought_to(session, "clarification_requested", officer, handler)
        place = session.exec(select(NeedRequester).where(NeedRequester.need_id == row.id)).one()
        assert (place.endorsed_by, place.endorsed_text_version) == (focal.account_id, 1)
        with pytest.raises(EndorsedAlready):
            moves.endorse_need(session, focal, row.id)
        commands.revise_need(session, officer.caller, row.id, NeedRevision(context="Four analysts."))
        moves.endorse_need(session, focal, row.id)
        assert (place.endorsed_text_version, row.state) == (2, "clarification_requested")


def test_an_emergency_goes_ahead_of_its_endorsement(database: Database) -> None:
    """Only an emergency is expedited; it is validated without endorsement, which can still be given after."""
    officer, handler = ministry(database, "GHA"), desk(database)
    with database.writing() as session:
        calm = brought_to(session, "pending_endorsement", officer, handler, urgency="urgent")
        with pytest.raises(NotAnEmergency):
            moves.expedite_need(session, officer.caller, calm.id)
        row = brought_to(session, "pending_endorsement", officer, handler, urgency="emergency")
        with pytest.raises(NotAllowed):
            moves.expedite_need(session, handler.caller, row.id)
        moves.expedite_need(session, officer.caller, row.id)
        moves.start_screening(session, handler.caller, row.id)
        judge_harms(session, handler.caller, row.id, all_acceptable())
        moves.validate_need(session, handler.caller, row.id, "Floods at the border.")
        moves.circulate_need(session, handler.caller, row.id)
        assert row.is_expedited
        moves.endorse_need(session, focal_point(officer.stakeholder_id), row.id)
        assert row.state == "circulated"


def test_an_emergency_that_calms_down_needs_its_endorsement(database: Database) -> None:
    """An expedited need that turns out to be no emergency is not validated before it is endorsed."""
    officer, handler = ministry(database, "GHA"), desk(database)
    with database.writing() as session:
        row = brought_to(session, "pending_endorsement", officer, handler, urgency="emergency")
        moves.expedite_need(session, officer.caller, row.id)
        moves.start_screening(session, handler.caller, row.id)
        moves.request_clarification(session, handler.caller, row.id, "Is it one?")
        commands.revise_need(session, officer.caller, row.id, NeedRevision(urgency="routine"))
        moves.answer_clarification(session, officer.caller, row.id, "No.")
        with pytest.raises(NotEndorsed):
            moves.validate_need(session, handler.caller, row.id)


def test_the_text_changes_in_drafts_and_clarifications_only(database: Database) -> None:
    """What a need says is fixed while it is handled; a change replaces only what it speaks of."""
    officer, handler = ministry(database, "GHA"), desk(database)
    with database.writing() as session:
        row = registered(session, officer, handler, context="As it was.")
        new = NeedRevision.model_validate({"components": [COMPONENT, {"area": "EXP-LAW", "experts": 1000}]})
        commands.revise_need(session, officer.caller, row.id, new)
        query = select(NeedComponent).where(NeedComponent.need_id == row.id)
        parts = session.exec(query.order_by(col(NeedComponent.position))).all()
        assert [(part.area, part.experts) for part in parts] == [("EXP-DATA", 1), ("EXP-LAW", 1000)]
        assert (row.context, row.text_version) == ("As it was.", 2)
    for state in ("pending_endorsement", "screening", "circulated", "matched", "closed", "withdrawn"):
        need_id = a_need(database, state, officer, handler)
        with pytest.raises(NotChangeableNow), database.writing() as session:
            commands.revise_need(session, officer.caller, need_id, NeedRevision(title="Something else"))
    need_id = a_need(database, "clarification_requested", officer, handler)
    with database.writing() as session:
        commands.revise_need(session, officer.caller, need_id, NeedRevision(title="Something else"))
        with pytest.raises(NotAllowed):
            commands.revise_need(session, handler.caller, need_id, NeedRevision(title="The desk's words"))
        asking = NeedRevision(requesters=[officer.stakeholder_id])
        with pytest.raises(NotChangeableNow):
            commands.revise_need(session, officer.caller, need_id, asking)


def test_wishes_change_until_a_team_stands(database: Database) -> None:
    """Preferred and unwanted providers can be changed while a need circulates, not once it is matched."""
    officer, handler, provider = ministry(database, "GHA"), desk(database), pool(database)
    wish = NeedRevision(excluded=[provider.stakeholder_id])
    with database.writing() as session:
        row = brought_to(session, "circulated", officer, handler)
        commands.revise_need(session, officer.caller, row.id, wish)
        assert wishes_of(session, [row.id]) == {(row.id, "excluded"): [provider.stakeholder_id]}
        assert row.text_version == 1
        also = NeedRevision(preferred=[provider.stakeholder_id])
        with pytest.raises(InvalidInput):
            commands.revise_need(session, officer.caller, row.id, also)
        moves.record_matching_progress(session, officer.caller, row.id, is_complete=True)
        with pytest.raises(NotChangeableNow):
            commands.revise_need(session, officer.caller, row.id, wish)


def test_a_private_wish_leaves_no_trace_on_the_need(database: Database) -> None:
    """A do-not-pair list changes neither version nor journal of the need; its own journal tells."""
    officer, handler, provider = ministry(database, "GHA"), desk(database), pool(database)
    with database.writing() as session:
        row = brought_to(session, "circulated", officer, handler)
        before = (row.version, row.changed_at, get_journal(session, handler.caller, f"need:{row.id}"))
        wish = NeedRevision(do_not_pair=[provider.stakeholder_id])
        commands.revise_need(session, officer.caller, row.id, wish)
        session.refresh(row)
        after = (row.version, row.changed_at, get_journal(session, handler.caller, f"need:{row.id}"))
        assert after == before
        private = get_journal(session, officer.caller, f"need-private:{row.id}")
        assert [entry.event for entry in private.entries] == ["need.private-wishes-revised"]


def test_levels_are_the_requesters_own(database: Database) -> None:
    """Any requester narrows a joint need, only the lead widens it, and neither desk nor outsiders do."""
    lead, second, handler = ministry(database, "GHA"), ministry(database, "NER"), desk(database)
    aide = colleague(database, lead, "requester_officer")
    both = [lead.stakeholder_id, second.stakeholder_id]
    with database.writing() as session:
        row = brought_to(session, "circulated", lead, handler, requesters=both)
        with pytest.raises(OnlyTheLeadWidens):
            _level(session, second.caller, row, "all_states")
        named = LevelChange(named_providers=[handler.stakeholder_id])
        with pytest.raises(OnlyTheLeadWidens):
            commands.change_confidentiality(session, second.caller, row.id, named)
        with pytest.raises(NotAllowed):
            _level(session, handler.caller, row, "named_providers")
        with pytest.raises(NotFound):
            _level(session, ANYBODY, row, "public")
        widened(session, lead.caller, aide.caller, row, "public")
        with pytest.raises(NotAllowed):
            _level(session, ANYBODY, row, "secretariat_only")
        _level(session, second.caller, row, "secretariat_only")
        with pytest.raises(InvalidInput):
            _level(session, lead.caller, row, "draft")
        with pytest.raises(SummaryMissing):
            _level(session, lead.caller, row, "public_summary")
        assert row.confidentiality == "secretariat_only"


def test_a_co_requester_cannot_make_itself_the_lead(database: Database) -> None:
    """Only the lead says who asks, or a co-requester could take over the right to widen."""
    lead, second, handler = ministry(database, "GHA"), ministry(database, "NER"), desk(database)
    with database.writing() as session:
        row = registered(session, lead, handler, requesters=[lead.stakeholder_id, second.stakeholder_id])
        turned = NeedRevision(requesters=[second.stakeholder_id, lead.stakeholder_id])
        with pytest.raises(NotAllowed):
            commands.revise_need(session, second.caller, row.id, turned)
        with pytest.raises(NotAllowed):  # nor can the lead put somebody else in charge
            commands.revise_need(session, lead.caller, row.id, turned)


def test_a_draft_that_nobody_may_see_cannot_be_submitted(database: Database) -> None:
    """At the level ``draft`` no desk could handle it, so the requester is told to choose first."""
    officer, handler = ministry(database, "GHA"), desk(database)
    with database.writing() as session:
        row = registered(session, officer, handler, confidentiality="draft")
        with pytest.raises(StillBeingDrafted):
            moves.submit_need(session, officer.caller, row.id)
        _level(session, officer.caller, row, "secretariat_only")
        answer_harms(session, officer.caller, row.id, no_harm())
        moves.submit_need(session, officer.caller, row.id)


def test_file_numbers_count_per_requester_and_desk(database: Database) -> None:
    """Numbers come at submission and tell a desk nothing of drafts, other desks or other requesters."""
    officer, other = ministry(database, "NER"), ministry(database, "NER")
    first, second = desk(database), desk(database)
    with database.writing() as session:
        registered(session, officer, first)
        rows = [
            brought_to(session, "submitted", asking, handler)
            for asking, handler in ((officer, first), (officer, second), (officer, first), (other, first))
        ]
        year = rows[0].registered_at.year
        assert [row.case_number for row in rows] == [
            f"NER-{year}-{serial}" for serial in ("01", "01", "02", "01")
        ]


def test_a_desk_is_changed_by_the_requester_only(database: Database) -> None:
    """The lead hands its need to another desk, with a new file number and a fresh say about matching."""
    officer, first, second = ministry(database, "NER"), desk(database), desk(database)
    with database.writing() as session:
        brought_to(session, "submitted", officer, second)
        row = brought_to(session, "circulated", officer, first)
        wanted = DeskChange(desk=second.stakeholder_id, matching_allowed=False)
        with pytest.raises(NotAllowed):
            commands.change_desk(session, first.caller, row.id, wanted)
        nowhere = DeskChange(desk=officer.stakeholder_id)
        with pytest.raises(InvalidInput):
            commands.change_desk(session, officer.caller, row.id, nowhere)
        commands.change_desk(session, officer.caller, row.id, wanted)
        assert (row.desk_id, row.matching_allowed) == (second.stakeholder_id, False)
        assert row.case_number == f"NER-{row.registered_at.year}-02"
        with pytest.raises(NotFound):
            moves.mark_unmet(session, first.caller, row.id, UnmetFinding(code="expired"))
        draft = on_behalf(session, first, officer)
        confirm_registration(session, officer.caller, draft.id)
        commands.change_desk(session, officer.caller, draft.id, wanted)
        for handler in (first, second):  # the new desk did not write this draft, the old one hands it over
            with pytest.raises(NotFound):
                moves.submit_need(session, handler.caller, draft.id)


def test_findings_carry_codes_of_their_list(database: Database) -> None:
    """A need ends or stays unmet with a known code; a duplicate names another need that the desk sees."""
    officer, handler, case_desk = ministry(database, "GHA"), desk(database), desk(database)
    hidden = a_need(database, "submitted", officer, case_desk)
    with database.writing() as session:
        row = brought_to(session, "screening", officer, handler)
        known = brought_to(session, "submitted", officer, handler)
        for code, other in (("no_such_code", None), ("duplicate", hidden), ("duplicate", row.id)):
            finding = IneligibleFinding(code=code, duplicate_of=other)
            with pytest.raises(InvalidInput):
                moves.find_ineligible(session, handler.caller, row.id, finding)
        finding = IneligibleFinding(code="duplicate", duplicate_of=known.id)
        moves.find_ineligible(session, handler.caller, row.id, finding)
        assert (row.state, row.duplicate_of, row.in_scope) == ("ineligible", known.id, True)
        unmet = brought_to(session, "circulated", officer, handler)
        with pytest.raises(InvalidInput):
            moves.mark_unmet(session, handler.caller, unmet.id, UnmetFinding(code="no_such_code"))


def test_progress_follows_the_proposals(database: Database) -> None:
    """A need is partly matched, then matched, both if all comes at once; saying it twice is harmless."""
    officer, handler = ministry(database, "GHA"), desk(database)
    with database.writing() as session:
        row = brought_to(session, "circulated", officer, handler)
        moves.record_matching_progress(session, officer.caller, row.id, is_complete=False)
        moves.record_matching_progress(session, officer.caller, row.id, is_complete=False)
        assert row.state == "partially_matched"
        at_once = brought_to(session, "circulated", officer, handler)
        moves.record_matching_progress(session, officer.caller, at_once.id, is_complete=True)
        moves.record_matching_progress(session, officer.caller, at_once.id, is_complete=True)
        entries = get_journal(session, officer.caller, f"need:{at_once.id}").entries
        assert [entry.event for entry in entries][-2:] == ["need.partially-matched", "need.matched"]
        early = brought_to(session, "validated", officer, handler)
        with pytest.raises(WrongMove):
            moves.record_matching_progress(session, officer.caller, early.id, is_complete=True)
        with pytest.raises(NotFound):
            moves.fulfil(session, officer.caller, "need_" + "0" * 32)


def test_of_two_changes_at_once_one_is_refused(database: Database) -> None:
    """A change that was begun before somebody else's is refused and leaves no trace."""
    officer, handler = ministry(database, "GHA"), desk(database)
    need_id = a_need(database, "circulated", officer, handler)
    for meanwhile in ({"version": 99}, {"state": "withdrawn"}):
        with pytest.raises(ChangedMeanwhile), database.writing() as session:
            _change_too_late(session, need_id, meanwhile)
    with database.reading() as session:
        assert session.get_one(Need, need_id).title == "Train analysts of migration data"


steps = st.lists(
    st.tuples(st.sampled_from(list(USER_MOVES)), st.sampled_from(["asks", "handles", "other", "all"])),
    min_size=5,
    max_size=15,
)


@settings(max_examples=25)
@given(steps=steps)
def test_any_sequence_of_moves_keeps_life_and_journal(
    database: Database, steps: list[tuple[str, str]]
) -> None:
    """Whoever tries whatever in whatever order: each step is drawn or refused, and is told."""
    with database.writing() as session:
        asking = stakeholder(session, "ministry_or_agency", "GHA")
        case_desk = stakeholder(session, "dialogue_secretariat", is_desk=True)
        duties = {
            "asks": {Duty("requester_officer", asking), Duty("national_focal_point", asking)},
            "handles": {Duty("case_officer", case_desk)},
            "other": {Duty("requester_officer", case_desk)},
        }
        duties["all"] = duties["asks"] | duties["handles"]
        callers = {name: Caller(f"account_{name}", duties=frozenset(held)) for name, held in duties.items()}
        registration: dict[str, Any] = {"requesters": [asking], "desk": case_desk, "title": "A need"}
        registration["components"] = [COMPONENT]
        row = commands.register_need(session, callers["asks"], NeedRegistration.model_validate(registration))
        told = ["need.registered"]
        for verb, who in steps:
            before = row.state
            try:
                USER_MOVES[verb][1](session, callers[who], row.id)
            except Refusal:
                assert row.state == before
                continue
            if verb != "endorse" or before == "pending_endorsement":
                assert before in MOVES[verb].sources
                assert row.state == MOVES[verb].target
            told += ["need.endorsed"] if verb == "endorse" else []
            told += [MOVES[verb].event] if row.state != before else []
        journal = get_journal(session, callers["asks"], f"need:{row.id}")
        assert journal.chain_holds
        assert [entry.event for entry in journal.entries] == told


def _change_too_late(session: Session, need_id: str, meanwhile: dict[str, Any]) -> None:
    row = session.get_one(Need, need_id)
    statement = update(Need).where(col(Need.id) == need_id).values(**meanwhile)
    session.execute(statement.execution_options(synchronize_session=False))
    change(session, row, title="Written too late")


def _level(session: Session, caller: Caller, row: Need, level: str) -> None:
    wanted = LevelChange.model_validate({"confidentiality": level})
    commands.change_confidentiality(session, caller, row.id, wanted)
