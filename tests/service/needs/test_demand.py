"""What a round takes from the needs."""

from datetime import date

from service.database.engines import Database
from service.needs import commands, moves
from service.needs.demand import LanguageForRound, needs_by_id, needs_for_round
from service.needs.rules import LEVELS, STATES, TAKEN_INTO_ROUNDS
from tests.service.needs.cases import a_need, brought_to
from tests.service.people import desk, ministry, pool


def test_a_round_takes_every_level(database: Database) -> None:
    """Computing is not showing: a need at any level the desk may see is matched."""
    officer, handler = ministry(database, "GHA"), desk(database)
    made = {
        a_need(database, "circulated", officer, handler, confidentiality=level, public_summary="In short.")
        for level in LEVELS
        if level != "draft"
    }
    with database.reading() as session:
        assert {need.id for need in needs_for_round(session, handler.stakeholder_id)} == made


def test_a_round_takes_what_is_open_for_matching(database: Database) -> None:
    """Only validated, circulated and partly matched needs are taken in."""
    officer, handler = ministry(database, "GHA"), desk(database)
    for state in sorted(set(STATES) - {"ineligible", "escalated"}):
        a_need(database, state, officer, handler)
    with database.reading() as session:
        found = needs_for_round(session, handler.stakeholder_id)
        assert {need.state for need in found} == TAKEN_INTO_ROUNDS
        assert [need.id for need in found] == sorted(need.id for need in found)


def test_a_round_takes_only_what_the_requester_lets_it(database: Database) -> None:
    """A desk's round holds no need of another desk, and none whose requester said no."""
    officer, first, second = ministry(database, "GHA"), desk(database), desk(database)
    mine = a_need(database, "circulated", officer, first)
    theirs = a_need(database, "circulated", officer, second)
    never = a_need(database, "circulated", officer, first, matching_allowed=False)
    with database.writing() as session:
        assert [need.id for need in needs_for_round(session, first.stakeholder_id)] == [mine]
        assert {need.id for need in needs_for_round(session)} == {mine, theirs}
        commands.disallow_matching(session, officer.caller, mine)
        commands.allow_matching(session, officer.caller, never)
        assert [need.id for need in needs_for_round(session, first.stakeholder_id)] == [never]


def test_a_scope_narrows_a_round(database: Database) -> None:
    """A theme takes its commitments' needs; a dialogue those of its members and of who wishes it as host."""
    member, outsider, handler = ministry(database, "GHA"), ministry(database, "NZL"), desk(database)
    data = a_need(database, "validated", member, handler, commitments=["T4-01"])
    child = a_need(database, "validated", outsider, handler, commitments=["T1-01"])
    wished = a_need(database, "validated", outsider, handler, dialogues=["RABAT"], commitments=[])
    with database.reading() as session:

        def ids(theme: str | None = None, dialogue: str | None = None) -> set[str]:
            return {need.id for need in needs_for_round(session, handler.stakeholder_id, theme, dialogue)}

        assert ids() == {data, child, wished}
        assert ids(theme="T1") == {child}
        assert ids(dialogue="RABAT") == {data, wished}
        assert ids(theme="T4", dialogue="RABAT") == {data}


def test_a_round_knows_all_that_was_said(database: Database) -> None:
    """Components, window, texts, caps and all lists of providers, the private one too, reach the engine."""
    officer, handler, provider = ministry(database, "GHA"), desk(database), pool(database)
    unwanted = (provider.stakeholder_id,)
    component = {
        "area": "EXP-DATA",
        "languages": [{"code": "fr", "level": "B2"}, {"code": "en"}],
        "experts": 1000,
        "days": 5,
        "note": "In the capital.",
    }
    need_id = a_need(
        database,
        "circulated",
        officer,
        handler,
        components=[{"modality": "MOD-TRAIN", "is_mandatory": False}, component],
        context="Why.",
        starts_on=date(2027, 3, 1),
        ends_on=date(2027, 9, 30),
        do_not_pair=unwanted,
        excluded=unwanted,
        max_days=20,
        max_cost_per_day_usd=400,
        interpretation_offered=True,
    )
    with database.reading() as session:
        (need,) = needs_by_id(session, [need_id])
    assert need.text == "Train analysts of migration data\nWhy.\nIn the capital."
    assert (need.starts_on, need.ends_on) == (date(2027, 3, 1), date(2027, 9, 30))
    assert (need.do_not_pair, need.excluded, need.preferred) == (unwanted, unwanted, ())
    assert (need.max_days, need.max_cost_per_day_usd, need.interpretation) == (20, 400, True)
    optional, mandatory = need.components
    assert (optional.mandatory, optional.languages, optional.area) == (False, None, None)
    assert mandatory.languages == (LanguageForRound("fr", "B2"), LanguageForRound("en", None))
    assert (mandatory.slots, mandatory.days, mandatory.mandatory) == (1000, 5, True)


def test_a_round_knows_who_endorsed(database: Database) -> None:
    """A need counts as endorsed when all requesters did, or when it is an emergency that goes ahead."""
    officer, second, handler = ministry(database, "GHA"), ministry(database, "NER"), desk(database)
    both = [officer.stakeholder_id, second.stakeholder_id]
    done = a_need(database, "circulated", officer, handler, requesters=both)
    with database.writing() as session:
        waiting = brought_to(
            session, "pending_endorsement", officer, handler, urgency="emergency", requesters=both
        )
        found = {need.id: need.endorsed for need in needs_by_id(session, [done, waiting.id])}
        assert found == {done: True, waiting.id: False}
        moves.expedite_need(session, officer.caller, waiting.id)
        assert [need.endorsed for need in needs_by_id(session, [waiting.id])] == [True]
