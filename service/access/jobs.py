"""What is looked after regularly: letters to those who forgot their password."""

from sqlmodel import select

from service.access.resetting import answer_reset_questions
from service.access.tables import ResetQuestion
from service.jobs.dispatcher import regularly
from service.jobs.durable import Workplace


@regularly(every_seconds=2)
def write_reset_letters(place: Workplace) -> None:
    """Write to those who asked to set a new password."""
    with place.database.reading() as session:
        if session.exec(select(ResetQuestion.id).limit(1)).first() is None:
            return
    with place.database.writing() as session:
        answer_reset_questions(session, place.settings)
