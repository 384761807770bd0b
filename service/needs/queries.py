"""Reading needs. Visibility is in the query: what a caller may not see is not found, counted or searched."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, cast, get_args

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, false, func, or_, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from service import clock
from service.caller import ASKING, Caller
from service.database.engines import once, sees_one_state
from service.errors import NotAllowed, NotFound
from service.needs import reads, rules
from service.needs.beside import beside
from service.needs.reads import ReadsView, ids_asked_by
from service.needs.rules import Onlooker, Sight
from service.needs.schemas import NeedFacets, NeedLine, NeedSummaryView, NeedView
from service.needs.sight import PLACES, Eyes, filled, in_hand, summary_visible, text_visible
from service.needs.tables import Need, NeedCommitment, NeedDialogue, NeedRequester
from service.needs.views import (
    LINE_COLUMNS,
    Circle,
    Margins,
    lines_of,
    lines_with,
    margins_of,
    summaries_of,
    view_of,
)
from service.reference.memberships import memberships_on
from service.reference.tables import Commitment
from service.search.queries import things_with
from service.stakeholders.queries import find_stakeholders, stakeholders_of_states, states_of
from service.stakeholders.tables import Stakeholder, StakeholderState
from service.web.paging import LARGEST_PAGE, Key, PageAsked, page_of
from service.web.schemas import Page


class NeedFilter(NamedTuple):
    """What a list of needs is narrowed to."""

    status: str | None = None
    commitment: str | None = None
    theme: str | None = None
    state: str | None = None
    """State of a requester."""
    dialogue: str | None = None
    """Dialogue of the handling desk, or one that the requester would like as host."""
    urgency: str | None = None
    language: str | None = None
    desk: str | None = None
    requester: str | None = None
    words: str | None = None
    delivery_mode: str | None = None


NeedSort = Literal["newest", "oldest"]
"""Orders of a list. None of them goes by what a summary does not say, or it would tell of the text."""
# Both keys run the same way, so that the index gives the order.
_ORDERS: Mapping[NeedSort, Sequence[Key]] = MappingProxyType(
    {
        sort: (
            Key(col(Need.registered_at), "registered_at", descending=sort == "newest"),
            Key(col(Need.id), "id", descending=sort == "newest"),
        )
        for sort in get_args(NeedSort)
    }
)


def get_need(session: Session, caller: Caller, need_id: str) -> NeedView | NeedSummaryView:
    """Return a need, or its public summary where that is all the caller may see."""
    row, circle = _seen(session, caller, need_id)
    if circle == "summary":
        return summaries_of(session, [row])[0]
    reads.note_text(session, caller, [row])
    return view_of(session, caller, row, circle)


def view_for(session: Session, caller: Caller, row: Need) -> NeedView:
    """Return a need as it is shown to those who have just changed it."""
    around = beside(session, row.id)
    is_own = not caller.stakeholders(*ASKING).isdisjoint(one.id for one in around.asking)
    if not is_own:
        reads.note_text(session, caller, [row])
    return view_of(session, caller, row, "own" if is_own else "desk", around)


def find_need(session: Session, caller: Caller, need_id: str) -> Need:
    """Return the row of a need whose text the caller may see."""
    row, circle = _seen(session, caller, need_id)
    if circle == "summary":
        raise NotAllowed
    return row


def _seen(session: Session, caller: Caller, need_id: str) -> tuple[Need, Circle]:
    """Return the row of a need that the caller may see, and how the caller stands to it."""

    def look() -> tuple[Need, Circle]:
        onlooker = onlooker_of(session, caller)
        row = session.exec(_listed(onlooker).where(Need.id == need_id)).first()
        if row is None:
            raise NotFound
        return row, circles_of(session, onlooker, [row])[row.id]

    return once(session, ("need seen", caller, need_id), look)


def find_handled_need(session: Session, caller: Caller, need_id: str) -> Need:
    """Return the row of a need that the caller asks for or handles; others may not look behind it."""
    row = find_need(session, caller, need_id)
    if not rules.actors_of(caller, parties_of(session, row)):
        raise NotAllowed
    return row


def find_own_need(session: Session, caller: Caller, need_id: str) -> Need:
    """Return the row of a need that the caller asks for; what is private to it looks absent to all others."""
    row = find_need(session, caller, need_id)
    if "requester" not in rules.actors_of(caller, parties_of(session, row)):
        raise NotFound
    return row


def get_reads(session: Session, caller: Caller, need_id: str) -> ReadsView:
    """Return who read a need, to its requesters; to all others there is no such list."""
    return reads.told(session, find_own_need(session, caller, need_id))


def list_needs(
    session: Session, caller: Caller, wanted: NeedFilter, page: PageAsked, sort: NeedSort = "newest"
) -> Page[NeedLine | NeedSummaryView]:
    """Return a page of the needs that the caller may see, newest first unless asked otherwise."""
    onlooker = onlooker_of(session, caller)
    rows, following = page_of(session, _asked_for(wanted), _ORDERS[sort], page, filled(onlooker))
    around = margins_of(session, [row.id for row in rows])
    circles = circles_of(session, onlooker, rows, around)
    # Whoever asks for a need is none of its recorded readers.
    reads.note_lines(session, caller, [row for row in rows if circles[row.id] in {"desk", "reader"}])
    return Page(items=lines_with(rows, circles, around), next=following)


def list_waiting_registrations(session: Session, caller: Caller) -> list[NeedLine]:
    """Return what desks registered on behalf of states and waits for them, oldest first; for both sides."""
    rows = session.exec(
        select(Need)
        .where(
            in_hand(caller.stakeholders(*ASKING), caller.desks()),
            col(Need.registered_on_behalf),
            col(Need.confirmed_at).is_(None),
            Need.state == "draft",
        )
        .order_by(col(Need.registered_at), col(Need.id))
        .limit(LARGEST_PAGE)
    ).all()
    reads.note_lines(session, caller, rows)
    circles = circles_of(session, onlooker_of(session, caller), rows)
    return [line for line in lines_of(session, rows, circles) if isinstance(line, NeedLine)]


def count_facets(session: Session, caller: Caller, wanted: NeedFilter) -> NeedFacets:
    """Count the needs that the caller may see, by what they can be narrowed to.

    Each is counted as if nothing of its own kind were chosen, so that one sees what else there is to choose.
    What only the text says is counted where the caller may read the text.
    """
    eyes = filled(onlooker_of(session, caller))
    connection = session.connection()
    counts = {
        facet: {code: number for code, number in connection.execute(statement, eyes) if code}
        for facet, statement in _facets_of(wanted)
    }
    status = counts["status"]
    return NeedFacets(
        total=status.get(wanted.status, 0) if wanted.status else sum(status.values()),
        **{facet: dict(sorted(found.items())) for facet, found in counts.items()},
    )


def count_at_desks(session: Session, caller: Caller) -> dict[str, int]:
    """Count the needs that the caller's desks handle, by their state: one statement."""
    handled = in_hand(frozenset(), caller.desks())
    query = select(Need.state, func.count(col(Need.id))).where(handled).group_by(col(Need.state))
    return dict(sorted((state, number) for state, number in session.exec(query)))


