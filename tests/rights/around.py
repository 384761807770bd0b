"""What is around a need, an offer and a seat of a side: files, messages, letters, harms, interests, sign-ins.

Each text in it carries a word that nobody outside the side may ever read.
"""

from typing import TYPE_CHECKING, Any

from sqlmodel import Session, col, select

from service import clock
from service.access.tables import Passkey, SignInSession
from service.attachments.commands import keep_file
from service.caller import Caller
from service.database.columns import new_id
from service.matches.interests import declare_interest
from service.matches.proposal_schemas import InterestStatement
from service.needs.moves import answer_clarification, request_clarification
from service.needs.tables import NeedHarmAnswer
from service.offers.tables import Offer
from service.pools.commands import upload_lines
from service.pools.sheets import SheetLine
from service.threads.commands import write_message
from service.threads.schemas import MessageWriting
from tests.service.attachments.files import LIMITS, PDF, sent
from tests.service.needs.cases import brought_to, on_behalf

if TYPE_CHECKING:
    from tests.rights.world import Side


def subjects(_session: Session, side: "Side") -> None:
    """Name the things as the journal does."""
    named = (("need", "need"), ("offer", "offer"), ("proposal", "proposal"), ("seat", "seat"))
    side.ids |= {f"{name}_subject": f"{kind}:{side.ids[name]}" for name, kind in named}


def files(session: Session, side: "Side") -> None:
    """Attach a file to the need and one to the offer, and what is secret in their names and contents."""
    for name, role in (("need", "requester_officer"), ("offer", "provider_focal_point")):
        content = PDF + side.secret("% Annex").encode()
        file = sent(content, f"{side.secret('Annex')}.pdf")
        row = keep_file(session, side.people[role].caller, side.ids[f"{name}_subject"], file, LIMITS)
        side.ids[f"{name}_attachment"] = row.id


def messages(session: Session, side: "Side") -> None:
    """Let both sides talk: a question of the officer, a note and a promise of the desk."""
    officer, desk = side.people["requester_officer"].caller, side.people["case_officer"].caller
    said: dict[str, tuple[Caller, dict[str, Any]]] = {
        "message": (officer, {"kind": "question", "readers": ["desk"]}),
        "note": (desk, {"kind": "note"}),
        "promise": (desk, {"kind": "promise", "readers": ["requester"], "due_on": clock.today()}),
    }
    for name, (author, more) in said.items():
        writing = MessageWriting.model_validate({"text": side.secret("Said"), **more})
        side.ids[name] = write_message(session, author, side.ids["need_subject"], writing).id


def harms(session: Session, side: "Side") -> None:
    """Write into every answer about harms what is prevented how, and what the desk asks for."""
    answers = select(NeedHarmAnswer).where(NeedHarmAnswer.need_id == side.ids["need"])
    for row in session.exec(answers).all():
        row.answer, row.explanation = "prevented", side.secret("Heard first.")
        row.judgement, row.condition = "with_conditions", side.secret("On condition.")
        session.add(row)
    session.flush()


def letter(session: Session, side: "Side") -> None:
    """Register a need from an official letter, which the state has not confirmed."""
    desk, officer = side.people["case_officer"], side.people["requester_officer"]
    row = on_behalf(session, desk, officer, title=side.secret("From a letter"), context=side.secret("Text."))
    side.ids["letter_need"] = row.id


def clarification(session: Session, side: "Side") -> None:
    """Let the desk ask what a text leaves open, twice, and the requester answer once."""
    officer, desk = side.people["requester_officer"], side.people["case_officer"]
    said = {"title": side.secret("Asked about"), "context": side.secret("Text.")}
    row = brought_to(session, "screening", officer, desk, **said)
    request_clarification(session, desk.caller, row.id, side.secret("Which staff?"))
    answer_clarification(session, officer.caller, row.id, side.secret("Ten analysts."))
    request_clarification(session, desk.caller, row.id, side.secret("Which of them first?"))
    side.ids["asked_need"] = row.id


def interest(session: Session, side: "Side") -> None:
    """Declare a conflict of interest on the seat."""
    said = InterestStatement(stance="declared", text=side.secret("A cousin works there."))
    declare_interest(session, side.people["provider_focal_point"].caller, side.ids["seat"], said)


def place(session: Session, side: "Side") -> None:
    """Keep what an offer says about what it is, and its note on capacity, from others."""
    row = session.get_one(Offer, side.ids["offer"])
    row.description = side.secret("What they did before.")
    session.add(row)
    session.flush()


def sign_ins(session: Session, side: "Side") -> None:
    """Name the session of everybody, and give everybody a passkey whose name only they know."""
    for role, own in side.people.items():
        opened = session.exec(
            select(SignInSession.id).where(col(SignInSession.account_id) == own.account_id)
        ).one()
        key = Passkey(
            id=new_id("passkey"),
            account_id=own.account_id,
            credential_id=new_id("credential"),
            public_key="key",
            label=side.secret("Key"),
            added_at=clock.now(),
        )
        session.add(key)
        side.ids |= {f"session:{role}": opened, f"passkey:{role}": key.id}
    side.ids |= {name: side.ids[f"{name}:requester_officer"] for name in ("session", "passkey")}
    session.flush()


def pool_file(session: Session, side: "Side") -> None:
    """Send in a file of offers, whose line is not looked at yet."""
    manager = side.people["pool_manager"]
    cells = {"reference": side.secret("Line"), "title": side.secret("Offered")}
    row = upload_lines(session, manager.caller, manager.stakeholder_id, [SheetLine(2, cells)])
    side.ids["import"] = row.id


AROUND = (subjects, files, messages, harms, letter, clarification, interest, place, sign_ins, pool_file)
