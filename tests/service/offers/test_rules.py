"""The life of an offer, who may do what, and who is shown it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.caller import ANYBODY, OFFERING, ROLES, SYSTEM, Caller, Duty, Role
from service.errors import WrongMove
from service.offers import rules

DRAWN = {
    ("draft", "pending_authorisation"),
    ("pending_authorisation", "active"),
    ("active", "on_hold"),
    ("on_hold", "active"),
    ("active", "active"),
    ("active", "stale"),
    ("stale", "active"),
    ("stale", "expired"),
    ("draft", "withdrawn"),
    ("pending_authorisation", "withdrawn"),
    ("active", "withdrawn"),
    ("on_hold", "withdrawn"),
    ("stale", "withdrawn"),
}
"""The drawing of the domain page; confirming an active offer leaves it active."""


MANAGER = Caller("account_m", "M", frozenset({Duty("pool_manager", "stakeholder_a")}))
FOCAL = Caller("account_f", "F", frozenset({Duty("provider_focal_point", "stakeholder_a")}))


@dataclass(frozen=True)
class Described:
    """What the rules know of an offer."""

    stakeholder_id: str = "stakeholder_a"
    kind: str = "institution"
    state: str = "active"
    confidentiality: str = "secretariat_only"
    desk_id: str | None = None
    is_imported: bool = False
    restricted_at: datetime | None = None
    authorised_at: datetime | None = None
    confirmed_at: datetime | None = None


def caller(*duties: tuple[Role, str | None]) -> Caller:
    """Give a caller with duties."""
    return Caller("account_x", "X", frozenset(Duty(*duty) for duty in duties))


def test_the_moves_are_those_of_the_drawing() -> None:
    """No move leads anywhere but where the drawing has an arrow, and every arrow has its move."""
    assert {(source, move.target) for move in rules.MOVES.values() for source in move.sources} == DRAWN


def test_each_move_is_made_by_whom_it_belongs_to_and_told_by_its_name() -> None:
    """Who makes which move, and how the journal calls it, changes on purpose only."""
    assert {verb: (move.who, move.event) for verb, move in rules.MOVES.items()} == {
        "submit": ("provider", "offer.submitted"),
        "authorise": ("authoriser", "offer.authorised"),
        "hold": ("provider", "offer.held"),
        "resume": ("provider", "offer.resumed"),
        "reconfirm": ("provider", "offer.reconfirmed"),
        "withdraw": ("provider", "offer.withdrawn"),
        "mark_stale": ("clock", "offer.marked-stale"),
        "expire": ("clock", "offer.expired"),
    }
    assert {(source, verb) for verb, move in rules.MOVES.items() for source in move.sources} >= {
        ("active", "reconfirm"),
        ("stale", "reconfirm"),
    }


def test_words_and_times_are_those_of_the_design() -> None:
    """States, levels and lists of words are those that people, clients and old records know."""
    assert set(rules.STATES) == {state for arrow in DRAWN for state in arrow}
    assert {"expired", "withdrawn"} == rules.FINAL
    assert set(rules.STATES) - {"expired", "withdrawn"} == rules.OPEN
    assert {"active", "stale"} == rules.IN_ROUNDS
    assert {"active", "on_hold", "stale", "expired"} == rules.SHOWN
    assert rules.KINDS == ("institution", "named_expert")
    assert rules.LEVELS == ("draft", "secretariat_only", "dialogue_members", "all_states", "public")
    assert rules.WISHES == ("refuses", "prefers", "conflict")
    assert rules.PROFICIENCIES == ("awareness", "practitioner", "advanced", "authority")
    assert rules.EVIDENCE == (
        "self_declared",
        "employer_confirmed",
        "document_verified",
        "peer_reviewed",
        "delivered_and_rated",
    )
    assert {"self_declared", "employer_confirmed"} == rules.STATED_BY_PROVIDER
    assert rules.CEFR == ("A1", "A2", "B1", "B2", "C1", "C2")
    assert rules.LANGUAGE_BASES == ("stated", "official_language")
    assert (rules.STALE_AFTER_DAYS, rules.EXPIRED_AFTER_DAYS) == (365, 365)


@pytest.mark.parametrize(("state", "verb"), list(product(rules.STATES, rules.MOVES)))
def test_a_move_exists_or_is_refused_by_name(state: str, verb: str) -> None:
    """From every state every move either leads along the drawing or is refused with move and state."""
    if state in rules.MOVES[verb].sources:
        assert (state, rules.next_state(state, verb)) in DRAWN
    else:
        with pytest.raises(WrongMove) as refused:
            rules.next_state(state, verb)
        assert refused.value.params == {"move": verb, "state": state}


def test_only_the_final_states_have_no_way_out() -> None:
    """Whoever is not withdrawn or expired can still go somewhere else."""
    with_a_way_out = {source for source, target in DRAWN if source != target}
    assert set(rules.STATES) - with_a_way_out == rules.FINAL


@given(st.lists(st.sampled_from(sorted(rules.MOVES)), max_size=12))
def test_a_walk_stays_in_the_drawing_and_ends_where_it_is_final(verbs: list[str]) -> None:
    """Whatever is tried in whatever order, an offer is in a known state and never leaves a final one."""
    state: str = "draft"
    for verb in verbs:
        try:
            after = rules.next_state(state, verb)
        except WrongMove:
            continue
        assert state not in rules.FINAL
        assert (state, after) in DRAWN
        state = after


def test_every_state_is_reached() -> None:
    """Every state can be reached from a draft."""
    reached = {"draft"}
    for _ in rules.STATES:
        reached |= {target for source, target in DRAWN if source in reached}
    assert reached == set(rules.STATES)


@pytest.mark.parametrize("verb", ["mark_stale", "expire"])
@pytest.mark.parametrize("role", ROLES)
def test_nobody_makes_the_moves_of_the_clock(verb: str, role: Role) -> None:
    """That nobody confirmed an offer is for time to tell, not for a person."""
    assert not rules.may_move(caller((role, "stakeholder_a")), Described(), verb)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("verb", ["submit", "hold", "resume", "reconfirm", "withdraw"])
def test_only_who_offers_for_the_provider_moves_its_offer(role: Role, verb: str) -> None:
    """A focal point or pool manager of the provider makes its moves; other roles and other houses do not."""
    assert rules.may_move(caller((role, "stakeholder_a")), Described(), verb) == (role in OFFERING)
    assert not rules.may_move(caller((role, "stakeholder_b")), Described(), verb)
    assert not rules.may_move(ANYBODY, Described(), verb)
    assert not rules.may_move(SYSTEM, Described(), verb)


def test_a_named_expert_needs_the_focal_point_of_the_institution() -> None:
    """A pool's manager authorises a standing offer, but not a named expert."""
    expert = Described(kind="named_expert")
    assert rules.may_move(MANAGER, Described(), "authorise")
    assert not rules.may_move(MANAGER, expert, "authorise")
    assert rules.may_move(FOCAL, expert, "authorise")
    assert not rules.may_change_level(MANAGER, expert)
    assert rules.may_change_level(FOCAL, expert)


