"""Asking the index."""

from collections.abc import Iterable

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from service.search.rules import terms_of
from service.search.tables import SearchTerm

MOST_WORDS = 12
TELLING = 5
"""Letters from which a term in Latin letters says something about a text."""
MOST_TERMS_ASKED = 300
NOTHING = " "
"""A term that no text has."""


def things_with(kind: str, words: str) -> SelectOfScalar[str]:
    """Return a subquery of the ids of things that hold, for every word asked for, a term that begins with it.

    A list uses it as ``col(Need.id).in_(things_with("need", words))``, beside its own visibility. Words
    without any letter or digit find nothing.
    """
    wanted = sorted(terms_of(words))[:MOST_WORDS] or [NOTHING]
    first, *others = [_things_with_term(kind, term) for term in wanted]
    return first.where(*(col(SearchTerm.thing_id).in_(other) for other in others)).distinct()


def _things_with_term(kind: str, term: str) -> SelectOfScalar[str]:
    return select(col(SearchTerm.thing_id)).where(
        col(SearchTerm.kind) == kind, col(SearchTerm.term).startswith(term, autoescape=True)
    )


def things_sharing(
    session: Session, kind: str, terms: Iterable[str], among: SelectOfScalar[str], most: int
) -> list[str]:
    """Return the things, out of those given, that share the most terms with a text.

    Short terms are left out: they are in every text. Only what is among those given is looked at, so that
    the answer does not depend on what the reader may not see.
    """
    telling = sorted(term for term in terms if len(term) >= TELLING or not term.isascii())[:MOST_TERMS_ASKED]
    shared = func.count(col(SearchTerm.term))
    found = select(SearchTerm.thing_id, shared).where(
        col(SearchTerm.kind) == kind,
        col(SearchTerm.term).in_(telling),
        col(SearchTerm.thing_id).in_(among),
    )
    ordered = found.group_by(col(SearchTerm.thing_id)).order_by(shared.desc(), col(SearchTerm.thing_id))
    return [thing_id for thing_id, _ in session.exec(ordered.limit(most))]
