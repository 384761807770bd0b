"""Settling a round: its outcome becomes proposals and unmet components, checked against what has changed."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlmodel import Session, col, select, update

from service import clock
from service.caller import SYSTEM
from service.database.columns import new_id
from service.journal.commands import record
from service.matches import engine
from service.matches.commands import advance_round
from service.matches.queries import read_file
from service.matches.rules import SEAT_OPEN
from service.matches.tables import MatchRound, Proposal, ProposalHost, Seat, UnmetComponent
from service.needs.rules import TAKEN_INTO_ROUNDS
from service.needs.tables import Need, NeedComponent
from service.offers.rules import IN_ROUNDS
from service.offers.tables import Offer


def settle_round(session: Session, round_id: str, outcome: engine.Outcome) -> None:
    """Keep what a round found, all of it or nothing.

    Needs and offers may have changed while it was computed: a proposal that was overtaken says so and cannot
    be proposed. Earlier suggestions for the same needs give way, unless people are agreeing on one.
    """
    row = session.get_one(MatchRound, round_id)
    _give_way(session, row.id, outcome)
    meanwhile = _Meanwhile(session, row.id, outcome)
    for proposal in outcome.proposals:
        _keep_proposal(session, row, proposal, meanwhile)
    session.add_all(_unmet(row.id, item) for item in outcome.unmet)
    _note_outcome(row, outcome)
    session.add(row)
    session.flush()
    advance_round(session, row.id, "finish")
    details = {"proposals": len(outcome.proposals), "unmet": len(outcome.unmet)}
    record(session, SYSTEM, "round.finished", f"round:{row.id}", details)


class _Meanwhile:
    """The needs and offers of an outcome as they are now, beside the versions that the round had read."""

    def __init__(self, session: Session, round_id: str, outcome: engine.Outcome) -> None:
        read: Mapping[str, Mapping[str, int]] = json.loads(read_file(session, round_id, "facts") or b"{}")
        self._read = read
        offers = {seat.offer for proposal in outcome.proposals for seat in proposal.seats}
        needs = {proposal.need for proposal in outcome.proposals}
        self.offers = {row.id: row for row in session.exec(select(Offer).where(col(Offer.id).in_(offers)))}
        self.needs = {row.id: row for row in session.exec(select(Need).where(col(Need.id).in_(needs)))}
        components = session.exec(select(NeedComponent).where(col(NeedComponent.need_id).in_(needs)))
        self.optional = {component.id for component in components if not component.is_mandatory}
        self.being_agreed = set(
            session.exec(
                select(Proposal.need_id)
                .join(Seat, col(Seat.proposal_id) == col(Proposal.id))
                .where(col(Proposal.need_id).in_(needs), col(Seat.shown_state).in_(SEAT_OPEN))
            )
        )

    def overtaken(self, proposal: engine.Proposal) -> list[dict[str, Any]]:
        """Return what has changed since about a proposal, as reasons; empty for nothing that matters."""
        offers = dict.fromkeys(seat.offer for seat in proposal.seats)
        return [
            *self._of_need(proposal.need),
            *(fault for offer in offers for fault in self._of_offer(offer)),
        ]

    def _of_need(self, need_id: str) -> Iterable[dict[str, Any]]:
        need = self.needs[need_id]
        if need.state not in TAKEN_INTO_ROUNDS or not need.matching_allowed:
            yield _reason("need_closed_meanwhile", f"need:{need_id}")
        elif need.version != self._read["need"][need_id]:
            yield _reason("need_changed_meanwhile", f"need:{need_id}")
        if need_id in self.being_agreed:
            yield _reason("agreed_meanwhile", f"need:{need_id}")

    def _of_offer(self, offer_id: str) -> Iterable[dict[str, Any]]:
        offer = self.offers[offer_id]
        if offer.state not in IN_ROUNDS:
            yield _reason("offer_closed_meanwhile", f"offer:{offer_id}")
        elif offer.version != self._read["offer"][offer_id]:
            yield _reason("offer_changed_meanwhile", f"offer:{offer_id}")


def _reason(code: str, evidence: str) -> dict[str, Any]:
    return {"code": code, "params": {}, "evidence": [evidence]}


def _give_way(session: Session, round_id: str, outcome: engine.Outcome) -> None:
    """Let earlier suggestions and findings for the same needs give way to this round's."""
    needs = {proposal.need for proposal in outcome.proposals} | {item.need for item in outcome.unmet}
    session.exec(
        update(Proposal)
        .where(
            col(Proposal.need_id).in_(needs),
            col(Proposal.round_id) != round_id,
            col(Proposal.state).in_(("suggested", "shortlisted")),
        )
        .values(state="superseded", shown_state="superseded", superseded_by=round_id)
    )
    session.exec(
        update(UnmetComponent)
        .where(
            col(UnmetComponent.need_id).in_(needs),
            col(UnmetComponent.round_id) != round_id,
            col(UnmetComponent.superseded_by).is_(None),
        )
        .values(superseded_by=round_id)
    )


