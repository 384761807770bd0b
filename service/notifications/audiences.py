"""Who belongs to a circle that is told of an event: accounts by the duties that they have now."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from service.access.deputising import deputies_acting
from service.access.queries import caller_with_deputed
from service.access.tables import Account, DutyRow
from service.caller import ASKING, DESK, OFFERING, Role
from service.dialogues.tables import DialogueEngagement
from service.errors import NotAllowed, NotFound
from service.matches.tables import MatchRound, Proposal, Seat
from service.needs.queries import parties_of
from service.needs.tables import Need, NeedNamedProvider, NeedRequester
from service.notifications.news import Circle
from service.offers.tables import Offer
from service.stakeholders.rules import PUBLIC_BODIES
from service.stakeholders.tables import Stakeholder
from service.threads.queries import find_message
from service.threads.tables import ThreadMessage
from service.unmet.rules import ANSWERING, TOLD
from service.unmet.tables import NeedEscalation

_OPEN = (col(DutyRow.ended_at).is_(None), col(Account.disabled_at).is_(None))
"""Duties that are not ended, of accounts that are not closed."""


class About(NamedTuple):
    """What an event is about: the journal's subject, taken apart, and the details of the entry."""

    kind: str
    id: str
    details: Mapping[str, Any]


Find = Callable[[Session, About], set[str]]
"""Gives the accounts of a circle for an event."""


def accounts_in(session: Session, circle: Circle, about: About) -> set[str]:
    """Return the accounts of a circle."""
    return _CIRCLES[circle](session, about)


def origin_id(about: About) -> str:
    """Return the id of the thing that an event is about, itself or through its message or clock."""
    return _origin(about).id


def need_of(session: Session, about: About) -> Need | None:
    """Return the need that an event is about, itself or through its seat, proposal or message."""
    about = _origin(about)
    if about.kind == "escalation":
        row = session.get(NeedEscalation, about.id)
        return session.get(Need, row.need_id) if row else None
    return session.get(Need, about.id) if about.kind == "need" else _need_of_proposal(session, about)


def proposal_id_of(session: Session, about: About) -> str | None:
    """Return the proposal that an event is about, itself or through its seat or message."""
    about = _origin(about)
    if about.kind != "seat":
        return about.id
    seat = session.get(Seat, about.id)
    return seat.proposal_id if seat else None


def people_with(session: Session, roles: Iterable[Role], stakeholders: Iterable[str | None]) -> set[str]:
    """Return the open accounts that have one of the roles within one of the stakeholders now.

    Whoever acts as deputy for such a duty is told as its holder is.
    """
    wanted = [one for one in stakeholders if one]
    roles = set(roles)
    query = (
        select(DutyRow.account_id)
        .join(Account, col(Account.id) == col(DutyRow.account_id))
        .where(
            col(DutyRow.role).in_(roles),
            col(DutyRow.stakeholder_id).in_(wanted),
            *_OPEN,
        )
    )
    return set(session.exec(query)) | deputies_acting(session, wanted, roles) if wanted else set()


def _origin(about: About) -> About:
    """Return the thing that a message, or a clock, is about."""
    if about.kind not in {"message", "clock"}:
        return about
    kind, _, id_ = str(about.details["thing"]).partition(":")
    return About(kind, id_, about.details)


def _need_of_proposal(session: Session, about: About) -> Need | None:
    proposal = session.get(Proposal, proposal_id_of(session, about) or "")
    return session.get(Need, proposal.need_id) if proposal else None


def _requesters(session: Session, about: About) -> set[str]:
    need = need_of(session, about)
    return people_with(session, ASKING, parties_of(session, need).requesters) if need else set()


def _endorsers(session: Session, about: About) -> set[str]:
    need = need_of(session, about)
    requesters = parties_of(session, need).requesters if need else {}
    public = [id_ for id_, kind in requesters.items() if kind in PUBLIC_BODIES]
    others = [id_ for id_ in requesters if id_ not in public]
    return people_with(session, {"national_focal_point"}, public) | people_with(session, ASKING, others)


