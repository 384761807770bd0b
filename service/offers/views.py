"""Offers as they are shown."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from service.caller import Caller
from service.offers import rules, specificity
from service.offers.links import Links, links_of
from service.offers.schemas import ExpertiseView, LanguageView, OfferLine, OfferView, ProviderLine
from service.offers.tables import Offer
from service.search.specificity import SpecificityView, told
from service.stakeholders.queries import find_stakeholders, states_of
from service.stakeholders.rules import HOLDS_A_PERSON
from service.stakeholders.tables import Stakeholder


def lines_of(session: Session, caller: Caller, rows: Sequence[Offer]) -> list[OfferLine]:
    """Return offers as they stand in a list."""
    return [OfferLine(**_line(row, provider, links)) for row, provider, links in _told(session, caller, rows)]


def views_of(session: Session, caller: Caller, rows: Sequence[Offer]) -> list[OfferView]:
    """Return offers whole."""
    return [
        OfferView(**_line(row, provider, links), **_rest(row, links))
        for row, provider, links in _told(session, caller, rows)
    ]


def specificity_view(row: Offer, links: Links, language: str) -> SpecificityView:
    """Return how specific an offer is, and what to add, in words."""
    stated = [item for item in links.languages if item.basis == "stated"]
    found = specificity.specificity_of(
        specificity.Said(
            language=row.language,
            title=row.title,
            description=row.description,
            areas=len(links.expertise),
            proficiencies=sum(1 for item in links.expertise if item.proficiency),
            evidence=[item.evidence for item in links.expertise if item.evidence],
            has_forms=bool(links.modalities),
            capacity=row.capacity,
            sends=row.sends,
            days_per_year=row.days_per_year,
            has_time=bool(row.months or row.available_from or row.available_until),
            languages=len(stated),
            language_levels=sum(1 for item in stated if item.level),
        )
    )
    texts = specificity.QUESTION_TEXTS, specificity.ADVICE_TEXTS
    return told(found, specificity.ENOUGH, *texts, language)


def _told(session: Session, caller: Caller, rows: Sequence[Offer]) -> list[tuple[Offer, ProviderLine, Links]]:
    providers = find_stakeholders(session, {row.stakeholder_id for row in rows})
    states = states_of(session, providers)
    links = links_of(session, [row.id for row in rows])
    return [
        (row, _provider(providers[row.stakeholder_id], states[row.stakeholder_id], caller), links[row.id])
        for row in rows
    ]


def _provider(row: Stakeholder, states: list[str], caller: Caller) -> ProviderLine:
    is_named = row.type != HOLDS_A_PERSON or caller.acts_for(row.id)
    return ProviderLine(id=row.id, type=row.type, name=row.name if is_named else None, states=states)


def _line(row: Offer, provider: ProviderLine, links: Links) -> dict[str, Any]:
    return {
        "id": row.id,
        "provider": provider,
        "kind": row.kind,
        "label": row.label,
        "title": row.title,
        "language": row.language,
        "state": row.state,
        "confidentiality": row.confidentiality,
        "desk": row.desk_id,
        "expertise": [
            ExpertiseView(area=item.area, proficiency=item.proficiency, evidence=item.evidence)
            for item in links.expertise
        ],
        "commitments": links.commitments,
        "modalities": links.modalities or None,
        "languages": [
            LanguageView(code=item.code, level=item.level, basis=item.basis) for item in links.languages
        ]
        or None,
        "capacity": row.capacity,
        "is_reconfirmed": rules.is_reconfirmed(row.state, row.confirmed_at),
        "confirmed_at": row.confirmed_at,
        "is_imported": row.is_imported,
        "is_demonstration": row.is_demonstration,
        "registered_at": row.registered_at,
        "version": row.version,
    }


_AS_THEY_ARE = (
    "description",
    "modes",
    "sends",
    "days_per_year",
    "months",
    "available_from",
    "available_until",
    "regions",
    "conditions",
    "cost_bearer",
    "cost_per_day",
    "cost_currency",
    "released",
    "authorised_at",
    "source",
    "source_code",
)


def _rest(row: Offer, links: Links) -> dict[str, Any]:
    return {"targets": links.targets or None, **{name: getattr(row, name) for name in _AS_THEY_ARE}}