# For rooms above


def sights_of(session: Session, caller: Caller, need_ids: Iterable[str]) -> dict[str, Sight]:
    """Tell how much of each of the needs the caller may see, for rooms that name needs in what they show."""
    wanted = set(need_ids)
    onlooker = onlooker_of(session, caller)
    listed = session.exec(_listed(onlooker).where(col(Need.id).in_(wanted))).all()
    found: dict[str, Sight] = dict.fromkeys(wanted, "nothing")
    for need_id, circle in circles_of(session, onlooker, listed).items():
        found[need_id] = "summary" if circle == "summary" else "text"
    return found


def ids_in_sight(session: Session, caller: Caller) -> SelectOfScalar[str]:
    """Return a subquery of the ids of needs whose text the caller may see."""
    return select(Need.id).where(text_visible(onlooker_of(session, caller)))


def ids_in_hand(caller: Caller) -> SelectOfScalar[str]:
    """Return a subquery of the ids of needs that the caller asks for or handles."""
    return select(Need.id).where(in_hand(caller.stakeholders(*ASKING), caller.desks()))


def lines_in_sight(session: Session, caller: Caller, need_ids: Iterable[str]) -> dict[str, NeedLine]:
    """Return those of the needs whose text the caller may see, as they stand in the caller's lists."""
    wanted = set(need_ids)
    if not wanted:
        return {}
    onlooker = onlooker_of(session, caller)
    rows = session.exec(select(Need).where(col(Need.id).in_(wanted), text_visible(onlooker))).all()
    lines = lines_of(session, rows, circles_of(session, onlooker, rows))
    return {line.id: line for line in lines if isinstance(line, NeedLine)}


