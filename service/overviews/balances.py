"""How supply meets demand, counted by theme and by commitment."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service.caller import Caller
from service.deliveries.tables import Delivery, DeliveryCommitment
from service.errors import NotFound
from service.needs.queries import onlooker_of
from service.needs.rules import OPEN
from service.needs.sight import summary_visible, text_visible
from service.needs.tables import Need, NeedCommitment
from service.offers.queries import ids_in_sight as offers_in_sight
from service.offers.rules import IN_ROUNDS
from service.offers.tables import Offer, OfferCommitment
from service.overviews.schemas import CommitmentBalance, ThemeOverview, ThemesOverview
from service.reference.queries import list_commitments, list_frameworks, list_themes
from service.reference.schemas import CommitmentFilter, CommitmentLine, FrameworkView
from service.reference.tables import Commitment
from service.web.paging import PageAsked

ALL = PageAsked(200, None)
Key = str
Counts = Mapping[Key, tuple[int, int]]
"""For each theme or commitment how many are open, and how many there are."""


class _Seen(NamedTuple):
    """What the caller may see: the condition of needs, the ids of offers."""

    needs: ColumnElement[bool]
    offers: SelectOfScalar[str]


class _Counted(NamedTuple):
    needs: Counts
    offers: Counts
    help: Counts

    def of(self, key: Key) -> dict[str, int]:
        """Return the figures of one theme or commitment."""
        open_needs, needs = self.needs.get(key, (0, 0))
        open_offers, offers = self.offers.get(key, (0, 0))
        return {
            "open_needs": open_needs,
            "needs": needs,
            "open_offers": open_offers,
            "offers": offers,
            "help": self.help.get(key, (0, 0))[1],
        }


def get_themes_overview(session: Session, caller: Caller, language: str) -> ThemesOverview:
    """Return how supply meets demand on all themes, out of what the caller may see."""
    themes = list_themes(session, caller, ALL, language).items
    lines = list_commitments(session, caller, ALL, language, CommitmentFilter()).items
    seen = _Seen(
        or_(text_visible(onlooker_of(session, caller)), summary_visible()), offers_in_sight(session, caller)
    )
    by_theme, by_commitment = (
        _counted(session, seen, key) for key in (col(Commitment.theme_code), col(Commitment.code))
    )
    return ThemesOverview(
        themes=[
            ThemeOverview(
                theme=theme,
                commitments=_balances([one for one in lines if one.theme == theme.code], by_commitment),
                **by_theme.of(theme.code),
            )
            for theme in themes
        ]
    )


def get_theme_overview(session: Session, caller: Caller, code: str, language: str) -> ThemeOverview:
    """Return how supply meets demand on one theme, out of what the caller may see."""
    themes = get_themes_overview(session, caller, language).themes
    found = next((one for one in themes if one.theme.code == code), None)
    if found is None:
        raise NotFound
    return found


def frameworks_of_theme(session: Session, caller: Caller, code: str, language: str) -> list[FrameworkView]:
    """Return the frameworks that the source text names under a theme."""
    return list(list_frameworks(session, caller, ALL, language, theme=code).items)


def _balances(lines: Sequence[CommitmentLine], counted: _Counted) -> list[CommitmentBalance]:
    return [
        CommitmentBalance(code=line.code, parent=line.parent, title=line.title, **counted.of(line.code))
        for line in lines
    ]


def _counted(session: Session, seen: _Seen, key: Any) -> _Counted:
    needs = (
        select(key, Need.state, func.count(func.distinct(Need.id)))
        .join(NeedCommitment, col(NeedCommitment.commitment_code) == col(Commitment.code))
        .join(Need, col(Need.id) == col(NeedCommitment.need_id))
        .where(seen.needs)
        .group_by(key, col(Need.state))
    )
    offers = (
        select(key, Offer.state, func.count(func.distinct(Offer.id)))
        .join(OfferCommitment, col(OfferCommitment.commitment_code) == col(Commitment.code))
        .join(Offer, col(Offer.id) == col(OfferCommitment.offer_id))
        .where(col(Offer.id).in_(seen.offers))
        .group_by(key, col(Offer.state))
    )
    given = (
        select(key, Delivery.status, func.count(func.distinct(Delivery.id)))
        .join(DeliveryCommitment, col(DeliveryCommitment.commitment_code) == col(Commitment.code))
        .join(Delivery, col(Delivery.id) == col(DeliveryCommitment.delivery_id))
        .where(col(Delivery.retired_at).is_(None))
        .group_by(key, col(Delivery.status))
    )
    return _Counted(
        _summed(session, needs, OPEN),
        _summed(session, offers, IN_ROUNDS),
        _summed(session, given, frozenset()),
    )


def _summed(session: Session, query: Any, open_states: frozenset[str]) -> Counts:
    found: dict[Key, tuple[int, int]] = {}
    for key, state, number in session.execute(query):
        is_open, in_all = found.get(key, (0, 0))
        found[key] = is_open + (number if state in open_states else 0), in_all + number
    return found
