"""Rules about stakeholders. Pure."""

from service.caller import ASKING, DESK, OFFERING, Caller

PUBLIC_BODIES = frozenset(
    {
        "ministry_or_agency",
        "local_authority",
        "judiciary",
        "prosecution",
        "parliament",
        "ombuds_or_nhri",
        "consular_post",
    }
)
"""Types that are public bodies of a state."""

ASKS_JOINTLY_ONLY = frozenset(
    {
        "civil_society",
        "diaspora_org",
        "migrant_org",
        "trade_union",
        "employer_or_private",
        "academia",
        "media",
        "financial_institution",
        "community_leader",
    }
)
"""Types that may ask for help only together with a public body."""

OF_A_STATE = PUBLIC_BODIES
"""Types that must name their state."""

HOLDS_A_PERSON = "individual_expert"


def may_register(caller: Caller) -> bool:
    """Tell whether the caller may register stakeholders: administrators and the staff of desks."""
    return caller.is_administrator or bool(caller.desks())


def may_revise(caller: Caller, stakeholder_id: str) -> bool:
    """Tell whether the caller may revise this one: those who act in its name, and administrators."""
    return caller.is_administrator or caller.acts_for(stakeholder_id, *ASKING, *OFFERING, *DESK)
