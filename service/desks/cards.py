"""Proposals in short, as the pages list them: who would help, the first reasons, who could host it.

A fixed number of statements, however many proposals there are. The queries that call this decide to whom.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from service.caller import Caller
from service.desks.network_queries import address_of
from service.desks.words import Tag, tag
from service.matches.engine import shown_to_party
from service.matches.own_scores import in_own_order, score_of_team
from service.matches.proposal_views import seats_of
from service.matches.reasons import Teller
from service.matches.rules import shown_reasons, shows_protected
from service.matches.tables import Proposal, Seat
from service.needs.queries import find_needs
from service.needs.reads import note_lines
from service.needs.tables import Need, NeedComponent
from service.needs.views import Surroundings, surroundings_of
from service.stakeholders.queries import find_stakeholders, states_of
from service.stakeholders.rules import HOLDS_A_PERSON
from service.stakeholders.tables import Stakeholder
from service.texts import N_, translate

REASONS_SHOWN = 3
INDIVIDUAL = N_("An individual expert")
"""Who is nobody in particular until both sides agree."""
ABOUT_THE_TEAM = frozenset({"covers_components", "team_of_several", "south_south_team"})
"""Reasons that the list of the team says already."""
MARKS: Mapping[str, str] = {
    "not_reconfirmed": N_("not reconfirmed"),
    "capacity_assumed": N_("capacity assumed"),
}
"""What is to be confirmed and should catch the eye."""


class SeatLine(NamedTuple):
    """A member of a team."""

    who: str
    """The provider's states; its name where it has none."""
    institution: str | None
    """None: an individual, until both sides agree."""
    form: str | None
    marks: list[str]


class ProposalCard(NamedTuple):
    """A proposal in short."""

    id: str
    need: str
    need_title: str
    language: str
    """In which the need is written."""
    asker: str
    score: float
    """Of 100."""
    status: Tag
    is_complete: bool
    is_stale: bool
    team: list[SeatLine]
    reasons: list[str]
    host: str | None
    host_address: str | None
    """Of its page; bodies have none."""
    host_reasons: list[str]


def cards_of(
    session: Session, caller: Caller, rows: Sequence[Proposal], teller: Teller, language: str
) -> list[ProposalCard]:
    """Return proposals in short."""
    needs = find_needs(session, (row.need_id for row in rows))
    note_lines(session, caller, list(needs.values()))
    seats = seats_of(session, (row.id for row in rows))
    standing = {id_: [seat for seat in team if seat.replaced_by is None] for id_, team in seats.items()}
    providers = {seat.provider_id for team in standing.values() for seat in team}
    telling = _Telling(
        caller=caller,
        teller=teller,
        language=language,
        needs=needs,
        around=surroundings_of(session, list(needs.values())),
        seats=standing,
        teams=seats,
        providers=find_stakeholders(session, providers),
        states=states_of(session, providers),
        forms=_forms(session, (seat.component_id for team in standing.values() for seat in team)),
    )
    return [telling.card(row) for row in rows]


def asker_of(need: Need, around: Surroundings, teller: Teller) -> str:
    """Return who asks: the lead with its states, and how many ask with it."""
    lead = around.stakeholders[need.lead_id].name
    states = ", ".join(teller.state(code) for code in around.states_of(need.id))
    return f"{states} · {lead}" if states else lead


@dataclass(frozen=True, slots=True)
class _Telling:
    caller: Caller
    teller: Teller
    language: str
    needs: Mapping[str, Need]
    around: Surroundings
    seats: Mapping[str, list[Seat]]
    teams: Mapping[str, list[Seat]]
    """With those whose place somebody else took."""
    providers: Mapping[str, Stakeholder]
    states: Mapping[str, list[str]]
    forms: Mapping[str, str | None]

    def card(self, row: Proposal) -> ProposalCard:
        need = self.needs[row.need_id]
        to_desk = need.desk_id in self.caller.desks()
        state = row.state if to_desk else row.shown_state
        team = self.seats[row.id] if to_desk else in_own_order(self.seats[row.id])
        host = row.hosts[0] if row.hosts else None
        return ProposalCard(
            id=row.id,
            need=row.need_id,
            need_title=need.title,
            language=need.language,
            asker=asker_of(need, self.around, self.teller),
            score=(row.score if to_desk else score_of_team(row, self.teams[row.id])) / 100,
            status=tag("proposal", state, self.language),
            is_complete=row.complete,
            is_stale=bool(row.stale_because),
            team=[self._seat(seat, is_agreed=shows_protected(state)) for seat in team],
            reasons=self._reasons(row.reasons, to_desk=to_desk)[:REASONS_SHOWN],
            host=self.teller.group(host["kind"], host["code"]) if host else None,
            host_address=address_of(host["kind"], host["code"]) if host else None,
            host_reasons=self._reasons(host["reasons"], to_desk=to_desk)[:2] if host else [],
        )

    def _seat(self, seat: Seat, *, is_agreed: bool) -> SeatLine:
        provider = self.providers[seat.provider_id]
        is_hidden = provider.type == HOLDS_A_PERSON and not is_agreed
        states = ", ".join(self.teller.state(code) for code in self.states[seat.provider_id])
        name = None if is_hidden else provider.name
        form = self.forms.get(seat.component_id)
        asked = {reason["code"] for reason in seat.to_be_confirmed}
        return SeatLine(
            who=states or name or translate(INDIVIDUAL, self.language),
            institution=name if states else None,
            form=self.teller.modality(form) if form else None,
            marks=[translate(mark, self.language) for code, mark in MARKS.items() if code in asked],
        )

    def _reasons(self, reasons: Iterable[Mapping[str, Any]], *, to_desk: bool) -> list[str]:
        allowed = reasons if to_desk else shown_to_party(reasons)
        shown = shown_reasons(allowed, to_desk=to_desk)
        told = [self.teller.reason(item).text for item in shown if item["code"] not in ABOUT_THE_TEAM]
        return list(dict.fromkeys(told))


def _forms(session: Session, components: Iterable[str]) -> dict[str, str | None]:
    query = select(NeedComponent.id, NeedComponent.modality)
    return dict(session.exec(query.where(col(NeedComponent.id).in_(set(components)))).all())
