"""Writing the index. The command of a room that changes a text calls this in the same transaction."""

from sqlmodel import Session, col, delete

from service.search.rules import terms_of
from service.search.tables import SearchTerm


def index_text(session: Session, kind: str, thing_id: str, *texts: str) -> None:
    """Make a thing findable by the words of its texts, and by no earlier ones."""
    session.exec(delete(SearchTerm).where(col(SearchTerm.kind) == kind, col(SearchTerm.thing_id) == thing_id))
    terms = sorted(terms_of("\n".join(texts)))
    session.add_all(SearchTerm(kind=kind, thing_id=thing_id, term=term) for term in terms)
