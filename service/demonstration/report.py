"""What a round found, readable in a terminal."""

from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from sqlmodel import Session

from service.caller import Caller
from service.matches.proposal_queries import (
    ProposalFilter,
    UnmetFilter,
    get_proposal,
    list_proposals,
    list_unmet,
)
from service.matches.proposal_schemas import HostView, ProposalView, SeatView, UnmetView
from service.matches.reasons import Teller, unmet_text
from service.matches.tables import MatchRound
from service.needs.queries import find_needs
from service.needs.tables import Need
from service.stakeholders.queries import find_stakeholders, states_of
from service.stakeholders.rules import HOLDS_A_PERSON
from service.web.paging import LARGEST_PAGE, PageAsked

REASONS_SHOWN = 3
TEAM_REASONS = {
    "covers_components",
    "team_of_several",
    "south_south_team",
    "member_covers",
    "team_language",
    "no_team_language",
    "team_language_unknown",
    "complementary_expertise",
    "states_delivered_together",
    "team_in_one_region",
    "team_across_regions",
}
"""Reasons about the team as a whole; the table shows the team itself."""


def print_report(session: Session, caller: Caller, row: MatchRound, console: Console) -> None:
    """Print the proposals need by need, what stays unmet and why, and what stands out."""
    proposals = _all_proposals(session, caller, row.id)
    unmet = list_unmet(session, caller, UnmetFilter(round=row.id), PageAsked(LARGEST_PAGE), "en").items
    needs = {proposal.need for proposal in proposals} | {item.need for item in unmet}
    report = _Report(session, console, needs)
    report.proposals(proposals)
    report.unmet(unmet)
    report.notes(row.notes)
    report.figures(row)


def _all_proposals(session: Session, caller: Caller, round_id: str) -> list[ProposalView]:
    lines = list_proposals(session, caller, ProposalFilter(round=round_id), PageAsked(LARGEST_PAGE)).items
    return [get_proposal(session, caller, line.id, "en") for line in lines]


class _Report:
    def __init__(self, session: Session, console: Console, needs: set[str]) -> None:
        self._console = console
        self._session = session
        self._teller = Teller(session, "en")
        self._needs = find_needs(session, needs)
        leads = [need.lead_id for need in self._needs.values()]
        self._leads = find_stakeholders(session, leads)
        self._states = states_of(session, leads)

    def proposals(self, proposals: list[ProposalView]) -> None:
        self._console.rule(f"Proposals for {len(proposals)} needs")
        for proposal in sorted(proposals, key=lambda item: (-item.score, item.need_title)):
            self._proposal(proposal)

    def _proposal(self, proposal: ProposalView) -> None:
        need = self._needs[proposal.need]
        title = Text.assemble((f"{proposal.score / 100:5.1f}  ", "bold green"), (need.title, "bold"))
        self._console.print()
        self._console.print(title)
        self._indented(f"for {self._asker(need)}", "dim")
        for seat in proposal.seats:
            self._indented(f"• {self._seat(seat)}")
        for reason in self._said(proposal):
            self._indented(f"  {reason}", "dim")
        if proposal.hosts:
            self._indented(f"→ {self._host(proposal.hosts[0])}", "cyan")

    def _asker(self, need: Need) -> str:
        lead = self._leads[need.lead_id]
        states = ", ".join(self._teller.state(code) for code in self._states[need.lead_id])
        return f"{lead.name}, {states}" if states else lead.name

    def _seat(self, seat: SeatView) -> str:
        states = ", ".join(self._teller.state(code) for code in seat.provider.states)
        who = f"{states} ({seat.provider.name})" if states else str(seat.provider.name)
        form = self._teller.modality(seat.modality) if seat.modality else "any form"
        asked = [reason.code for reason in seat.to_be_confirmed]
        marks = [mark for code, mark in _MARKS.items() if code in asked]
        return f"{who}: {form}" + (f"  [{', '.join(marks)}]" if marks else "")

    def _said(self, proposal: ProposalView) -> list[str]:
        reasons = [reason.text for reason in proposal.reasons if reason.code not in TEAM_REASONS]
        return list(dict.fromkeys(reasons))[:REASONS_SHOWN]

    def _host(self, host: HostView) -> str:
        why = "; ".join(reason.text.rstrip(".") for reason in host.reasons[:2])
        return f"could be hosted by {self._teller.group(host.kind, host.code)}: {why}."

    def unmet(self, unmet: list[UnmetView]) -> None:
        self._console.rule(f"Unmet: {len(unmet)} components")
        table = Table(show_edge=False, pad_edge=False)
        for heading in ("Need", "Requester", "Expertise", "Why"):
            table.add_column(heading)
        for item in unmet:
            need = self._needs[item.need]
            states = ", ".join(self._teller.state(code) for code in self._states[need.lead_id])
            why = item.reasons[0].text if item.reasons else ""
            area = self._teller.area(item.area) if item.area else ""
            table.add_row(need.title, states, area, f"{unmet_text(item.reason, 'en')}. {why}")
        if unmet:
            self._console.print(table)
        else:
            self._console.print("Every component got its experts.")

    def notes(self, notes: list[dict[str, Any]]) -> None:
        self._console.rule("What stands out")
        for code, heading, tell in (
            ("most_wanted", "Most wanted expertise", self._wanted),
            ("most_loaded", "Most loaded expertise", self._loaded),
            ("broker", "States that bridge groups", self._broker),
            ("single_point_of_failure", "Hangs on a single provider", self._single),
        ):
            found = [note for note in notes if note["code"] == code]
            if found:
                self._console.print(f"[bold]{heading}[/bold]")
                for note in found[:5]:
                    self._indented(tell(note))

    def _topic(self, subject: str) -> str:
        kind, _, code = subject.partition(":")
        return self._teller.area(code) if kind == "area" else self._teller.commitment(code)

    def _wanted(self, note: dict[str, Any]) -> str:
        params = note["params"]
        return (
            f"{self._topic(note['subject'])}: {note['value']:.0f} experts wanted, {params['offers']} offers"
        )

    def _loaded(self, note: dict[str, Any]) -> str:
        offers = note["params"]["offers"]
        return f"{self._topic(note['subject'])}: {note['value']:.0%} of the room of {offers} offers is used"

    def _broker(self, note: dict[str, Any]) -> str:
        state = self._teller.state(note["subject"].partition(":")[2])
        return f"{state}: takes part in {note['params']['dialogues']} dialogues"

    def _single(self, note: dict[str, Any]) -> str:
        kind, _, code = note["params"]["provider"].partition(":")
        provider = find_stakeholders(self._session, [code]).get(code) if kind == "party" else None
        # A named expert stays nobody in particular here too.
        named = provider.name if provider and provider.type != HOLDS_A_PERSON else "one provider"
        return f"{self._topic(note['subject'])}: {named}"

    def figures(self, row: MatchRound) -> None:
        figures = row.figures or {}
        self._console.rule("The round")
        self._console.print(
            f"{figures['filled']} of {figures['slots']} places filled for {figures['needs']} needs:"
            f" {figures['needs_complete']} complete, {figures['needs_partial']} in part,"
            f" {figures['needs_without']} without. {figures['candidates']} candidate pairs."
            f" Allocation: {figures['proof']}. Every proposal was verified independently."
        )
        self._console.print(f"Fingerprint {row.fingerprint}  ({row.text_model})", style="dim")

    def _indented(self, text: str, style: str = "") -> None:
        self._console.print(Padding(Text(text, style=style), (0, 0, 0, 7)))


_MARKS = {"not_reconfirmed": "not reconfirmed", "capacity_assumed": "capacity assumed"}
