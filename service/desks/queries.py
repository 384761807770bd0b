"""Reading what a caller's home and a need's page show. Everything is asked as the caller."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from service.caller import ASKING, OFFERING, Caller
from service.deadlines.queries import list_running
from service.deadlines.schemas import ClockView
from service.desks.cards import ProposalCard, cards_of
from service.desks.words import Tag, tag
from service.matches.own_scores import score_of_team
from service.matches.proposal_queries import list_own_seats
from service.matches.proposal_schemas import OwnSeatView, UnmetView
from service.matches.proposal_views import seats_of, unmet_views
from service.matches.queries import list_rounds
from service.matches.reasons import Teller, unmet_text
from service.matches.schemas import RoundView
from service.matches.tables import Proposal, UnmetComponent
from service.needs.queries import count_at_desks, get_need, ids_in_hand
from service.needs.rules import STATES
from service.needs.schemas import NeedLine, NeedSummaryView, NeedView
from service.needs.tables import Need, NeedRequester
from service.needs.views import lines_of as needs_of
from service.notifications.queries import list_notices
from service.notifications.schemas import NoticeView
from service.offers.schemas import OfferLine
from service.offers.tables import Offer
from service.offers.views import lines_of as offers_of
from service.reference.facts import code_labels, commitment_titles
from service.stakeholders.queries import find_stakeholders
from service.web.paging import Key, PageAsked, page_of

ROWS = 20
BEST_SHOWN = 5
DUE_SHOWN = 5
NEWS_SHOWN = 5


class NeedRow(NamedTuple):
    """A need of one's own, with the best proposal for it."""

    need: NeedLine
    status: Tag
    best: ProposalCard | None
    proposals: int


class OfferRow(NamedTuple):
    """An offer of one's own."""

    offer: OfferLine
    status: Tag
    areas: list[str]


class SeatRow(NamedTuple):
    """A seat that was offered to one's side."""

    seat: OwnSeatView
    status: Tag
    area: str | None
    form: str | None
    asker: str | None
    """None: not named yet."""


class RoundRow(NamedTuple):
    """A round of one's desk."""

    round: RoundView
    status: Tag


class Home(NamedTuple):
    """What waits for a caller, by what its duties are. None: no such duty."""

    names: list[str]
    needs: list[NeedRow] | None
    needs_next: str | None
    offers: list[OfferRow] | None
    offers_next: str | None
    seats: list[SeatRow] | None
    seats_next: str | None
    rounds: list[RoundRow] | None
    rounds_next: str | None
    latest: RoundView | None
    best: list[ProposalCard]
    due: list[ClockView]
    """What is due next in all that the caller is a party to."""
    news: list[NoticeView]
    """What changed and was not read yet, the latest first."""
    at_desk: list[tuple[Tag, int, str]]
    """How many needs one's desk handles, by state, each with the address of their list."""


class HomeAsked(NamedTuple):
    """After which entry each list of the home goes on."""

    needs: str | None = None
    offers: str | None = None
    seats: str | None = None
    rounds: str | None = None


class ComponentRow(NamedTuple):
    """A component of a need in words."""

    area: str | None
    form: str | None
    languages: list[str]
    experts: int
    days: int | None
    is_mandatory: bool
    note: str


WOULD_HELP = frozenset(
    {"candidates_without_rule", "relaxation_fills", "two_relaxations_fill", "later_window_fills"}
)
"""Reasons that say what would let an unmet component be met."""


class UnmetRow(NamedTuple):
    """A component that stayed without experts, and why."""

    unmet: UnmetView
    area: str | None
    why: str
    rules: list[tuple[str, int | None]]
    """What keeps offers away, and how many; private causes without a number."""

    @property
    def causes(self) -> list[str]:
        """What stands in the way, in sentences."""
        return [reason.text for reason in self.unmet.reasons if reason.code not in WOULD_HELP]

    @property
    def helps(self) -> list[str]:
        """What would help, most first: the engine tried it out, or counted what a rule keeps away."""
        return [reason.text for reason in self.unmet.reasons if reason.code in WOULD_HELP]


class NeedPage(NamedTuple):
    """A need as its page shows it."""

    need: NeedView | NeedSummaryView
    status: Tag
    states: list[str]
    askers: list[tuple[str, str]]
    """Names of those who ask, each once, with the states of all who bear it."""
    commitments: list[str]
    components: list[ComponentRow]
    urgency: str | None
    delivery: str | None
    is_in_hand: bool
    """Whether the caller asks for it or handles it, and so sees what was proposed."""
    proposals: list[ProposalCard]
    unmet: list[UnmetRow]


