"""Who asks. A plain value that every query and command takes."""

from dataclasses import dataclass, field
from typing import Literal, get_args

from service.texts import DEFAULT_LANGUAGE

Role = Literal[
    "requester_officer",
    "national_focal_point",
    "provider_focal_point",
    "pool_manager",
    "expert",
    "case_officer",
    "dialogue_secretariat",
    "steering_member",
    "funder",
    "peer_reviewer",
    "evaluator",
    "observer",
    "administrator",
]
ROLES: tuple[Role, ...] = get_args(Role)

ASKING: frozenset[Role] = frozenset({"requester_officer", "national_focal_point"})
OFFERING: frozenset[Role] = frozenset({"provider_focal_point", "pool_manager"})
DESK: frozenset[Role] = frozenset({"case_officer", "dialogue_secretariat"})


@dataclass(frozen=True, slots=True)
class Duty:
    """A role within a stakeholder. A desk is a stakeholder too."""

    role: Role
    stakeholder_id: str | None = None


@dataclass(frozen=True, slots=True)
class StandIn:
    """A duty of somebody else, for whom one acts as deputy now."""

    duty: Duty
    account_id: str


@dataclass(frozen=True, slots=True)
class Caller:
    """The account that asks, with the duties that it has now."""

    account_id: str | None = None
    name: str = ""
    duties: frozenset[Duty] = field(default_factory=frozenset)
    language: str = DEFAULT_LANGUAGE
    session_id: str | None = None
    """The session in which the caller signed in; none: a token, or the service itself."""
    has_second_factor: bool = False
    """Whether the caller proved a second factor in this session."""
    stands_in: frozenset[StandIn] = field(default_factory=frozenset)
    """For whom the caller acts as deputy now; those duties are among ``duties``."""

    @property
    def is_signed_in(self) -> bool:
        """Whether somebody is signed in."""
        return self.account_id is not None

    @property
    def is_administrator(self) -> bool:
        """Whether the caller looks after the instance. It opens no confidential need."""
        return any(duty.role == "administrator" for duty in self.duties)

    def stakeholders(self, *roles: Role) -> frozenset[str]:
        """Return the stakeholders for which the caller has one of the roles (any role, if none is named)."""
        return frozenset(
            duty.stakeholder_id
            for duty in self.duties
            if duty.stakeholder_id and (not roles or duty.role in roles)
        )

    def desks(self) -> frozenset[str]:
        """Return the desks at which the caller works."""
        return self.stakeholders(*DESK)

    def acts_for(self, stakeholder_id: str, *roles: Role) -> bool:
        """Tell whether the caller has one of the roles within the stakeholder."""
        return stakeholder_id in self.stakeholders(*roles)


ANYBODY = Caller()
"""Someone who is not signed in."""

SYSTEM = Caller(account_id="system", name="Homologue")
"""The service itself: schedules, reactions and rounds. It never reads on anybody's behalf."""

OPERATOR = Caller(
    account_id="operator",
    name="Operator",
    duties=frozenset({Duty("administrator")}),
    has_second_factor=True,
)
"""Whoever can run commands on the machine itself."""
