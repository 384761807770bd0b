"""A forgotten password: from the question to the letter.

Whoever asks is answered before anybody looks whose address it is. A worker does that, so that neither the
answer nor the time that it takes says whether there is an account.
"""

from sqlmodel import Session, col, select

from service import clock
from service.access import rules, throttling
from service.access.own_security import write_to
from service.access.signing_in import Gate
from service.access.tables import Account, PasswordReset, ResetQuestion
from service.caller import Caller
from service.database.columns import new_id
from service.journal.commands import record
from service.settings import Settings
from service.texts import N_

MOST_AT_ONCE = 100


def ask_for_reset(session: Session, gate: Gate, email: str) -> None:
    """Note that somebody wants to set a new password for an address; nothing is looked up yet."""
    throttling.take_places(gate.database, f"reset:{email}", f"reset-from:{gate.visitor.address}")
    session.add(ResetQuestion(id=new_id("reset"), email=email, asked_at=clock.now()))


def answer_reset_questions(session: Session, settings: Settings) -> int:
    """Write to each address that has an account, forget all of them, and return how many there were."""
    questions = session.exec(
        select(ResetQuestion)
        .order_by(col(ResetQuestion.asked_at), col(ResetQuestion.id))
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for question in questions:
        account = session.exec(
            select(Account).where(Account.email == question.email, col(Account.disabled_at).is_(None))
        ).first()
        if account is not None:
            _send_link(session, account, settings)
        session.delete(question)
    return len(questions)


def _send_link(session: Session, account: Account, settings: Settings) -> None:
    token = rules.new_session_secret()
    session.add(
        PasswordReset(
            digest=rules.digest_of(token),
            account_id=account.id,
            expires_at=clock.now() + rules.RESET_LASTS,
        )
    )
    record(session, Caller(account.id), "password.reset_requested", f"account:{account.id}")
    write_to(
        session,
        account,
        N_("Set a new password"),
        N_(
            "Somebody, most likely you, asked to set a new password for your account at Homologue. "
            "This link works once, within an hour:\n\n{link}\n\nIf it was not you, do nothing: "
            "your password stays as it is."
        ),
        link=f"{settings.public_address()}/password/reset?token={token}",
    )
