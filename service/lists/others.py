"""The lists of proposals, of help that was given before, and of institutions."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from service.caller import Caller
from service.deliveries.queries import list_deliveries
from service.deliveries.schemas import DeliveryFilter, DeliveryView
from service.lists.shapes import SORT, WORDS, Chosen, Counts, Filter, Listing, Row
from service.lists.wording import Wording
from service.matches.proposal_queries import ProposalFilter, list_proposals
from service.matches.proposal_schemas import ProposalLine
from service.stakeholders import rules as stakeholder_rules
from service.stakeholders.queries import StakeholderFilter, list_stakeholders
from service.stakeholders.schemas import StakeholderView
from service.texts import N_
from service.web.paging import PageAsked
from service.web.schemas import Page

DELIVERY_WORDS = {
    "in_delivery": N_("Under way"),
    "completed": N_("Completed"),
    "suspended": N_("Suspended"),
    "cancelled": N_("Cancelled"),
}
NEWEST = (("newest", N_("Newest first")),)


def _not_counted(_session: Session, _caller: Caller, _chosen: Chosen) -> tuple[Counts, None]:
    return {}, None


def _filters(chosen: Chosen) -> dict[str, Any]:
    return {name: value for name, value in chosen.items() if name != SORT}


# Proposals


def _find_proposals(session: Session, caller: Caller, chosen: Chosen, page: PageAsked) -> Page[ProposalLine]:
    given = {name: value for name, value in _filters(chosen).items() if name != WORDS}
    return list_proposals(session, caller, ProposalFilter(**given), page)


def _proposal(words: Wording, line: ProposalLine) -> Row:
    return Row(
        f"/proposals/{line.id}",
        line.need_title,
        None,
        [words.listed(line.provider_states, words.states)],
        words.tag("proposal", line.status),
    )


PROPOSALS = Listing(
    name="proposals",
    title=N_("Proposals"),
    nothing=N_("Nothing is proposed yet for a need that you ask for or handle. A round proposes teams."),
    filters=(
        Filter("status", N_("Status"), lambda words: words.statuses("proposal"), is_at_hand=True),
        Filter("provider_state", N_("State that offers"), lambda words: words.states, is_at_hand=True),
        Filter("need", N_("Need")),
        Filter("round", N_("Round")),
        Filter("dialogue", N_("Dialogue")),
    ),
    sorts=NEWEST,
    find=_find_proposals,
    tally=_not_counted,
    row=_proposal,
    columns=(
        (N_("Need"), lambda _, line: line.need_title),
        (N_("Status"), lambda w, line: w.statuses("proposal")[line.status]),
        (N_("Score"), lambda _, line: line.score / 100),
        (N_("State that offers"), lambda w, line: w.listed(line.provider_states, w.states)),
        (N_("Registered on"), lambda _, line: line.created_at),
        (N_("Id"), lambda _, line: line.id),
    ),
    needs_sign_in=True,
)


# Help that was given before


def _find_deliveries(session: Session, caller: Caller, chosen: Chosen, page: PageAsked) -> Page[DeliveryView]:
    return list_deliveries(session, caller, DeliveryFilter(**_filters(chosen)), page)


def _delivery(words: Wording, line: DeliveryView) -> Row:
    years = " - ".join(dict.fromkeys(str(year) for year in (line.year_from, line.year_to) if year))
    about = [words.listed(line.requesters, words.states), words.listed(line.providers, words.states), years]
    return Row(line.source, line.topic, line.language, [one for one in about if one], None)


def _delivery_statuses(words: Wording) -> Mapping[str, str]:
    return {status: words.say(text) for status, text in DELIVERY_WORDS.items()}


DELIVERIES = Listing(
    name="deliveries",
    title=N_("Help given before"),
    nothing=N_("Nothing found. Take a word or a menu away."),
    filters=(
        Filter("requester", N_("State that was helped"), lambda words: words.states, is_at_hand=True),
        Filter("provider", N_("State that helped"), lambda words: words.states, is_at_hand=True),
        Filter("theme", N_("Theme"), lambda words: words.themes),
        Filter("commitment", N_("Commitment"), lambda words: words.commitments),
        Filter("status", N_("Status"), _delivery_statuses),
        Filter("dialogue", N_("Dialogue")),
        Filter("party", N_("Institution")),
    ),
    sorts=NEWEST,
    find=_find_deliveries,
    tally=_not_counted,
    row=_delivery,
    columns=(
        (N_("What was done"), lambda _, line: line.topic),
        (N_("State that was helped"), lambda w, line: w.listed(line.requesters, w.states)),
        (N_("State that helped"), lambda w, line: w.listed(line.providers, w.states)),
        (N_("Status"), lambda w, line: _delivery_statuses(w).get(line.status)),
        (N_("Expertise"), lambda w, line: w.listed(line.areas, w.coded("expertise_area"))),
        (N_("Form"), lambda w, line: w.listed(line.modalities, w.coded("modality"))),
        (N_("Commitments"), lambda w, line: w.listed(line.commitments, w.commitments)),
        (N_("From"), lambda _, line: line.year_from),
        (N_("Until"), lambda _, line: line.year_to),
        (N_("Source"), lambda _, line: line.source),
        (N_("Id"), lambda _, line: line.id),
    ),
)


# Institutions


def _find_stakeholders(
    session: Session, caller: Caller, chosen: Chosen, page: PageAsked
) -> Page[StakeholderView]:
    given = _filters(chosen)
    words = given.pop(WORDS, None)
    return list_stakeholders(session, caller, StakeholderFilter(**given, words=words), page)


def _stakeholder(words: Wording, line: StakeholderView) -> Row:
    about = [words.listed(line.states, words.states), words.coded("stakeholder_type").get(line.type, "")]
    return Row(f"/stakeholders/{line.id}", line.name, line.language, [one for one in about if one], None)


STAKEHOLDERS = Listing(
    name="stakeholders",
    title=N_("Institutions"),
    nothing=N_("Nothing found. Try another word of the name."),
    filters=(
        Filter(
            "type",
            N_("Kind of institution"),
            lambda words: words.coded("stakeholder_type"),
            is_at_hand=True,
        ),
        Filter("state", N_("State"), lambda words: words.states, is_at_hand=True),
        Filter("dialogue", N_("Dialogue")),
    ),
    sorts=(("name", N_("By name")),),
    find=_find_stakeholders,
    tally=_not_counted,
    row=_stakeholder,
    columns=(
        (N_("Name"), lambda _, line: line.name),
        (N_("Kind of institution"), lambda w, line: w.coded("stakeholder_type").get(line.type)),
        (N_("State"), lambda w, line: w.listed(line.states, w.states)),
        (N_("Website"), lambda _, line: line.website),
        (N_("Registered on"), lambda _, line: line.registered_at),
        (N_("Id"), lambda _, line: line.id),
    ),
    adds=("/stakeholders/new", N_("Register an institution")),
    may_add=stakeholder_rules.may_register,
)