def find_needs(session: Session, need_ids: Iterable[str]) -> dict[str, Need]:
    """Return the rows of the given ids, for rooms that have asked already what may be shown."""
    wanted = set(need_ids)
    if len(wanted) == 1 and sees_one_state(session):
        row = session.get(Need, *wanted)  # most often it was read before
        return {row.id: row} if row else {}
    return {row.id: row for row in session.exec(select(Need).where(col(Need.id).in_(wanted)))}


def parties_of(session: Session, row: Need) -> rules.Parties:
    """Return whose need it is and who handles it."""
    return once(session, ("need parties", row.id), lambda: _parties(session, row))


def _parties(session: Session, row: Need) -> rules.Parties:
    ids = session.exec(
        select(NeedRequester.stakeholder_id)
        .where(NeedRequester.need_id == row.id)
        .order_by(col(NeedRequester.position))
    ).all()
    found = find_stakeholders(session, ids)
    types = {id_: found[id_].type for id_ in ids}
    return rules.Parties(types, row.desk_id, row.registered_on_behalf, rules.is_confirmed(row))


def onlooker_of(session: Session, caller: Caller) -> Onlooker:
    """Return the caller with the states of its stakeholders and the dialogues these take part in now."""

    def look() -> Onlooker:
        mine = caller.stakeholders()
        states = frozenset(iso3 for found in states_of(session, mine).values() for iso3 in found)
        return Onlooker(caller, states, _dialogues_of(session, states))

    return once(session, ("onlooker", caller), look)


def _dialogues_of(session: Session, states: frozenset[str]) -> frozenset[str]:
    if not states:
        return frozenset()
    only = next(iter(states)) if len(states) == 1 else None
    places = memberships_on(session, clock.today(), "dialogue", state=only)
    return frozenset(
        place.group for place in places if place.state in states and place.role in rules.TAKES_PART
    )


# How the caller stands to needs


def _listed(onlooker: Onlooker) -> SelectOfScalar[Need]:
    return select(Need).where(or_(text_visible(onlooker), summary_visible()))


def circles_of(
    session: Session, onlooker: Onlooker, rows: Sequence[Need], around: Margins | None = None
) -> dict[str, Circle]:
    """Tell how the caller stands to each of the needs that it was given to see."""
    ids = [row.id for row in rows]
    mine = onlooker.caller.stakeholders(*ASKING)
    if around is None:
        own = ids_asked_by(session, mine, ids)
    else:
        own = {id_ for id_ in ids if not mine.isdisjoint(around.names[id_])}
    # Whatever else is given to see is given with its text.
    doubtful = [row.id for row in rows if row.confidentiality == "public_summary"]
    text = set(ids) - set(doubtful)
    if doubtful:
        text |= set(session.exec(select(Need.id).where(col(Need.id).in_(doubtful), text_visible(onlooker))))
    desks = onlooker.caller.desks()
    return {row.id: _circle(row, own, desks, text) for row in rows}


def _circle(row: Need, own: set[str], desks: frozenset[str], text: set[str]) -> Circle:
    if row.id in own:
        return "own"
    if row.id not in text:
        return "summary"
    return "desk" if row.desk_id in desks else "reader"


# Narrowing


@lru_cache(maxsize=128)
def _asked_for(wanted: NeedFilter) -> "SelectOfScalar[Need]":
    """Return the list of needs that a filter asks for, for whoever fills in who looks."""
    # The columns alone: as whole objects, fifty rows take longer than all the rest.
    return cast("SelectOfScalar[Need]", select(*LINE_COLUMNS).where(_narrowed(PLACES, wanted)))