def get_home(session: Session, caller: Caller, asked: HomeAsked, language: str) -> Home:
    """Return what waits for whoever asks: own needs, own offers and seats, the rounds of one's desk."""
    teller = Teller(session, language)
    needs, needs_next = _own_needs(session, caller, asked.needs, teller, language)
    offers, offers_next = _own_offers(session, caller, asked.offers, teller, language)
    seats, seats_next = _own_seats(session, caller, asked.seats, teller, language)
    rounds, rounds_next = _own_rounds(session, caller, asked.rounds, language)
    latest = next((row.round for row in rounds or () if row.round.state == "finished"), None)
    return Home(
        names=sorted(row.name for row in find_stakeholders(session, caller.stakeholders()).values()),
        needs=needs,
        needs_next=needs_next,
        offers=offers,
        offers_next=offers_next,
        seats=seats,
        seats_next=seats_next,
        rounds=rounds,
        rounds_next=rounds_next,
        latest=latest,
        best=_best_of_round(session, caller, latest.id, teller, language) if latest else [],
        due=list_running(session, caller, language, most=DUE_SHOWN),
        news=list_notices(session, caller, PageAsked(NEWS_SHOWN), language, unread=True).items,
        at_desk=_at_desk(session, caller, language),
    )


def get_need_page(session: Session, caller: Caller, need_id: str, language: str) -> NeedPage:
    """Return a need that the caller may see; to those who ask and the desk with what was proposed for it."""
    need = get_need(session, caller, need_id)
    teller = Teller(session, language)
    whole = need if isinstance(need, NeedView) else None
    titles = commitment_titles(session, language)
    return NeedPage(
        need=need,
        status=tag("need", need.status, language),
        states=[teller.state(code) for code in _states(need)],
        askers=_askers(whole, teller) if whole else [],
        commitments=[titles.get(code, code) for code in need.commitments],
        components=_components(session, whole, teller, language) if whole else [],
        urgency=code_labels(session, "urgency", language)[whole.urgency] if whole else None,
        delivery=_delivery(session, whole, language) if whole else None,
        is_in_hand=whole is not None and whole.handling is not None,
        proposals=_proposals_for(session, caller, need_id, teller, language),
        unmet=_unmet_of(session, caller, need_id, teller, language),
    )


def _states(need: NeedView | NeedSummaryView) -> list[str]:
    if isinstance(need, NeedSummaryView):
        return need.requester_states
    return sorted({code for party in need.requesters for code in party.states})


def _askers(need: NeedView, teller: Teller) -> list[tuple[str, str]]:
    found: dict[str, list[str]] = {}
    for party in need.requesters:
        found.setdefault(party.name, []).extend(teller.state(code) for code in party.states)
    return [(name, ", ".join(states)) for name, states in found.items()]


def _delivery(session: Session, need: NeedView, language: str) -> str | None:
    labels = code_labels(session, "delivery_mode", language)
    return labels[need.delivery_mode] if need.delivery_mode else None


def _at_desk(session: Session, caller: Caller, language: str) -> list[tuple[Tag, int, str]]:
    desks = caller.desks()
    if not desks:
        return []
    counts = count_at_desks(session, caller)
    only = f"&desk={next(iter(desks))}" if len(desks) == 1 else ""
    return [
        (tag("need", state, language), counts[state], f"/needs?status={state}{only}")
        for state in STATES
        if state in counts
    ]


# What is one's own


def _own_needs(
    session: Session, caller: Caller, cursor: str | None, teller: Teller, language: str
) -> tuple[list[NeedRow] | None, str | None]:
    parties = caller.stakeholders(*ASKING)
    if not parties:
        return None, None
    asked = select(NeedRequester.need_id).where(col(NeedRequester.stakeholder_id).in_(parties))
    order = [Key(col(Need.registered_at), "registered_at", descending=True), Key(col(Need.id), "id")]
    query = select(Need).where(col(Need.id).in_(asked))
    rows, following = page_of(session, query, order, PageAsked(ROWS, cursor))
    lines = needs_of(session, rows, {row.id: "own" for row in rows})
    best, counts = _best_by_need(session, caller, {line.id for line in lines}, teller, language)
    return [
        NeedRow(line, tag("need", line.status, language), best.get(line.id), counts.get(line.id, 0))
        for line in lines
        if isinstance(line, NeedLine)
    ], following


def _own_offers(
    session: Session, caller: Caller, cursor: str | None, teller: Teller, language: str
) -> tuple[list[OfferRow] | None, str | None]:
    parties = caller.stakeholders(*OFFERING)
    if not parties:
        return None, None
    order = [Key(col(Offer.registered_at), "registered_at", descending=True), Key(col(Offer.id), "id")]
    query = select(Offer).where(col(Offer.stakeholder_id).in_(parties))
    rows, following = page_of(session, query, order, PageAsked(ROWS, cursor))
    return [
        OfferRow(
            line,
            tag("offer", line.state, language),
            list(dict.fromkeys(teller.area(item.area) for item in line.expertise)),
        )
        for line in offers_of(session, caller, rows)
    ], following


def _own_seats(
    session: Session, caller: Caller, cursor: str | None, teller: Teller, language: str
) -> tuple[list[SeatRow] | None, str | None]:
    if not caller.stakeholders(*OFFERING, "expert"):
        return None, None
    found = list_own_seats(session, caller, None, PageAsked(ROWS, cursor))
    return [_seat_row(seat, teller, language) for seat in found.items], found.next


