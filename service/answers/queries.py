"""Looking an answer up by the key that it was given to."""

from sqlmodel import Session, bindparam, col, select

from service.answers.errors import AnsweredToOtherDuties, KeyReused
from service.answers.rules import Asked
from service.answers.tables import KeptAnswer
from service.keys import unseal

# Written once: it is asked with every change that has a key.
_KEPT = select(KeptAnswer.request_digest, KeptAnswer.duties_digest, KeptAnswer.sealed).where(
    col(KeptAnswer.id) == bindparam("name")
)


def recall_answer(session: Session, asked: Asked) -> bytes | None:
    """Return what was answered to this very request before, if it was."""
    row = session.connection().execute(_KEPT, {"name": asked.name}).first()
    if row is None:
        return None
    if row.request_digest != asked.request:
        raise KeyReused
    if row.duties_digest != asked.duties:
        raise AnsweredToOtherDuties
    return unseal(asked.sealing, row.sealed, asked.name)
