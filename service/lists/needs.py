"""The list of needs."""

from typing import Any

from sqlmodel import Session

from service.caller import ASKING, Caller
from service.lists.shapes import SORT, WORDS, Chosen, Counts, Filter, Listing, Row
from service.lists.wording import Wording
from service.needs.queries import NeedFilter, NeedSort, count_facets, list_needs
from service.needs.schemas import NeedFacets, NeedLine, NeedSummaryView
from service.texts import N_
from service.web.paging import PageAsked
from service.web.schemas import Page

Line = NeedLine | NeedSummaryView


def _wanted(chosen: Chosen) -> NeedFilter:
    given = {name: value for name, value in chosen.items() if name not in {WORDS, SORT}}
    return NeedFilter(**given, words=chosen.get(WORDS))


def _find(session: Session, caller: Caller, chosen: Chosen, page: PageAsked) -> Page[Line]:
    sort: NeedSort = "oldest" if chosen.get(SORT) == "oldest" else "newest"
    return list_needs(session, caller, _wanted(chosen), page, sort)


def _count(session: Session, caller: Caller, chosen: Chosen) -> tuple[Counts, int]:
    facets = count_facets(session, caller, _wanted(chosen))
    return {name: getattr(facets, name) for name in NeedFacets.FACETS}, facets.total


def _row(words: Wording, line: Line) -> Row:
    about = words.listed(line.requester_states, words.states), words.listed(line.themes, words.themes)
    row = Row(f"/needs/{line.id}", "", None, [one for one in about if one], words.tag("need", line.status))
    if isinstance(line, NeedSummaryView):
        return row._replace(title=line.public_summary)
    return row._replace(title=line.title, language=line.language, beside=line.case_number or "")


def _of_text(name: str) -> Any:
    """Return a column that only a need shown with its text fills."""
    return lambda _, line: getattr(line, name, None)


NEEDS = Listing(
    name="needs",
    title=N_("Needs"),
    nothing=N_("No need that you may see fits. Take a word or a menu away."),
    filters=(
        Filter("theme", N_("Theme"), lambda words: words.themes, is_at_hand=True),
        Filter("status", N_("Status"), lambda words: words.statuses("need"), is_at_hand=True),
        Filter("state", N_("State that asks"), lambda words: words.states, is_at_hand=True),
        Filter("commitment", N_("Commitment"), lambda words: words.commitments),
        Filter("urgency", N_("Urgency"), lambda words: words.coded("urgency")),
        Filter("language", N_("Language of the text"), lambda words: words.coded("language")),
        Filter("delivery_mode", N_("Delivery"), lambda words: words.coded("delivery_mode")),
        Filter("dialogue", N_("Dialogue")),
        Filter("desk", N_("Desk")),
        Filter("requester", N_("Who asks")),
    ),
    sorts=(("newest", N_("Newest first")), ("oldest", N_("Oldest first"))),
    find=_find,
    tally=_count,
    row=_row,
    columns=(
        (N_("Case number"), _of_text("case_number")),
        (N_("Title"), lambda _, line: line.title if line.shows == "text" else line.public_summary),
        (N_("Language of the text"), lambda w, line: w.coded("language").get(getattr(line, "language", ""))),
        (N_("Status"), lambda w, line: w.statuses("need")[line.status]),
        (N_("Urgency"), lambda w, line: w.coded("urgency").get(getattr(line, "urgency", ""))),
        (N_("State that asks"), lambda w, line: w.listed(line.requester_states, w.states)),
        (N_("Who asks"), lambda _, line: "; ".join(getattr(line, "requesters", ()))),
        (N_("Desk"), lambda w, line: w.desk(line.desk) if line.shows == "text" else None),
        (N_("Theme"), lambda w, line: w.listed(line.themes, w.themes)),
        (N_("Commitments"), lambda w, line: w.listed(line.commitments, w.commitments)),
        (N_("From"), _of_text("starts_on")),
        (N_("Until"), _of_text("ends_on")),
        (N_("Registered on"), lambda _, line: line.registered_at),
        (N_("Id"), lambda _, line: line.id),
    ),
    adds=("/needs/new", N_("Register a need")),
    may_add=lambda caller: bool(caller.stakeholders(*ASKING)),
)
