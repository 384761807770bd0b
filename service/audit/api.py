"""The JSON door to the journal in words, and to its check."""

from service.audit import queries
from service.audit.schemas import HistoryView, JournalCheck
from service.web.doors import Doors
from service.web.requests import Language, Reading, SignedIn

router = Doors(tags=["audit"], prefix="/audit")


@router.get("/things/{subject}")
def get_history(session: Reading, caller: SignedIn, language: Language, subject: str) -> HistoryView:
    """Show what happened to a thing in words: by which office, what, when. As its journal is shown."""
    return queries.get_history(session, caller, subject, language)


@router.get("/journal")
def check_journal(session: Reading, caller: SignedIn) -> JournalCheck:
    """Check every chain and root of the journal. Administrators may; it reads all of it."""
    return queries.check_journal(session, caller)
