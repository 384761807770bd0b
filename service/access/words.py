"""Roles in words."""

from collections.abc import Mapping

from service.caller import ROLES, Role
from service.texts import N_, translate

ROLE_NAMES: Mapping[Role, str] = {
    "requester_officer": N_("Officer who asks for help"),
    "national_focal_point": N_("National focal point"),
    "provider_focal_point": N_("Focal point for help that is offered"),
    "pool_manager": N_("Manager of an expert pool"),
    "expert": N_("Expert"),
    "case_officer": N_("Case officer of a desk"),
    "dialogue_secretariat": N_("Secretariat of a dialogue"),
    "steering_member": N_("Member of the steering group"),
    "funder": N_("Funder"),
    "peer_reviewer": N_("Peer reviewer"),
    "evaluator": N_("Evaluator"),
    "observer": N_("Observer"),
    "administrator": N_("Administrator"),
}


def role_names(language: str) -> dict[str, str]:
    """Return what each role is called in a language."""
    return {role: translate(ROLE_NAMES[role], language) for role in ROLES}