def _narrowed(onlooker: Onlooker | Eyes, wanted: NeedFilter) -> ColumnElement[bool]:
    """Return the condition of a list.

    A summary is narrowed only by what it says itself: asked for the rest, it is absent, or an outsider could
    find out by filters what the text says.
    """
    both, text_only = _conditions(wanted), _text_conditions(wanted)
    text = and_(text_visible(onlooker), *text_only)
    summary = summary_visible() if not text_only else false()
    if wanted.words:
        text = and_(text, col(Need.id).in_(things_with("need", wanted.words)))
        summary = and_(summary, col(Need.id).in_(things_with("need_summary", wanted.words)))
    return and_(or_(text, summary), *both)


def _conditions(wanted: NeedFilter) -> list[ColumnElement[bool]]:
    need = col(Need.id)
    found: list[ColumnElement[bool]] = []
    if wanted.status:
        found.append(col(Need.state) == wanted.status)
    if wanted.commitment:
        found.append(
            need.in_(_needs_of_commitments(col(NeedCommitment.commitment_code) == wanted.commitment))
        )
    if wanted.theme:
        found.append(need.in_(_needs_of_theme(wanted.theme)))
    if wanted.state:
        found.append(need.in_(_needs_of_states([wanted.state])))
    return found


def _text_conditions(wanted: NeedFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        column == value
        for column, value in (
            (col(Need.urgency), wanted.urgency),
            (col(Need.language), wanted.language),
            (col(Need.desk_id), wanted.desk),
            (col(Need.delivery_mode), wanted.delivery_mode),
        )
        if value
    ]
    if wanted.requester:
        asked = select(NeedRequester.need_id).where(NeedRequester.stakeholder_id == wanted.requester)
        found.append(col(Need.id).in_(asked))
    if wanted.dialogue:
        desks = select(Stakeholder.id).where(Stakeholder.dialogue_code == wanted.dialogue)
        found.append(or_(col(Need.desk_id).in_(desks), col(Need.id).in_(_needs_wishing(wanted.dialogue))))
    return found


def _needs_of_commitments(condition: ColumnElement[bool]) -> SelectOfScalar[str]:
    return select(NeedCommitment.need_id).where(condition)


def _needs_of_theme(theme: str) -> SelectOfScalar[str]:
    codes = select(Commitment.code).where(Commitment.theme_code == theme)
    return _needs_of_commitments(col(NeedCommitment.commitment_code).in_(codes))


def _needs_of_states(states: Iterable[str]) -> SelectOfScalar[str]:
    return select(NeedRequester.need_id).where(
        col(NeedRequester.stakeholder_id).in_(stakeholders_of_states(states))
    )


def _needs_wishing(dialogue: str) -> SelectOfScalar[str]:
    return select(NeedDialogue.need_id).where(NeedDialogue.dialogue_code == dialogue)


# Counting


@lru_cache(maxsize=64)
def _facets_of(wanted: NeedFilter) -> "Sequence[tuple[str, Select[Any, int]]]":
    """Return one statement for each facet, for whoever fills in who looks."""
    return [(facet, _facet(facet, wanted._replace(**{facet: None}))) for facet in NeedFacets.FACETS]


def _facet(facet: str, wanted: NeedFilter) -> "Select[Any, int]":
    need = col(Need.id)
    seen = need.in_(select(Need.id).where(_narrowed(PLACES, wanted)))
    if facet == "status":
        return select(Need.state, func.count(need)).where(seen).group_by(col(Need.state))
    if facet == "commitment":
        return _by(col(NeedCommitment.commitment_code), col(NeedCommitment.need_id), wanted)
    if facet == "theme":
        themes = _by(col(Commitment.theme_code), col(NeedCommitment.need_id), wanted)
        return themes.join(Commitment, col(NeedCommitment.commitment_code) == col(Commitment.code))
    if facet == "state":
        states = _by(col(StakeholderState.iso3), col(NeedRequester.need_id), wanted)
        return states.join(
            StakeholderState, col(NeedRequester.stakeholder_id) == col(StakeholderState.stakeholder_id)
        )
    column = col(getattr(Need, facet))
    text = and_(seen, text_visible(PLACES))
    return select(column, func.count(need)).where(text).group_by(column)


def _by(code: Any, need: Any, wanted: NeedFilter) -> "Select[Any, int]":
    seen = select(Need.id).where(_narrowed(PLACES, wanted))
    number = func.count(func.distinct(need))
    return select(code, number).select_from(need.table).where(need.in_(seen)).group_by(code)
