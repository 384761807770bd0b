"""Asking the index."""

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from service.search.rules import terms_of
from service.search.tables import SearchTerm

MOST_WORDS = 12
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
