"""The public register: what everybody may know of what stays unmet, as each requester chose.

It is made of needs whose requesters allow something, and of nothing else: who allows nothing changes no byte.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from service import clock
from service.caller import Caller
from service.needs.tables import Need, NeedCommitment, NeedComponent, NeedRequester
from service.reference.facts import code_labels
from service.reference.queries import list_themes
from service.reference.tables import Commitment, State
from service.stakeholders.tables import StakeholderState
from service.texts import N_, translate, translate_fact
from service.unmet import rules
from service.unmet.rules import Counted
from service.unmet.schemas import GroupView, ListedView, PublicUnmet
from service.unmet.tables import UnmetDisclosure
from service.unmet.views import marked_at
from service.web.paging import LARGEST_PAGE, PageAsked
from service.web.spreadsheets import csv_of


class _Row(NamedTuple):
    need: Need
    themes: frozenset[str]
    places: frozenset[tuple[str, str]]
    areas: tuple[str, ...]
    experts: int
    since: datetime | None


def get_public_register(session: Session, caller: Caller, language: str) -> PublicUnmet:
    """Return what everybody may know of what stays unmet: counts of large groups, and lines without names."""
    themes = list_themes(session, caller, PageAsked(LARGEST_PAGE, None), language).items
    titles = {theme.code: theme.title for theme in themes}
    areas = code_labels(session, "expertise_area", language)
    counted = [Counted(one.need.id, one.themes, one.places) for one in _rows(session, "theme_and_region")]
    return PublicUnmet(
        as_of=clock.today(),
        fewest=rules.FEWEST_NEEDS,
        groups=[
            GroupView(theme=one.theme, theme_title=titles[one.theme], region=one.region, needs=one.needs)
            for one in rules.groups_of(counted)
        ],
        needs=_sorted(_listed(one, titles, areas) for one in _rows(session, "details")),
    )


def table_of(found: PublicUnmet, reasons: Mapping[str, str], language: str) -> str:
    """Return the register as a table for spreadsheets, one line for each group and each need."""
    said = [N_("Needs"), N_("Theme"), N_("Region"), N_("Expertise"), N_("Missing experts"), N_("Reason")]
    heads = [translate(one, language) for one in (*said, N_("Since"))]
    others = translate(N_("Other regions"), language)
    lines: list[list[str]] = [
        [
            str(group.needs),
            group.theme_title,
            translate_fact(group.region, language) if group.region else others,
            "",
            "",
            "",
            "",
        ]
        for group in found.groups
    ]
    lines += [
        [
            "1",
            "; ".join(one.theme_titles),
            "; ".join(translate_fact(region, language) for region in one.regions),
            "; ".join(one.area_labels),
            str(one.experts),
            reasons.get(one.reason or "", ""),
            one.since or "",
        ]
        for one in found.needs
    ]
    return csv_of(heads, lines)


def _sorted(lines: Iterable[ListedView]) -> list[ListedView]:
    """Put lines in an order that tells nothing but what they say."""
    return sorted(lines, key=lambda one: one.model_dump_json())


def _listed(row: _Row, titles: Mapping[str, str], areas: Mapping[str, str]) -> ListedView:
    themes = sorted(row.themes)
    return ListedView(
        themes=themes,
        theme_titles=[titles[one] for one in themes],
        regions=sorted({region for _, region in row.places}),
        areas=list(row.areas),
        area_labels=[areas.get(one, one) for one in row.areas],
        experts=row.experts,
        reason=row.need.unmet_reason,
        since=rules.month_of(row.since.date()) if row.since else None,
        passed_on=row.need.state == "escalated",
    )


def _rows(session: Session, level: str) -> list[_Row]:
    needs = session.exec(
        select(Need)
        .join(UnmetDisclosure, col(UnmetDisclosure.need_id) == col(Need.id))
        .where(
            UnmetDisclosure.level == level,
            col(Need.state).in_(rules.UNMET_STATES),
            col(Need.set_back_code).is_(None),
        )
    ).all()
    ids = [row.id for row in needs]
    themes, places, parts = _themes(session, ids), _places(session, ids), _parts(session, ids)
    since = marked_at(session, ids)
    return [
        _Row(
            row,
            frozenset(themes.get(row.id, ())),
            frozenset(places.get(row.id, ())),
            tuple(sorted(area for area, _ in parts.get(row.id, ()) if area)),
            sum(experts for _, experts in parts.get(row.id, ())),
            since.get(row.id),
        )
        for row in needs
    ]


def _themes(session: Session, ids: list[str]) -> dict[str, set[str]]:
    query = (
        select(NeedCommitment.need_id, Commitment.theme_code)
        .join(Commitment, col(Commitment.code) == col(NeedCommitment.commitment_code))
        .where(col(NeedCommitment.need_id).in_(ids))
    )
    found: dict[str, set[str]] = {}
    for need_id, theme in session.exec(query):
        found.setdefault(need_id, set()).add(theme)
    return found


def _places(session: Session, ids: list[str]) -> dict[str, set[tuple[str, str]]]:
    query = (
        select(NeedRequester.need_id, State.iso3, State.region)
        .join(StakeholderState, col(StakeholderState.stakeholder_id) == col(NeedRequester.stakeholder_id))
        .join(State, col(State.iso3) == col(StakeholderState.iso3))
        .where(col(NeedRequester.need_id).in_(ids))
    )
    found: dict[str, set[tuple[str, str]]] = {}
    for need_id, iso3, region in session.exec(query):
        found.setdefault(need_id, set()).add((iso3, region))
    return found


def _parts(session: Session, ids: list[str]) -> dict[str, list[tuple[str | None, int]]]:
    query = (
        select(NeedComponent.need_id, NeedComponent.area, func.sum(NeedComponent.experts))
        .where(col(NeedComponent.need_id).in_(ids))
        .group_by(col(NeedComponent.need_id), col(NeedComponent.area))
    )
    found: dict[str, list[tuple[str | None, int]]] = {}
    for need_id, area, experts in session.exec(query):
        found.setdefault(need_id, []).append((area, int(experts)))
    return found
