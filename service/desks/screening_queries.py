"""What the pages around a need show: its screening, its endorsement, harm, who may read it and who did."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlmodel import Session

from service.caller import ASKING, Caller
from service.desks.overlap_queries import OverlapView, get_overlap
from service.desks.words import Tag, tag
from service.needs.harms import HarmCheckView, harm_check_of
from service.needs.queries import (
    find_handled_need,
    find_need,
    find_own_need,
    get_need,
    get_reads,
)
from service.needs.reads import ReadsView
from service.needs.rules import LEVELS
from service.needs.schemas import NeedSummaryView, NeedView, WideningsView
from service.needs.screening import (
    EndorsementQueue,
    ScreeningLine,
    list_endorsements,
    list_screening,
)
from service.needs.tables import Need
from service.needs.views import specificity_view
from service.needs.widening import list_widenings
from service.reference.facts import code_labels
from service.search.specificity import SpecificityView
from service.stakeholders.queries import find_stakeholders
from service.texts import N_, translate

LEVEL_WORDS: Mapping[str, tuple[str, str]] = {
    "draft": (N_("Draft"), N_("Nobody but you.")),
    "secretariat_only": (N_("The desk only"), N_("You, and the desk that handles it.")),
    "named_providers": (N_("Named providers"), N_("Also the providers that you name.")),
    "dialogue_members": (
        N_("Dialogue members"),
        N_("Also the states that take part in the desk's dialogue."),
    ),
    "all_states": (N_("All states"), N_("Also everybody who acts for a state.")),
    "public_summary": (
        N_("Public summary"),
        N_("States read all of it; everybody reads the summary that you write."),
    ),
    "public": (N_("Public"), N_("Everybody.")),
}
MISSING_WORDS: Mapping[str, str] = {
    "endorsement": N_("an endorsement"),
    "clarification": N_("an answer to your question"),
    "judgement": N_("your judgement of the answers about harm"),
    "not_acceptable": N_("a harm that you found not acceptable"),
    "specificity": N_("detail: it says little"),
}
KIND_WORDS: Mapping[str, str] = {
    "line": N_("saw the title in a list"),
    "text": N_("read the text"),
    "file": N_("opened a file"),
    "person": N_("looked up a person"),
}
DOOR_WORDS: Mapping[str, str] = {
    "page": N_("on a page"),
    "api": N_("through a program"),
    "export": N_("in an export"),
}


class QueueRow(NamedTuple):
    """A need in the queue, in words."""

    line: ScreeningLine
    status: Tag
    urgency: str
    missing: list[str]


class ScreeningPage(NamedTuple):
    """A need as the desk screens it."""

    need: NeedView
    status: Tag
    specificity: SpecificityView
    overlap: OverlapView
    harms: HarmCheckView
    codes: list[tuple[str, str]]
    """Why a need can be ineligible."""


class AdvicePage(NamedTuple):
    """A need before it is handed in: what to add, what is like it, what harm was answered."""

    need: NeedView
    specificity: SpecificityView
    overlap: OverlapView
    harms: HarmCheckView

    @property
    def are_harms_answered(self) -> bool:
        """Whether every question about harm has an answer."""
        return all(harm.answer for harm in self.harms.before)


class HarmsPage(NamedTuple):
    """A need with the questions about harm."""

    need: NeedView
    harms: HarmCheckView


class ReadersPage(NamedTuple):
    """Who may read a need, who is asked for, who has read it."""

    need: NeedView
    levels: list[tuple[str, str, str]]
    """Code, name and who that is, of the levels that it can have."""
    widenings: WideningsView
    reads: ReadsView
    named: str
    """Ids of the named providers, one a line, as a form takes them."""
    names: dict[str, str]


def get_queue_page(session: Session, caller: Caller, language: str) -> list[QueueRow]:
    """Return what waits at the caller's desks, in words."""
    urgencies = code_labels(session, "urgency", language)
    return [
        QueueRow(
            line,
            tag("need", line.status, language),
            urgencies[line.urgency],
            [translate(MISSING_WORDS[one], language) for one in line.missing],
        )
        for line in list_screening(session, caller).items
    ]


def get_endorsements_page(session: Session, caller: Caller) -> EndorsementQueue:
    """Return what waits for the caller's endorsement."""
    return list_endorsements(session, caller)


def get_screening_page(
    session: Session, caller: Caller, need_id: str, model: str, language: str
) -> ScreeningPage:
    """Return a need as its desk screens it."""
    row = find_handled_need(session, caller, need_id)
    need = _whole(session, caller, row)
    return ScreeningPage(
        need=need,
        status=tag("need", need.status, language),
        specificity=specificity_view(session, row, language),
        overlap=get_overlap(session, caller, need_id, model, language),
        harms=harm_check_of(session, caller, row, language),
        codes=sorted(code_labels(session, "unmet_reason", language).items(), key=lambda one: one[1]),
    )


def get_advice_page(session: Session, caller: Caller, need_id: str, model: str, language: str) -> AdvicePage:
    """Return what a requester is told before it hands a need in."""
    row = find_handled_need(session, caller, need_id)
    return AdvicePage(
        need=_whole(session, caller, row),
        specificity=specificity_view(session, row, language),
        overlap=get_overlap(session, caller, need_id, model, language),
        harms=harm_check_of(session, caller, row, language),
    )


def get_harms_page(session: Session, caller: Caller, need_id: str, language: str) -> HarmsPage:
    """Return the questions about harm, to those who may read the need."""
    row = find_need(session, caller, need_id)
    return HarmsPage(_whole(session, caller, row), harm_check_of(session, caller, row, language))


def get_readers_page(session: Session, caller: Caller, need_id: str, language: str) -> ReadersPage:
    """Return who may read a need and who has, to its requesters."""
    row = find_own_need(session, caller, need_id)
    need = _whole(session, caller, row)
    named = need.handling.named_providers if need.handling else []
    widenings = list_widenings(session, caller, need_id)
    ids = {*named, *(id_ for one in widenings.items for id_ in one.named)}
    return ReadersPage(
        need=need,
        levels=[
            (level, *(translate(text, language) for text in LEVEL_WORDS[level]))  # type: ignore[misc]
            for level in LEVELS
            if level != "draft" or need.status == "draft"
        ],
        widenings=widenings,
        reads=get_reads(session, caller, need_id),
        named="\n".join(named),
        names={id_: one.name for id_, one in find_stakeholders(session, ids).items()},
    )


def get_reads_in_short(
    session: Session, caller: Caller, need: NeedView | NeedSummaryView
) -> ReadsView | None:
    """Return who read a need, for its own page; to all but its requesters nothing."""
    mine = caller.stakeholders(*ASKING)
    if not isinstance(need, NeedView) or not any(party.stakeholder in mine for party in need.requesters):
        return None
    return get_reads(session, caller, need.id)


def level_name(level: str, language: str) -> str:
    """Return what a level is called."""
    return translate(LEVEL_WORDS[level][0], language)


def _whole(session: Session, caller: Caller, row: Need) -> NeedView:
    need = get_need(session, caller, row.id)
    if not isinstance(need, NeedView):
        raise TypeError
    return need