def test_what_was_authorised_of_a_named_expert_is_revised_by_who_authorised() -> None:
    """After the institution's word, the pool's manager no longer changes what it was given for."""
    draft = Described(kind="named_expert", state="draft")
    authorised = replace(draft, state="active", authorised_at=datetime(2027, 1, 1, tzinfo=UTC))
    assert rules.may_revise(MANAGER, draft)
    assert not rules.may_revise(MANAGER, authorised)
    assert rules.may_revise(FOCAL, authorised)


def test_administrators_keep_an_imported_offer_until_its_provider_confirms_it() -> None:
    """What was taken from a source is corrected by administrators, until the provider speaks for itself."""
    administrator = caller(("administrator", None))
    imported = Described(is_imported=True)
    confirmed = replace(imported, confirmed_at=datetime(2027, 1, 1, tzinfo=UTC))
    for may in (rules.may_revise, lambda who, what: rules.may_move(who, what, "withdraw")):
        assert may(administrator, imported)
        assert not may(administrator, confirmed)
        assert not may(administrator, Described())
    assert not rules.may_move(administrator, imported, "reconfirm")


@pytest.mark.parametrize("role", ROLES)
def test_wishes_and_persons_are_for_who_offers(role: Role) -> None:
    """Only the people who offer for the provider know its wishes and who its expert is; no desk does."""
    offer = Described(desk_id="stakeholder_desk")
    assert rules.may_know_private(caller((role, "stakeholder_a")), offer) == (role in OFFERING)
    assert not rules.may_know_private(caller((role, "stakeholder_desk")), offer)


