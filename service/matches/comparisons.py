"""Two rounds side by side: who gains, who loses, what it costs. For the desk that ran both."""

from collections.abc import Iterable, Mapping

from sqlmodel import Session, col, select

from service.caller import Caller
from service.errors import NotFound
from service.matches.engine import Comparison, HostChange, LoadChange, NeedChange, compare_rounds
from service.matches.queries import find_round, read_file
from service.matches.reasons import Teller
from service.matches.schemas import (
    ComparisonView,
    FigureChangeView,
    HostChangeView,
    LoadChangeView,
    NeedChangeView,
)
from service.needs.queries import ids_in_hand
from service.needs.tables import Need
from service.stakeholders.queries import find_stakeholders
from service.stakeholders.rules import HOLDS_A_PERSON
from service.stakeholders.tables import Stakeholder


def get_comparison(
    session: Session, caller: Caller, round_id: str, other_id: str, language: str
) -> ComparisonView:
    """Return what another round gives, asks and costs against a round of the same desk, both finished."""
    found = compare_rounds(_documents(session, caller, round_id), _documents(session, caller, other_id))
    needs = _needs_in_hand(session, caller, (change.need for change in found.needs))
    providers = find_stakeholders(session, (change.party for change in found.loads))
    teller = Teller(session, language)
    return ComparisonView(
        first=round_id,
        second=other_id,
        same_facts=found.same_problem,
        gained=found.gained,
        lost=found.lost,
        other_team=found.other_team,
        unchanged=found.unchanged,
        needs=[_need(change, needs) for change in found.needs if change.need in needs],
        providers=list(_loads(found.loads, providers)),
        hosts=[_host(change, teller) for change in found.hosts],
        figures=_figures(found),
        experts_cost=found.slots_cost,
        points_cost=found.total_cost,
    )


def _documents(session: Session, caller: Caller, round_id: str) -> tuple[bytes, bytes]:
    find_round(session, caller, round_id)
    problem, outcome = read_file(session, round_id, "problem"), read_file(session, round_id, "outcome")
    if problem is None or outcome is None:
        raise NotFound
    return problem, outcome


def _needs_in_hand(session: Session, caller: Caller, ids: Iterable[str]) -> dict[str, Need]:
    query = select(Need).where(col(Need.id).in_(set(ids)), col(Need.id).in_(ids_in_hand(caller)))
    return {row.id: row for row in session.exec(query)}


def _need(change: NeedChange, needs: Mapping[str, Need]) -> NeedChangeView:
    return NeedChangeView(
        need=change.need,
        title=needs[change.need].title,
        change=change.change,
        experts_before=change.experts[0],
        experts_after=change.experts[1],
        points_before=change.utility[0],
        points_after=change.utility[1],
    )


def _loads(loads: Iterable[LoadChange], providers: Mapping[str, Stakeholder]) -> Iterable[LoadChangeView]:
    """Give the institutions that are asked for more or fewer experts; no person is named."""
    for change in loads:
        provider = providers.get(change.party)
        if provider is not None and provider.type != HOLDS_A_PERSON:
            yield LoadChangeView(
                provider=change.party,
                name=provider.name,
                experts_before=change.experts[0],
                experts_after=change.experts[1],
            )


def _host(change: HostChange, teller: Teller) -> HostChangeView:
    kind, _, code = change.group.partition(":")
    return HostChangeView(
        kind=kind,
        code=code,
        name=teller.group(kind, code),
        needs_before=change.needs[0],
        needs_after=change.needs[1],
    )


def _figures(found: Comparison) -> list[FigureChangeView]:
    return [
        FigureChangeView(figure=change.figure, before=change.first, after=change.second)
        for change in found.figures
    ]