def _seat_row(seat: OwnSeatView, teller: Teller, language: str) -> SeatRow:
    asked = seat.asked_for
    states = ", ".join(teller.state(code) for code in (asked.requester_states or ())) if asked else ""
    return SeatRow(
        seat,
        tag("seat", seat.status, language),
        teller.area(asked.area) if asked and asked.area else None,
        teller.modality(asked.modality) if asked and asked.modality else None,
        states or None,
    )


def _own_rounds(
    session: Session, caller: Caller, cursor: str | None, language: str
) -> tuple[list[RoundRow] | None, str | None]:
    if not caller.desks():
        return None, None
    found = list_rounds(session, caller, None, None, PageAsked(ROWS, cursor), language)
    return [RoundRow(row, tag("round", row.state, language)) for row in found.items], found.next


# Proposals


def _best_of_round(
    session: Session, caller: Caller, round_id: str, teller: Teller, language: str
) -> list[ProposalCard]:
    query = select(Proposal).where(
        Proposal.round_id == round_id, col(Proposal.need_id).in_(ids_in_hand(caller))
    )
    rows = session.exec(query.order_by(col(Proposal.score).desc(), col(Proposal.id)).limit(BEST_SHOWN)).all()
    return cards_of(session, caller, rows, teller, language)


def _best_by_need(
    session: Session, caller: Caller, need_ids: Iterable[str], teller: Teller, language: str
) -> tuple[dict[str, ProposalCard], dict[str, int]]:
    query = select(Proposal).where(
        col(Proposal.need_id).in_(set(need_ids)),
        col(Proposal.need_id).in_(ids_in_hand(caller)),
        Proposal.state != "superseded",
    )
    best: dict[str, Proposal] = {}
    counts: dict[str, int] = {}
    for row in _best_first(session, caller, session.exec(query).all()):
        best.setdefault(row.need_id, row)
        counts[row.need_id] = counts.get(row.need_id, 0) + 1
    cards = cards_of(session, caller, list(best.values()), teller, language)
    return {card.need: card for card in cards}, counts


def _proposals_for(
    session: Session, caller: Caller, need_id: str, teller: Teller, language: str
) -> list[ProposalCard]:
    query = select(Proposal).where(
        Proposal.need_id == need_id,
        col(Proposal.need_id).in_(ids_in_hand(caller)),
        Proposal.state != "superseded",
    )
    rows = _best_first(session, caller, session.exec(query).all())[:ROWS]
    return cards_of(session, caller, rows, teller, language)


def _best_first(session: Session, caller: Caller, rows: Sequence[Proposal]) -> list[Proposal]:
    """Return proposals in the order of the scores that the caller reads: wishes of providers move none."""
    teams = seats_of(session, [row.id for row in rows])
    at_desk = set(
        session.exec(
            select(Need.id).where(
                col(Need.id).in_({row.need_id for row in rows}), col(Need.desk_id).in_(caller.desks())
            )
        )
    )
    read = {
        row.id: row.score if row.need_id in at_desk else score_of_team(row, teams[row.id]) for row in rows
    }
    return sorted(rows, key=lambda row: (-read[row.id], row.id))


# What stays unmet


def _unmet_of(
    session: Session, caller: Caller, need_id: str, teller: Teller, language: str
) -> list[UnmetRow]:
    query = select(UnmetComponent).where(
        UnmetComponent.need_id == need_id, col(UnmetComponent.superseded_by).is_(None)
    )
    return unmet_rows(session, caller, query, teller, language)


def unmet_rows(
    session: Session, caller: Caller, query: SelectOfScalar[UnmetComponent], teller: Teller, language: str
) -> list[UnmetRow]:
    """Return unmet components, in words, as far as the caller asks for the needs or handles them."""
    rows = session.exec(
        query.where(col(UnmetComponent.need_id).in_(ids_in_hand(caller))).order_by(
            col(UnmetComponent.found_at), col(UnmetComponent.id)
        )
    ).all()
    return rows_of_unmet(unmet_views(session, caller, rows, language), teller, language)


def rows_of_unmet(views: Iterable[UnmetView], teller: Teller, language: str) -> list[UnmetRow]:
    """Return unmet components in words."""
    return [
        UnmetRow(
            view,
            teller.area(view.area) if view.area else None,
            unmet_text(view.reason, language),
            [(teller.rule(item.rule), item.offers) for item in view.exclusions],
        )
        for view in views
    ]


# A need's components


def _components(session: Session, need: NeedView, teller: Teller, language: str) -> list[ComponentRow]:
    names = code_labels(session, "language", language)
    return [
        ComponentRow(
            area=teller.area(item.area) if item.area else None,
            form=teller.modality(item.modality) if item.modality else None,
            languages=[
                f"{names.get(wish.code, wish.code)} {wish.level or ''}".strip()
                for wish in item.languages or ()
            ],
            experts=item.experts,
            days=item.days,
            is_mandatory=item.is_mandatory,
            note=item.note,
        )
        for item in need.components
    ]
