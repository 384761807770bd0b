"""Writing the index. The command of a room that changes a text calls this in the same transaction."""

from sqlalchemy import text
from sqlmodel import Session, col, delete, insert

from service.database.prepared import Prepared
from service.search.rules import terms_of
from service.search.tables import SearchTerm

# A row each as an object would take far longer; over a network, so would a statement each.
_ONE_BY_ONE = Prepared(insert(SearchTerm))
_AT_ONCE = text(
    "INSERT INTO search_term (kind, thing_id, term) SELECT :kind, :thing_id, unnest(CAST(:terms AS text[]))"
)


def index_text(session: Session, kind: str, thing_id: str, *texts: str, is_new: bool = False) -> None:
    """Make a thing findable by the words of its texts, and by no earlier ones; a new thing has none."""
    if not is_new:
        session.exec(
            delete(SearchTerm).where(col(SearchTerm.kind) == kind, col(SearchTerm.thing_id) == thing_id)
        )
    terms = sorted(terms_of("\n".join(texts)))
    if terms and session.get_bind().dialect.name == "postgresql":
        session.connection().execute(_AT_ONCE, {"kind": kind, "thing_id": thing_id, "terms": terms})
    elif terms:
        rows = [{"kind": kind, "thing_id": thing_id, "term": term} for term in terms]
        _ONE_BY_ONE.write(session, *rows)
