"""Writing the index. The command of a room that changes a text calls this in the same transaction."""

from sqlmodel import Session, col, delete, insert

from service.search.rules import terms_of
from service.search.tables import SearchTerm


def index_text(session: Session, kind: str, thing_id: str, *texts: str, is_new: bool = False) -> None:
    """Make a thing findable by the words of its texts, and by no earlier ones; a new thing has none."""
    index = SearchTerm.__table__  # type: ignore[attr-defined] # a row each as an object would take far longer
    if not is_new:
        session.exec(
            delete(SearchTerm).where(col(SearchTerm.kind) == kind, col(SearchTerm.thing_id) == thing_id)
        )
    terms = sorted(terms_of("\n".join(texts)))
    if terms:
        rows = [{"kind": kind, "thing_id": thing_id, "term": term} for term in terms]
        session.connection().execute(insert(index), rows)
