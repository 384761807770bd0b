"""What goes out to those who look after an instance."""

from datetime import datetime
from typing import Any

from pydantic import Field

from service.web.schemas import View


class AdministrationView(View):
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
    """Corrections of facts that stand."""
    rounds: int
    letters_waiting: int
    letters_given_up: int
    journal_roots: int


class DutyLine(View):
    """A duty that somebody has now."""

    id: str
    role: str = Field(examples=["case_officer"])
    account: str
    account_name: str
    stakeholder: str | None
    stakeholder_name: str | None
    granted_at: datetime


class DeskOfDialogue(View):
    """A desk that hosts a dialogue, and how many people work at it."""

    id: str
    name: str
    people: int


class HostedDialogue(View):
    """A dialogue, with the desks that stand for it on this instance."""

    code: str = Field(examples=["RABAT"])
    short_name: str
    status: str
    members: int
    desks: list[DeskOfDialogue]


class HostedDialogues(View):
    """All dialogues, by short name."""

    dialogues: list[HostedDialogue]


class FactKind(View):
    """A kind of reference data: how much of it is in use, how much was retired."""

    kind: str = Field(examples=["state"])
    in_use: int
    retired: int
    corrections: int


class ReferenceStanding(View):
    """How the reference data stand: what there is, and when the files were taken in."""

    kinds: list[FactKind]
    synced_at: list[datetime]
    """When something changed through the files, the latest first."""


class FairnessView(View):
    """A kind of fairness that a round can be asked for with."""

    code: str = Field(examples=["tiered"])
    name: str
    effect: str


class PolicyInUse(View):
    """The policy of a desk's last round."""

    desk: str | None
    desk_name: str | None
    round: str
    requested_at: datetime
    digest: str | None
    settings: dict[str, Any]


class PoliciesView(View):
    """The policies of rounds: what can be chosen, what is published, what was used last."""

    published: dict[str, Any]
    fairness: list[FairnessView]
    in_use: list[PolicyInUse]


class HealthCheck(View):
    """One thing that tells how the service is doing."""

    code: str = Field(examples=["letters_waiting"])
    label: str
    figure: int
    is_fine: bool
    advice: str
    """What to do where it is not fine."""


class ServiceStanding(View):
    """How the service is doing, in plain words."""

    checks: list[HealthCheck]
    database: str = Field(examples=["sqlite"])
    durability: str
    has_mail_server: bool
    text_model: str
    last_root_at: datetime | None
    """When the journal was sealed last."""
