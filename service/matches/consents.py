"""What people consent to, in which words, and whose consent stands.

A consent keeps the version of the words that were shown. Words are never changed: a new version is added.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from sqlmodel import Session, col, select, update

from service import clock
from service.caller import Caller
from service.database.columns import new_id
from service.matches import rules
from service.matches.proposal_schemas import ConsentTextView
from service.matches.tables import Consent, Proposal
from service.needs.tables import Need
from service.needs.views import named_providers_of
from service.texts import N_, translate

CONSENT_TEXT = "proposal-2"
"""Version of the words to which the parties of a proposal consent now."""
TEXTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "proposal-1": MappingProxyType(
            {
                "name_need": N_("We agree that this need is named to the providers in this proposal."),
                "take_part": N_("We agree to work with this team."),
                "release": N_("Our institution takes this seat, and releases the expert where one is named."),
                "expert": N_("I agree to take this seat in person."),
            }
        ),
        "proposal-2": MappingProxyType(
            {
                "name_need": N_(
                    "We agree that this need is named to the providers in this proposal, and to whoever is "
                    "proposed for a seat of it that is not available. We can take this back until the team "
                    "is confirmed."
                ),
                "take_part": N_(
                    "We agree to work with this team. Once both sides agree, each sees the other's contacts. "
                    "We can take this back until the team is confirmed."
                ),
                "release": N_(
                    "Our institution takes this seat, and releases the expert where one is named. What "
                    "we can take on is held for it. Once both sides agree, each sees the other's contacts. "
                    "We can take this back until the team is confirmed."
                ),
                "expert": N_(
                    "I agree to take this seat in person, and that my name and contact are shown to those "
                    "who ask once both sides agree. I can take this back until the team is confirmed."
                ),
                "interest": N_(
                    "I declare whether anything could make our advice partial: money, family, former or "
                    "future posts, a stake in what is decided. The desk reads it, and nobody on the asking "
                    "side."
                ),
            }
        ),
    }
)
"""The words, by version and by what is consented to."""
COVERS_SUCCESSORS = frozenset({"proposal-2"})
"""Versions in which the need may be named to whoever takes the place of one that is not available."""


def consent_texts(language: str) -> list[ConsentTextView]:
    """Return the words of every version, in a language; the last one is asked for now."""
    return [
        ConsentTextView(
            version=version, texts={kind: translate(text, language) for kind, text in said.items()}
        )
        for version, said in TEXTS.items()
    ]


def standing_consents(session: Session, proposal_id: str, kind: str) -> set[str]:
    """Return the stakeholders whose consent of a kind stands."""
    return {row.stakeholder_id for row in _standing(session, proposal_id, kind)}


def agreed_since(session: Session, proposal_id: str, since: datetime) -> set[str]:
    """Return the requesters whose yes to a team stands and was given after a moment."""
    rows = _standing(session, proposal_id, "take_part")
    return {row.stakeholder_id for row in rows if row.given_at >= since}


def is_naming_allowed(session: Session, row: Proposal, need: Need, providers: Iterable[str]) -> bool:
    """Tell whether the need may be named to the providers of a proposal."""
    return _may_be_named(session, row, need, providers, covering=frozenset(TEXTS))


def is_naming_to_successor_allowed(session: Session, row: Proposal, need: Need, provider_id: str) -> bool:
    """Tell whether the need may be named to one who takes the place of another."""
    return _may_be_named(session, row, need, [provider_id], covering=COVERS_SUCCESSORS)


def consent(
    session: Session,
    caller: Caller,
    row: Proposal,
    kind: str,
    stakeholder_id: str,
    seat_id: str | None = None,
) -> None:
    """Keep the yes of a party to something, with the version of the words."""
    session.add(
        Consent(
            id=new_id("consent"),
            proposal_id=row.id,
            seat_id=seat_id,
            stakeholder_id=stakeholder_id,
            kind=kind,
            account_id=caller.account_id or "",
            text_version=CONSENT_TEXT,
            given_at=clock.now(),
        )
    )
    session.flush()


def revoke_of_requesters(session: Session, proposal_id: str, stakeholders: Iterable[str]) -> int:
    """Take back what requesters consented to; return how many consents that were."""
    revoked = session.exec(
        update(Consent)
        .where(
            col(Consent.proposal_id) == proposal_id,
            col(Consent.kind).in_(("take_part", "name_need")),
            col(Consent.stakeholder_id).in_(set(stakeholders)),
            col(Consent.revoked_at).is_(None),
        )
        .values(revoked_at=clock.now())
    )
    return revoked.rowcount


def revoke_of_seat(session: Session, seat_id: str) -> None:
    """Take back what the offering side consented to about a seat."""
    session.exec(
        update(Consent)
        .where(col(Consent.seat_id) == seat_id, col(Consent.revoked_at).is_(None))
        .values(revoked_at=clock.now())
    )


def _may_be_named(
    session: Session, row: Proposal, need: Need, providers: Iterable[str], covering: frozenset[str]
) -> bool:
    given = _standing(session, row.id, "name_need")
    return rules.may_be_named(
        need.confidentiality,
        providers,
        named_providers_of(session, need.id),
        has_consent=any(one.stakeholder_id == need.lead_id and one.text_version in covering for one in given),
    )


def _standing(session: Session, proposal_id: str, kind: str) -> list[Consent]:
    rows = session.exec(
        select(Consent).where(
            Consent.proposal_id == proposal_id, Consent.kind == kind, col(Consent.revoked_at).is_(None)
        )
    )
    return list(rows)
