"""Two sides that know nothing of each other, each with somebody in every role and one of every thing.

What is one side's own is the other's secret: each need stays at its narrowest level but for its own desk and
the pool that was asked for it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

from sqlmodel import Session, col, select

from service import clock
from service.access.deputies import name_deputy
from service.access.inviting import invite
from service.access.people_schemas import DeputyNaming, InvitationSending
from service.access.tables import ApiToken, DutyRow
from service.caller import OPERATOR, ROLES, Caller, Role
from service.database.columns import new_id
from service.database.engines import Database
from service.deadlines.reactions import turn_clocks
from service.deadlines.stages import EVENTS
from service.deadlines.tables import RunningClock
from service.deliveries.commands import register_delivery
from service.deliveries.schemas import DeliveryRegistration
from service.dialogues import commands as dialogues
from service.dialogues.schemas import (
    AgendaItemAddition,
    EngagementConsent,
    MeetingAnnouncement,
    OfficeRecord,
)
from service.journal.reactions import Happening
from service.journal.tables import JournalEntry
from service.matches import commands as matches
from service.matches.engine import published_policy
from service.matches.proposal_commands import propose_proposal
from service.matches.proposal_schemas import Proposing
from service.matches.schemas import PinDecision
from service.matches.tables import MatchRound
from service.needs.commands import change_confidentiality
from service.needs.schemas import LevelChange
from service.needs.views import components_of
from service.needs.widening import open_widening
from service.notifications.reactions import tell_people
from service.notifications.tables import Notification
from service.persons.commands import ask_for_correction
from service.persons.schemas import CorrectionAsked
from service.reference.commands import correct_fact
from service.reference.schemas import Correction
from service.settings import Settings
from service.unmet.commands import escalate
from service.unmet.schemas import EscalationRequest
from service.webhooks.tables import Webhook
from tests.rights.around import AROUND
from tests.service.matches.cases import a_proposal, a_round
from tests.service.needs.cases import brought_to as need_brought_to
from tests.service.offers.cases import brought_to as offer_brought_to
from tests.service.people import Person, person, stakeholder

SOURCE = "https://programme.example/actions/41"
SIDES = (("RABAT", "GHA", "NLD"), ("PRAGUE", "GEO", "POL"))
"""Dialogue, asking state and offering state of each side."""
FIGURES = {
    "needs": 1, "components": 1, "needs_complete": 1, "needs_partial": 0, "needs_without": 0, "slots": 1,
    "filled": 1, "candidates": 1, "total": 8000, "proof": "optimal",
}  # fmt: skip
"""What the round of each side came to."""
_serials = count(1)


@dataclass
class Side:
    """One side: somebody in every role, and the ids of what belongs to it."""

    people: dict[str, Person]
    ids: dict[str, str] = field(default_factory=dict)
    canaries: list[str] = field(default_factory=list)
    """Words that stand in its confidential texts and nowhere else."""

    def secret(self, what: str) -> str:
        """Give a text that nobody outside this side may ever read."""
        word = f"Kanarie{next(_serials):04d}"
        self.canaries.append(word)
        return f"{what} {word}"

    def own_ids(self, role: str | None) -> dict[str, str]:
        """Give the ids of this side, with those that belong to the person in a role."""
        own = self.people.get(role or "")
        mine = {
            name.partition(":")[0]: value for name, value in self.ids.items() if name.endswith(f":{role}")
        }
        return {**self.ids, **mine, **({"account": own.account_id} if own else {})}


def two_sides(database: Database) -> tuple[Side, Side]:
    """Fill a database with both sides."""
    return _side(database, *SIDES[0]), _side(database, *SIDES[1])


def absent(ids: dict[str, str]) -> dict[str, str]:
    """Give ids of the same kinds of which there is nothing."""
    return {name: new_id(value.partition("_")[0]) if "_" in value else value for name, value in ids.items()}


def _side(database: Database, dialogue: str, asking: str, offering: str) -> Side:
    with database.writing() as session:
        side = Side(_people(session, dialogue, asking, offering))
        _own_rights(session, side)
        for step in STEPS:
            step(session, side)
        side.ids |= {"dialogue": dialogue, "state": asking}
        for step in LATER_STEPS:
            step(session, side)
    return side


def _people(session: Session, dialogue: str, asking: str, offering: str) -> dict[str, Person]:
    ministry = stakeholder(session, "ministry_or_agency", asking)
    pool = stakeholder(session, "expert_pool", offering)
    desk = stakeholder(session, "dialogue_secretariat", dialogue=dialogue, is_desk=True)
    academy = stakeholder(session, "academia", offering)
    fund = stakeholder(session, "fund_or_donor", offering)
    homes: dict[Role, str | None] = dict.fromkeys(ROLES, academy)
    homes |= dict.fromkeys(("requester_officer", "national_focal_point", "observer"), ministry)
    homes |= dict.fromkeys(("provider_focal_point", "pool_manager", "expert"), pool)
    homes |= dict.fromkeys(("case_officer", "dialogue_secretariat", "steering_member"), desk)
    homes |= {"funder": fund, "administrator": None}
    return {role: person(session, role, home) for role, home in homes.items()}


def _own_rights(session: Session, side: Side) -> None:
    for role, own in side.people.items():
        token = session.exec(select(ApiToken.id).where(col(ApiToken.account_id) == own.account_id)).one()
        duty = session.exec(select(DutyRow.id).where(col(DutyRow.account_id) == own.account_id)).one()
        side.ids |= {f"token:{role}": token, f"duty:{role}": duty}
    officer = side.people["requester_officer"]
    side.ids |= {
        "account": officer.account_id,
        "token": side.ids["token:requester_officer"],
        "duty": side.ids["duty:requester_officer"],
        "ministry": officer.stakeholder_id,
        "pool": side.people["pool_manager"].stakeholder_id,
        "desk": side.people["case_officer"].stakeholder_id,
    }


def _need(session: Session, side: Side) -> None:
    said = {
        "title": side.secret("Train analysts"),
        "context": side.secret("The register is kept on paper."),
        "expected_result": side.secret("Analysts write reports."),
        "what_exists": side.secret("There is an office."),
        "done_when": side.secret("Two reports are out."),
        "funding_note": side.secret("The state pays travel."),
        "components": [{"area": "EXP-DATA", "modality": "MOD-TRAIN", "note": side.secret("In the capital.")}],
    }
    officer, desk = side.people["requester_officer"], side.people["case_officer"]
    row = need_brought_to(session, "circulated", officer, desk, **said)
    component = components_of(session, [row.id])[row.id][0].id
    side.ids |= {"need": row.id, "component": component}


def _offer(session: Session, side: Side) -> None:
    said = {
        "title": side.secret("Experts in statistics"),
        "kind": "named_expert",
        "person": {"name": side.secret("Example Person")},
        "confidentiality": "secretariat_only",
        "desk": side.ids["desk"],
        "expertise": [{"area": "EXP-DATA", "proficiency": "advanced"}],
        "commitments": ["T4-01"],
    }
    side.ids["offer"] = offer_brought_to(session, "active", side.people["pool_manager"], **said).id


def _proposal(session: Session, side: Side) -> None:
    round_id = a_round(session, side.people["case_officer"])
    done = session.get_one(MatchRound, round_id)
    done.policy, done.figures = published_policy({}), FIGURES
    proposal, seats = a_proposal(session, side.ids["need"], round_id, [side.ids["offer"]])
    side.ids |= {"round": round_id, "proposal": proposal, "seat": seats[0]}
    propose_proposal(session, side.people["requester_officer"].caller, proposal, Proposing(names_need=True))


def _request_of_correction(session: Session, side: Side) -> None:
    officer = side.people["requester_officer"]
    asked = CorrectionAsked(field="Address", text="It ends with .example")
    row = ask_for_correction(session, officer.caller, officer.account_id, asked)
    side.ids["request"] = row.id


def _widening(session: Session, side: Side) -> None:
    wanted = LevelChange(confidentiality="named_providers", reason=side.secret("Few have answered."))
    change_confidentiality(session, side.people["requester_officer"].caller, side.ids["need"], wanted)
    asked = open_widening(session, side.ids["need"])
    assert asked is not None
    side.ids["widening"] = asked.id


def _people_to_come(session: Session, side: Side) -> None:
    focal = side.people["national_focal_point"]
    sending = InvitationSending(
        email=f"guest{next(_serials)}@example.org", role="observer", stakeholder=focal.stakeholder_id
    )
    invitation = invite(session, focal.caller, sending, Settings())
    naming = DeputyNaming(
        duty=side.ids["duty:national_focal_point"],
        account=side.people["observer"].account_id,
        begins_on=clock.today() + timedelta(days=30),
        ends_on=clock.today() + timedelta(days=40),
    )
    deputy = name_deputy(session, focal.caller, naming)
    side.ids |= {"invitation": invitation.id, "deputy": deputy.id}


def _pin(session: Session, side: Side) -> None:
    decision = PinDecision(
        component=side.ids["component"],
        offer=side.ids["offer"],
        decision="lock",
        reason=side.secret("They know each other."),
    )
    clerk = side.people["case_officer"].caller
    side.ids["pin"] = matches.decide_pin(session, clerk, side.ids["need"], decision).id


def _delivery(session: Session, side: Side) -> None:
    said = DeliveryRegistration(topic="Document fraud", requesters=["SEN"], providers=["FRA"], source=SOURCE)
    side.ids["delivery"] = register_delivery(session, side.people["case_officer"].caller, said).id


def _dialogue(session: Session, side: Side) -> None:
    keeper: Caller = side.people["dialogue_secretariat"].caller
    code, state = side.ids["dialogue"], side.ids["state"]
    item = AgendaItemAddition(title="Return", theme="T4", starts_on=date(2027, 1, 1))
    meeting = MeetingAnnouncement(title="Statistics", kind="technical_meeting", held_on=date(2027, 5, 11))
    office = OfficeRecord(office="chair", state=state, starts_on=date(2027, 1, 1), source=SOURCE)
    consent = EngagementConsent(dialogue=code, consents=True, message=side.secret("We look for peers."))
    officer = side.people["requester_officer"]
    side.ids |= {
        "item": dialogues.add_agenda_item(session, keeper, code, item).id,
        "meeting": dialogues.announce_meeting(session, keeper, code, meeting).id,
        "office": dialogues.record_office(session, keeper, code, office).id,
        "engagement": dialogues.notify_dialogue(
            session, officer.caller, f"need:{side.ids['need']}", officer.stakeholder_id, consent
        ).id,
    }


def _escalation(session: Session, side: Side) -> None:
    said = {"title": side.secret("Repair a register"), "components": [{"area": "EXP-DATA"}]}
    officer, desk = side.people["requester_officer"], side.people["case_officer"]
    need = need_brought_to(session, "unmet", officer, desk, **said)
    wanted = EscalationRequest(
        to=desk.stakeholder_id, consents=True, message=side.secret("Nobody could help us.")
    )
    side.ids["escalation"] = escalate(session, officer.caller, need.id, wanted).id


def _correction(session: Session, side: Side) -> None:
    code = side.ids["state"]
    said = Correction(kind="state", code=code, field="capital", value="Capital", source=SOURCE)
    side.ids["correction"] = correct_fact(session, OPERATOR, said).id


def _news(session: Session, side: Side) -> None:
    for role, own in side.people.items():
        told = JournalEntry.event == "duty.granted", JournalEntry.subject == f"account:{own.account_id}"
        entry = session.exec(select(JournalEntry).where(*told)).one()
        tell_people(session, Happening(entry.event, entry.subject, {}, entry.id))
        mine = select(Notification.id).where(Notification.account_id == own.account_id)
        side.ids[f"notification:{role}"] = session.exec(mine).one()
    side.ids["notification"] = side.ids["notification:requester_officer"]


def _webhook(session: Session, side: Side) -> None:
    hook = Webhook(
        id=new_id("webhook"),
        owner_id=side.ids["desk"],
        label=side.secret("Case files"),
        url="https://hooks.example/",
        topics=["needs"],
        secret=b"sealed",
        registered_at=clock.now(),
        registered_by=side.people["case_officer"].account_id,
    )
    session.add(hook)
    session.flush()
    side.ids["webhook"] = hook.id


def _clock(session: Session, side: Side) -> None:
    need = side.ids["need"]
    side.ids["subject"] = f"need:{need}"
    for entry in session.exec(select(JournalEntry).where(JournalEntry.subject == f"need:{need}")).all():
        if entry.event in EVENTS:
            turn_clocks(session, Happening(entry.event, entry.subject, {}, entry.id))
    first_call = RunningClock.thing_id == need, RunningClock.stage == "first_call"
    side.ids["clock"] = session.exec(select(RunningClock.id).where(*first_call)).one()


STEPS: list[Callable[[Session, Side], None]] = [_need, _offer, _proposal, _pin, _widening, _delivery, _clock]
LATER_STEPS: list[Callable[[Session, Side], None]] = [
    _dialogue,
    _escalation,
    _correction,
    _request_of_correction,
    _news,
    _webhook,
    _people_to_come,
    *AROUND,
]
