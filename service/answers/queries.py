"""Looking an answer up by the key that it was given to."""

from sqlmodel import Session, bindparam, col, select

from service.answers.errors import AnsweredToOtherDuties, KeyReused
from service.answers.rules import Asked
from service.answers.tables import KeptAnswer
from service.database.prepared import Prepared
from service.keys import unseal

# Written once: it is asked with every change that has a key.
_KEPT = Prepared(
    select(KeptAnswer.request_digest, KeptAnswer.duties_digest, KeptAnswer.sealed).where(
        col(KeptAnswer.id) == bindparam("name")
    )
)


def recall_answer(session: Session, asked: Asked) -> bytes | None:
    """Return what was answered to this very request before, if it was."""
    rows = _KEPT.rows(session, {"name": asked.name})
    if not rows:
        return None
    ((request_digest, duties_digest, sealed),) = rows
    if request_digest != asked.request:
        raise KeyReused
    if duties_digest != asked.duties:
        raise AnsweredToOtherDuties
    return unseal(asked.sealing, sealed, asked.name)