def _desk(session: Session, about: About) -> set[str]:
    need = need_of(session, about)
    return people_with(session, DESK, [need.desk_id]) if need else set()


def _desk_alone(session: Session, about: About) -> set[str]:
    """Return the desk, where the journal tells it alone; the same event of the seat tells the provider."""
    return _desk(session, about) if about.kind == "proposal-desk" else set()


def _message_sides(session: Session, about: About) -> set[str]:
    return _readers(session, about, _requesters(session, about) | _desk(session, about))


def _message_providers(session: Session, about: About) -> set[str]:
    need = need_of(session, about)
    authors = select(ThreadMessage.author_party).where(ThreadMessage.subject == about.details["thing"])
    parties = {*about.details.get("readers", ()), *session.exec(authors)}
    known = {party.removeprefix("provider:") for party in parties if party.startswith("provider:")}
    named = _named_providers(session, About("need", need.id, {})) if need else set()
    return _readers(session, about, named | people_with(session, OFFERING, known))


def _message_seats(session: Session, about: About) -> set[str]:
    query = select(Seat).where(Seat.proposal_id == proposal_id_of(session, about))
    seats = session.exec(query).all()
    people = {one for seat in seats for one in _seat_provider(session, About("seat", seat.id, {}))}
    return _readers(session, about, people)


def _readers(session: Session, about: About, people: set[str]) -> set[str]:
    """Return those of some people who may read a message, as its own room says."""
    return {one for one in people if _may_read(session, one, about.id)}


def _may_read(session: Session, account_id: str, message_id: str) -> bool:
    try:
        find_message(session, caller_with_deputed(session, session.get_one(Account, account_id)), message_id)
    except (NotFound, NotAllowed):
        return False
    return True


def _named_providers(session: Session, about: About) -> set[str]:
    named = session.exec(
        select(NeedNamedProvider.stakeholder_id).where(NeedNamedProvider.need_id == about.id)
    )
    return people_with(session, OFFERING, named.all())


def _seat_provider(session: Session, about: About) -> set[str]:
    seat = session.get(Seat, about.id)
    found = people_with(session, OFFERING, [seat.provider_id]) if seat else set()
    # Before its institution released it, a named expert is not known here.
    return found | _seat_expert(session, about)


def _seat_expert(session: Session, about: About) -> set[str]:
    seat = session.get(Seat, about.id)
    if seat is None or seat.expert_account_id is None:
        return set()
    return {seat.expert_account_id} & people_with(session, {"expert"}, [seat.provider_id])


def _offer_owner(session: Session, about: About) -> set[str]:
    offer = session.get(Offer, about.id)
    return people_with(session, OFFERING, [offer.stakeholder_id]) if offer else set()


def _offer_authorisers(session: Session, about: About) -> set[str]:
    offer = session.get(Offer, about.id)
    if offer is None:
        return set()
    roles: frozenset[Role] = frozenset({"provider_focal_point"}) if offer.kind == "named_expert" else OFFERING
    return people_with(session, roles, [offer.stakeholder_id])


def _offer_desk(session: Session, about: About) -> set[str]:
    offer = session.get(Offer, about.id)
    return people_with(session, DESK, [offer.desk_id]) if offer else set()


def _pool_managers(session: Session, about: About) -> set[str]:
    return people_with(session, OFFERING, [about.id])


def _round_desk(session: Session, about: About) -> set[str]:
    row = session.get(MatchRound, about.id)
    return people_with(session, DESK, [row.desk_id]) if row else set()


def _person(session: Session, about: About) -> set[str]:
    account = session.get(Account, about.id)
    return {account.id} if account and account.disabled_at is None else set()


def _administrators(session: Session, _about: About) -> set[str]:
    query = (
        select(DutyRow.account_id)
        .join(Account, col(Account.id) == col(DutyRow.account_id))
        .where(DutyRow.role == "administrator", *_OPEN)
    )
    return set(session.exec(query))


def _webhook_keepers(session: Session, about: About) -> set[str]:
    owner = about.details.get("owner")
    return people_with(session, DESK, [owner]) if owner else _administrators(session, about)