def test_a_desk_assesses_what_is_addressed_to_it_but_not_its_own() -> None:
    """Evidence is the desk's to add, never the provider's, even where both are one house."""
    officer = caller(("case_officer", "stakeholder_desk"))
    assert rules.may_assess(officer, Described(desk_id="stakeholder_desk"))
    assert not rules.may_assess(officer, Described(desk_id="stakeholder_other"))
    assert not rules.may_assess(officer, Described())
    own = Described(stakeholder_id="stakeholder_desk", desk_id="stakeholder_desk")
    assert not rules.may_assess(officer, own)


viewers = st.builds(
    rules.Viewer,
    own=st.frozensets(st.sampled_from(["stakeholder_a", "stakeholder_b"])),
    desks=st.frozensets(st.sampled_from(["stakeholder_desk", "stakeholder_other"])),
    speaks_for_a_state=st.booleans(),
    dialogues=st.frozensets(st.sampled_from(["PRAGUE", "RABAT"])),
)
described = st.builds(
    Described,
    state=st.sampled_from(rules.STATES),
    confidentiality=st.sampled_from(rules.LEVELS),
    desk_id=st.sampled_from([None, "stakeholder_desk", "stakeholder_other"]),
    restricted_at=st.none() | st.none() | st.just(datetime(2027, 1, 1, tzinfo=UTC)),
)


@given(viewers, described)
def test_the_provider_sees_its_offers_and_nobody_else_a_draft(viewer: rules.Viewer, offer: Described) -> None:
    """Its own people always see an offer; a draft, or an offer kept at draft, is theirs alone."""
    seen = rules.may_see(viewer, offer, "PRAGUE")
    if offer.stakeholder_id in viewer.own:
        assert seen
    elif "draft" in {offer.state, offer.confidentiality}:
        assert not seen


@given(viewers, described)
def test_an_offer_is_shown_as_far_as_its_level_and_its_state_go(
    viewer: rules.Viewer, offer: Described
) -> None:
    """The desk sees all but drafts and what is restricted; others what is shown, in the level's circles."""
    assert rules.Viewer() == rules.Viewer(frozenset(), frozenset(), False, frozenset())  # noqa: FBT003 - as is
    if offer.stakeholder_id in viewer.own or "draft" in {offer.state, offer.confidentiality}:
        return
    if offer.restricted_at is not None:
        assert not rules.may_see(viewer, offer, "PRAGUE")
        return
    is_in_circle = (
        offer.confidentiality == "public"
        or (offer.confidentiality == "all_states" and viewer.speaks_for_a_state)
        or (offer.confidentiality == "dialogue_members" and "PRAGUE" in viewer.dialogues)
    )
    is_shown = is_in_circle and offer.state in {"active", "on_hold", "stale", "expired"}
    assert rules.may_see(viewer, offer, "PRAGUE") == (is_shown or offer.desk_id in viewer.desks)


@pytest.mark.parametrize("role", ROLES)
def test_each_asks_of_an_offer_what_is_theirs(role: Role) -> None:
    """Registering, importing, authorising and the journal are each for the roles and houses named."""
    here, desk = "stakeholder_a", "stakeholder_desk"
    offer = Described(desk_id=desk)
    own, handling = caller((role, here)), caller((role, desk))
    assert rules.may_register(own, here) == rules.may_authorise(own, offer) == (role in OFFERING)
    assert not rules.may_register(own, "stakeholder_b")
    assert rules.may_import(own) == (role == "administrator")
    expert = replace(offer, kind="named_expert")
    assert rules.may_authorise(own, expert) == (role == "provider_focal_point")
    assert rules.may_revise(own, offer) == (role in OFFERING)
    assert rules.may_read_journal(own, offer)
    handles = role in {"case_officer", "dialogue_secretariat"}
    assert rules.may_read_journal(handling, offer) == rules.may_assess(handling, offer) == handles
    assert not rules.may_read_journal(caller((role, "stakeholder_b")), offer)


