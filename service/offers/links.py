"""The lists that belong to offers, read for many offers at once and written for one."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, col, delete, select
from sqlmodel.sql.expression import SelectOfScalar

from service.offers.schemas import ExpertiseStatement, LanguageStatement
from service.offers.tables import (
    OfferCommitment,
    OfferExpertise,
    OfferLanguage,
    OfferModality,
    OfferTarget,
    OfferWish,
)

Row = TypeVar("Row", OfferCommitment, OfferExpertise, OfferLanguage, OfferModality, OfferTarget, OfferWish)


@dataclass(slots=True)
class Links:
    """What belongs to one offer, in order of its codes."""

    expertise: list[OfferExpertise] = field(default_factory=list)
    commitments: list[str] = field(default_factory=list)
    modalities: list[str] = field(default_factory=list)
    languages: list[OfferLanguage] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)


Among = Sequence[str] | SelectOfScalar[str]
"""Ids of offers, or a subquery of them where they may be very many."""


def links_of(session: Session, among: Among) -> dict[str, Links]:
    """Return what belongs to each of the offers: five queries, however many they are."""
    found: dict[str, Links] = defaultdict(Links)
    for expertise in _of(session, OfferExpertise, "area", among):
        found[expertise.offer_id].expertise.append(expertise)
    for commitment in _of(session, OfferCommitment, "commitment_code", among):
        found[commitment.offer_id].commitments.append(commitment.commitment_code)
    for modality in _of(session, OfferModality, "modality", among):
        found[modality.offer_id].modalities.append(modality.modality)
    for language in _of(session, OfferLanguage, "code", among):
        found[language.offer_id].languages.append(language)
    for target in _of(session, OfferTarget, "iso3", among):
        found[target.offer_id].targets.append(target.iso3)
    return found


def wishes_of(session: Session, among: Among) -> dict[str, list[OfferWish]]:
    """Return the wishes of each of the offers. Only for rounds and for the provider's own people."""
    found: dict[str, list[OfferWish]] = defaultdict(list)
    for wish in _of(session, OfferWish, "stakeholder_id", among):
        found[wish.offer_id].append(wish)
    return found


def replace_links(session: Session, offer_id: str, lists: dict[str, Any]) -> None:
    """Put new lists in place of those of an offer; lists that are not given stay."""
    for name, values in lists.items():
        table, made = _WRITERS[name]
        session.exec(delete(table).where(col(table.offer_id) == offer_id))
        session.add_all(made(offer_id, value) for value in values or ())
    session.flush()


def _of(session: Session, table: type[Row], order: str, among: Among) -> Iterable[Row]:
    query = select(table).where(col(table.offer_id).in_(among)).order_by(getattr(table, order))
    return session.exec(query)


def _expertise(offer_id: str, said: ExpertiseStatement) -> SQLModel:
    return OfferExpertise(
        offer_id=offer_id, area=said.area, proficiency=said.proficiency, evidence=said.evidence
    )


def _language(offer_id: str, said: LanguageStatement) -> SQLModel:
    return OfferLanguage(offer_id=offer_id, code=said.code, level=said.level, basis=said.basis)


def _commitment(offer_id: str, code: str) -> SQLModel:
    return OfferCommitment(offer_id=offer_id, commitment_code=code)


def _modality(offer_id: str, code: str) -> SQLModel:
    return OfferModality(offer_id=offer_id, modality=code)


def _target(offer_id: str, iso3: str) -> SQLModel:
    return OfferTarget(offer_id=offer_id, iso3=iso3)


_WRITERS: dict[str, tuple[Any, Callable[[str, Any], SQLModel]]] = {
    "expertise": (OfferExpertise, _expertise),
    "commitments": (OfferCommitment, _commitment),
    "modalities": (OfferModality, _modality),
    "languages": (OfferLanguage, _language),
    "targets": (OfferTarget, _target),
}
LINKED = frozenset(_WRITERS)
"""Fields of an offer that are kept as lists of their own."""