def _keep_proposal(
    session: Session, row: MatchRound, proposal: engine.Proposal, meanwhile: _Meanwhile
) -> None:
    said = proposal.model_dump(mode="json")
    kept = Proposal(
        id=new_id("proposal"),
        round_id=row.id,
        need_id=proposal.need,
        score=proposal.score,
        complete=proposal.complete,
        reasons=said["reasons"],
        alternatives=said["alternatives"],
        hosts=said["hosts"],
        stale_because=meanwhile.overtaken(proposal),
        created_at=clock.now(),
    )
    session.add(kept)
    session.flush()
    for host in {(host.kind, host.code) for host in proposal.hosts}:
        session.add(ProposalHost(proposal_id=kept.id, kind=host[0], code=host[1]))
    session.add_all(_seat(kept.id, seat, meanwhile) for seat in proposal.seats)
    session.flush()
    details = {"round": row.id, "need": proposal.need}
    record(session, SYSTEM, "proposal.suggested", f"proposal:{kept.id}", details)


def _seat(proposal_id: str, seat: engine.Seat, meanwhile: _Meanwhile) -> Seat:
    offer = meanwhile.offers[seat.offer]
    said = seat.model_dump(mode="json")
    return Seat(
        id=new_id("seat"),
        proposal_id=proposal_id,
        component_id=seat.component,
        is_mandatory=seat.component not in meanwhile.optional,
        offer_id=seat.offer,
        provider_id=offer.stakeholder_id,
        is_named_expert=offer.kind == "named_expert",
        experts=seat.experts,
        days=seat.days,
        score=seat.score,
        criteria=said["criteria"],
        to_be_confirmed=said["to_be_confirmed"],
        locked=seat.locked,
        months_wanted=_planned_months(seat),
    )


def _planned_months(seat: engine.Seat) -> list[str] | None:
    """Return the months that a round by month gave all experts of a seat; None where they come in turn."""
    each = len(seat.months) // seat.experts
    turns = {seat.months[place : place + each] for place in range(0, len(seat.months), max(each, 1))}
    return list(turns.pop()) if len(turns) == 1 else None


def _unmet(round_id: str, item: engine.Unmet) -> UnmetComponent:
    said = item.model_dump(mode="json")
    return UnmetComponent(
        id=new_id("unmet"),
        round_id=round_id,
        need_id=item.need,
        component_id=item.component,
        missing=item.missing,
        mandatory=item.mandatory,
        reason=item.reason,
        reasons=said["reasons"],
        exclusions=said["exclusions"],
        certificate=said["certificate"],
        found_at=clock.now(),
    )


def _note_outcome(row: MatchRound, outcome: engine.Outcome) -> None:
    row.fingerprint = outcome.fingerprint
    row.problem_digest = outcome.problem_digest
    row.policy_digest = outcome.policy_digest
    row.engine = outcome.engine
    row.text_model = outcome.text_model
    row.figures = outcome.figures.model_dump(mode="json")
    row.notes = [note.model_dump(mode="json") for note in outcome.notes] + [
        {"code": "shortage", **shortage.model_dump(mode="json")} for shortage in outcome.shortages
    ]
    row.finished_at = clock.now()
    row.stage = None
