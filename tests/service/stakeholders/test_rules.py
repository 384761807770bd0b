"""Which bodies ask, and who registers and revises them."""

import pytest

from service.caller import ANYBODY, ASKING, DESK, OFFERING, ROLES, SYSTEM, Caller, Duty, Role
from service.stakeholders import rules

HERE = "stakeholder_here"


def test_public_bodies_ask_alone_and_the_others_with_one() -> None:
    """The types of a state, and those that ask only beside one, are those of the design."""
    assert {
        "ministry_or_agency",
        "local_authority",
        "judiciary",
        "prosecution",
        "parliament",
        "ombuds_or_nhri",
        "consular_post",
    } == rules.PUBLIC_BODIES
    assert {
        "civil_society",
        "diaspora_org",
        "migrant_org",
        "trade_union",
        "employer_or_private",
        "academia",
        "media",
        "financial_institution",
        "community_leader",
    } == rules.ASKS_JOINTLY_ONLY
    assert rules.OF_A_STATE == rules.PUBLIC_BODIES
    assert rules.HOLDS_A_PERSON == "individual_expert"


@pytest.mark.parametrize("role", ROLES)
def test_desks_register_and_those_who_act_for_one_revise_it(role: Role) -> None:
    """Desks and administrators register; who asks, offers or handles for one revises it, nobody else's."""
    caller = Caller("a", duties=frozenset({Duty(role, HERE)}))
    assert rules.may_register(caller) == (role in DESK or role == "administrator")
    acts = role in ASKING | OFFERING | DESK
    assert rules.may_revise(caller, HERE) == (acts or role == "administrator")
    assert rules.may_revise(caller, "stakeholder_there") == (role == "administrator")


@pytest.mark.parametrize("caller", [ANYBODY, SYSTEM])
def test_without_a_duty_nothing_is_registered(caller: Caller) -> None:
    """Neither nobody nor the service itself keeps the register."""
    assert not rules.may_register(caller)
    assert not rules.may_revise(caller, HERE)
