"""What those who look after an instance look at."""

from datetime import datetime
from typing import Any

from clients.models.parts import Answer

__all__ = [
    "Administration",
    "DeskOfDialogue",
    "DutyLine",
    "FactKind",
    "FairnessChoice",
    "HealthCheck",
    "HostedDialogue",
    "HostedDialogues",
    "Policies",
    "PolicyInUse",
    "ReferenceStanding",
    "ServiceStanding",
]


class Administration(Answer):
    """What there is to look after, in figures."""

    accounts: int
    accounts_closed: int
    duties: int
    invitations_open: int
    webhooks: int
    webhooks_switched_off: int
    desks: int
    dialogues: int
    corrections: int
    rounds: int
    letters_waiting: int
    letters_given_up: int
    journal_roots: int


class DutyLine(Answer):
    """A duty that somebody has now."""

    id: str
    role: str
    account: str
    account_name: str
    stakeholder: str | None
    stakeholder_name: str | None
    granted_at: datetime


class DeskOfDialogue(Answer):
    """A desk that hosts a dialogue, and how many people work at it."""

    id: str
    name: str
    people: int


class HostedDialogue(Answer):
    """A dialogue, with the desks that stand for it on this instance."""

    code: str
    short_name: str
    status: str
    members: int
    desks: list[DeskOfDialogue]


class HostedDialogues(Answer):
    """All dialogues, by short name."""

    dialogues: list[HostedDialogue]


class FactKind(Answer):
    """A kind of reference data: how much of it is in use, how much was retired."""

    kind: str
    in_use: int
    retired: int
    corrections: int


class ReferenceStanding(Answer):
    """How the reference data stand: what there is, and when the files were taken in."""

    kinds: list[FactKind]
    synced_at: list[datetime]


class FairnessChoice(Answer):
    """A kind of fairness that a round can be asked for with."""

    code: str
    name: str
    effect: str


class PolicyInUse(Answer):
    """The policy of a desk's last round."""

    desk: str | None
    desk_name: str | None
    round: str
    requested_at: datetime
    digest: str | None
    settings: dict[str, Any]


class Policies(Answer):
    """The policies of rounds: what can be chosen, what is published, what was used last."""

    published: dict[str, Any]
    fairness: list[FairnessChoice]
    in_use: list[PolicyInUse]


class HealthCheck(Answer):
    """One thing that tells how the service is doing."""

    code: str
    label: str
    figure: int
    is_fine: bool
    advice: str


class ServiceStanding(Answer):
    """How the service is doing, in plain words."""

    checks: list[HealthCheck]
    database: str
    durability: str
    has_mail_server: bool
    text_model: str
    last_root_at: datetime | None