@pytest.mark.parametrize(("level", "state"), list(product(rules.LEVELS, rules.STATES)))
def test_each_circle_is_let_in_by_its_level(level: str, state: str) -> None:
    """An offer that is shown at all is shown to just those whom its level names."""
    offer = Described(state=state, confidentiality=level)
    circles = {
        "public": rules.Viewer(),
        "all_states": rules.Viewer(speaks_for_a_state=True),
        "dialogue_members": rules.Viewer(dialogues=frozenset({"PRAGUE"})),
    }
    shown = {circle for circle, viewer in circles.items() if rules.may_see(viewer, offer, "PRAGUE")}
    let_in = {"public": set(circles), "all_states": {"all_states"}, "dialogue_members": {"dialogue_members"}}
    is_shown = state in {"active", "on_hold", "stale", "expired"}
    assert shown == (let_in.get(level, set()) if is_shown else set())


def test_words_about_an_offer_are_derived() -> None:
    """Whether it is reconfirmed, how an expert is called, and which cost compares."""
    moment = datetime(2027, 1, 1, tzinfo=UTC)
    states = {state for state in rules.STATES if rules.is_reconfirmed(state, moment)}
    assert states == set(rules.STATES) - {"stale", "expired"}
    assert not any(rules.is_reconfirmed(state, None) for state in rules.STATES)
    assert rules.label_of("named_expert", "offer_01abcdef") == "Expert ABCDEF"
    assert rules.label_of("institution", "offer_01abcdef") is None
    assert rules.CAPS_ARE_IN == "USD"
    assert [rules.comparable_cost(300.0, currency) for currency in ("USD", "EUR", None)] == [
        300.0,
        None,
        None,
    ]


@given(viewers, described)
def test_nothing_at_the_default_level_goes_beyond_the_desk(viewer: rules.Viewer, offer: Described) -> None:
    """An offer whose provider chose no level is seen by the provider and the desk that it is addressed to."""
    offer = replace(offer, confidentiality="secretariat_only")
    if rules.may_see(viewer, offer, "PRAGUE"):
        assert offer.stakeholder_id in viewer.own or offer.desk_id in viewer.desks


@given(viewers, described)
def test_public_shows_to_whoever_any_narrower_level_does(viewer: rules.Viewer, offer: Described) -> None:
    """Widening to public hides an offer from nobody."""
    if rules.may_see(viewer, offer, "PRAGUE"):
        assert rules.may_see(viewer, replace(offer, confidentiality="public"), "PRAGUE")


def test_the_clock_marks_after_its_period_and_not_before() -> None:
    """An offer confirmed exactly at the limit still stands; a second earlier it does not."""
    as_of = datetime(2027, 6, 1, tzinfo=UTC)
    limit = as_of - timedelta(days=rules.STALE_AFTER_DAYS)
    assert rules.stale_since(as_of) == limit
    assert rules.stale_since(as_of, after_days=10) == as_of - timedelta(days=10)
    assert rules.expired_since(as_of) == as_of - timedelta(days=365)
    assert rules.expired_since(as_of, after_days=10) == as_of - timedelta(days=10)


@pytest.mark.parametrize(
    ("old", "proficiency", "stated", "kept"),
    [
        (None, "advanced", "self_declared", "self_declared"),
        (("advanced", "peer_reviewed"), "advanced", "self_declared", "peer_reviewed"),
        (("advanced", "peer_reviewed"), "advanced", None, "peer_reviewed"),
        (("advanced", "peer_reviewed"), "authority", "self_declared", "self_declared"),
        (("advanced", "self_declared"), "advanced", None, None),
        (("advanced", "employer_confirmed"), "advanced", "self_declared", "self_declared"),
        (("advanced", None), "advanced", "self_declared", "self_declared"),
    ],
)
def test_what_a_desk_found_out_stays_with_the_proficiency_it_was_about(
    old: tuple[str, str | None] | None, proficiency: str, stated: str | None, kept: str | None
) -> None:
    """Evidence of a desk survives a revision, unless the provider now claims another proficiency."""
    assert rules.kept_evidence(old, proficiency, stated) == kept