def _round_requesters(session: Session, about: About) -> set[str]:
    # In two queries: a round may propose thousands of teams.
    query = (
        select(DutyRow.account_id)
        .join(Account, col(Account.id) == col(DutyRow.account_id))
        .join(NeedRequester, col(NeedRequester.stakeholder_id) == col(DutyRow.stakeholder_id))
        .join(Proposal, col(Proposal.need_id) == col(NeedRequester.need_id))
        .where(Proposal.round_id == about.id, col(DutyRow.role).in_(ASKING), *_OPEN)
        .distinct()
    )
    asking = (
        select(NeedRequester.stakeholder_id)
        .join(Proposal, col(Proposal.need_id) == col(NeedRequester.need_id))
        .where(Proposal.round_id == about.id)
        .distinct()
    )
    return set(session.exec(query)) | deputies_acting(session, list(session.exec(asking)), ASKING)


def _of_clock(kind: str, actor: str, circle: Find) -> Find:
    """Return a circle that is told of clocks of one kind of thing while they wait for one side."""

    def waited_for(session: Session, about: About) -> set[str]:
        thing = _origin(about)
        is_meant = about.kind == "clock" and (thing.kind, about.details.get("actor")) == (kind, actor)
        return circle(session, thing) if is_meant else set()

    return waited_for


def _engagement_keepers(session: Session, about: About) -> set[str]:
    row = session.get(DialogueEngagement, _origin(about).id)
    if row is None or row.consent_revoked_at is not None:
        return set()
    kept = select(Stakeholder.id).where(
        Stakeholder.dialogue_code == row.dialogue_code, col(Stakeholder.retired_at).is_(None)
    )
    secretariats: list[str | None] = [*session.exec(kept)]
    return people_with(session, {"dialogue_secretariat"}, secretariats)


def _engagement_requesters(session: Session, about: About) -> set[str]:
    row = session.get(DialogueEngagement, about.id)
    return people_with(session, ASKING, [row.stakeholder_id]) if row else set()


def _passed_on_to(session: Session, about: About) -> set[str]:
    row = session.get(NeedEscalation, _origin(about).id)
    need = session.get(Need, row.need_id) if row else None
    if row is None or need is None or row.state not in TOLD or need.state != "escalated":
        return set()
    return people_with(session, ANSWERING, [row.to_id])


def _clock_escalation(session: Session, about: About) -> set[str]:
    return _desk(session, about) if _origin(about).kind in {"need", "proposal"} else set()


_CIRCLES: Mapping[Circle, Find] = {
    "requesters": _requesters,
    "endorsers": _endorsers,
    "desk": _desk,
    "desk_alone": _desk_alone,
    "named_providers": _named_providers,
    "message_sides": _message_sides,
    "message_providers": _message_providers,
    "message_seats": _message_seats,
    "seat_provider": _seat_provider,
    "seat_expert": _seat_expert,
    "offer_owner": _offer_owner,
    "offer_authorisers": _offer_authorisers,
    "offer_desk": _offer_desk,
    "pool_managers": _pool_managers,
    "round_desk": _round_desk,
    "round_requesters": _round_requesters,
    "person": _person,
    "administrators": _administrators,
    "webhook_keepers": _webhook_keepers,
    "clock_requesters": _of_clock("need", "requester", _requesters),
    "clock_endorsers": _of_clock("need", "focal_point", _endorsers),
    "clock_desk": _of_clock("need", "desk", _desk),
    "clock_escalation": _clock_escalation,
    "clock_team": _of_clock("proposal", "requester", _requesters),
    "clock_seat": _of_clock("seat", "provider", _seat_provider),
    "clock_offer": _of_clock("offer", "provider", _offer_owner),
    "clock_engagement": _of_clock("engagement", "addressee", _engagement_keepers),
    "clock_passed_on": _of_clock("escalation", "addressee", _passed_on_to),
    "engagement_keepers": _engagement_keepers,
    "engagement_requesters": _engagement_requesters,
    "passed_on_to": _passed_on_to,
}
