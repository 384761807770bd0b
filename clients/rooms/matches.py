"""``client.rounds``, ``.proposals``, ``.seats`` and ``.unmet``: from needs and offers to teams."""

from collections.abc import Callable, Sequence
from typing import Any

from clients.calls import Call, get, listing, post
from clients.doors import Room, Way, ask, errand, paged
from clients.flows import Flow, waiting
from clients.models import (
    Agreement,
    Comparison,
    ConsentText,
    InterestStatement,
    InterestVerdict,
    Journal,
    Move,
    NeedUnmet,
    OwnSeat,
    Page,
    Proposal,
    ProposalLine,
    Proposing,
    PublicUnmet,
    Refilling,
    Replacement,
    Round,
    RoundRequest,
    SeatAcceptance,
    SeatRefusal,
    TeamContacts,
    Together,
    Unmet,
)

NO_WISH = SeatAcceptance()


class Rounds(Room[Way]):
    """Matching rounds. They run as jobs: ask for one, then wait for it."""

    @ask
    def policy(self) -> Call[dict[str, Any]]:
        """Read the published policy: the settings that a round has where it names no others.

        >>> client.rounds.policy()
        """
        return get("/policy")

    @ask
    def request(self, request: RoundRequest) -> Call[Round]:
        """Ask for a round over the needs that your desk handles.

        >>> client.rounds.request(RoundRequest(desk=desk_id, seed=1))
        """
        return post("/rounds", request)

    @ask
    def get(self, round_id: str) -> Call[Round]:
        """Read a round: how far it is, or what it reached.

        >>> client.rounds.get(round_id)
        """
        return get("/rounds/{round_id}", round_id=round_id)

    @errand
    def wait(
        self,
        round_id: str,
        *,
        on_progress: Callable[[Round], None] | None = None,
        deadline_seconds: float = 3600,
    ) -> Flow[Round]:
        """Wait until a round has ended, and return it; whether it finished is in its ``state``.

        It is looked at less and less often, every 5 seconds in the end; ``on_progress`` is told of each look.
        Raises ``StillUnderWay`` after the deadline.

        >>> client.rounds.wait(round_id, on_progress=lambda seen: print(seen.progress.stage))
        """
        return waiting(Rounds.get.call(round_id), self.way.retries, on_progress, deadline_seconds)

    @ask
    def cancel(self, round_id: str, *, reason: str | None = None) -> Call[Round]:
        """Stop a round that is under way. Nothing of it is kept.

        >>> client.rounds.cancel(round_id, reason="Wrong desk")
        """
        return post("/rounds/{round_id}/cancel", Move(reason=reason), round_id=round_id)

    @ask
    def compare(self, round_id: str, other_id: str) -> Call[Comparison]:
        """Put another round beside a round: who gains, who loses, what it costs.

        >>> client.rounds.compare(round_id, other_round_id)
        """
        return get("/rounds/{round_id}/comparison", round_id=round_id, **{"with": other_id})

    @ask
    def together(self, round_id: str) -> Call[Together]:
        """Read which needs of a round go together, the one team that could serve them, and exchanges.

        >>> client.rounds.together(round_id)
        """
        return get("/rounds/{round_id}/together", round_id=round_id)

    @ask
    def problem(self, round_id: str) -> Call[dict[str, Any]]:
        """Read the problem that a round was computed from, so that it can be run again with the engine alone.

        >>> client.rounds.problem(round_id)
        """
        return get("/rounds/{round_id}/problem", round_id=round_id)

    @ask
    def journal(self, round_id: str) -> Call[Journal]:
        """Read what happened to a round.

        >>> client.rounds.journal(round_id)
        """
        return get("/rounds/{round_id}/journal", round_id=round_id)

    @paged
    def list(self, *, desk: str | None = None, status: str | None = None) -> Call[Page[Round]]:
        """List the rounds of your desks, newest first.

        >>> for one in client.rounds.list(status="finished"):
        ...     print(one.id, one.finished_at)
        """
        return listing("/rounds", desk=desk, status=status)


class Proposals(Room[Way]):
    """Proposed teams, for those who ask and for desks."""

    @ask
    def get(self, proposal_id: str) -> Call[Proposal]:
        """Read a proposal: the team, the reasons, who could host it, and who stood next in line.

        >>> client.proposals.get(proposal_id)
        """
        return get("/proposals/{proposal_id}", proposal_id=proposal_id)

    @ask
    def shortlist(self, proposal_id: str, *, reason: str | None = None) -> Call[Proposal]:
        """Keep a proposal in view.

        >>> client.proposals.shortlist(proposal_id)
        """
        return post("/proposals/{proposal_id}/shortlist", Move(reason=reason), proposal_id=proposal_id)

    @ask
    def propose(
        self, proposal_id: str, *, names_need: bool = False, reason: str | None = None
    ) -> Call[Proposal]:
        """Offer the seats to their providers; ``names_need`` is the lead requester's consent to name it.

        >>> client.proposals.propose(proposal_id, names_need=True)
        """
        proposing = Proposing(names_need=names_need, reason=reason)
        return post("/proposals/{proposal_id}/propose", proposing, proposal_id=proposal_id)

    @ask
    def agree(
        self, proposal_id: str, *, names_need: bool = False, reason: str | None = None
    ) -> Call[Proposal]:
        """Say yes to a team, for the requester for which you ask.

        >>> client.proposals.agree(proposal_id)
        """
        agreement = Agreement(names_need=names_need, reason=reason)
        return post("/proposals/{proposal_id}/agree", agreement, proposal_id=proposal_id)

    @ask
    def revoke_agreement(self, proposal_id: str, *, reason: str | None = None) -> Call[Proposal]:
        """Take your yes back, until the proposal is confirmed.

        >>> client.proposals.revoke_agreement(proposal_id)
        """
        path = "/proposals/{proposal_id}/revoke-agreement"
        return post(path, Move(reason=reason), proposal_id=proposal_id)

    @ask
    def withdraw(self, proposal_id: str, *, reason: str | None = None) -> Call[Proposal]:
        """Give a proposal up before it is confirmed.

        >>> client.proposals.withdraw(proposal_id, reason="Priorities changed")
        """
        return post("/proposals/{proposal_id}/withdraw", Move(reason=reason), proposal_id=proposal_id)

    @ask
    def confirm(self, proposal_id: str, *, reason: str | None = None) -> Call[Proposal]:
        """Confirm a team on which both sides agree; the capacity that was held is committed.

        >>> client.proposals.confirm(proposal_id)
        """
        return post("/proposals/{proposal_id}/confirm", Move(reason=reason), proposal_id=proposal_id)

    @ask
    def object(self, proposal_id: str, *, reason: str | None = None) -> Call[Proposal]:
        """Object to a seat being filled again; the team as a whole is given up. For requesters.

        >>> client.proposals.object(proposal_id, reason="We want another team")
        """
        return post("/proposals/{proposal_id}/object", Move(reason=reason), proposal_id=proposal_id)

    @ask
    def dissolve(self, proposal_id: str, *, reason: str | None = None) -> Call[Proposal]:
        """Give a confirmed team up before its work begins; the need looks for another one.

        >>> client.proposals.dissolve(proposal_id, reason="The budget was cut")
        """
        return post("/proposals/{proposal_id}/dissolve", Move(reason=reason), proposal_id=proposal_id)

    @ask
    def contacts(self, proposal_id: str) -> Call[TeamContacts]:
        """Look up whom to write to in a team on which both sides agree. The look is recorded.

        >>> client.proposals.contacts(proposal_id)
        """
        return post("/proposals/{proposal_id}/contacts", proposal_id=proposal_id)

    @ask
    def replacements(self, proposal_id: str, seat_id: str) -> Call[Sequence[Replacement]]:
        """List who could take the place of a seat that is not available, best first, never asked before.

        >>> client.proposals.replacements(proposal_id, seat_id)
        """
        path = "/proposals/{proposal_id}/seats/{seat_id}/replacements"
        return get(path, proposal_id=proposal_id, seat_id=seat_id)

    @ask
    def refill(
        self, proposal_id: str, seat_id: str, *, offer: str | None = None, reason: str | None = None
    ) -> Call[Proposal]:
        """Fill a seat that is not available again, with the best candidate or with a chosen offer.

        >>> client.proposals.refill(proposal_id, seat_id)
        """
        path = "/proposals/{proposal_id}/seats/{seat_id}/refill"
        return post(path, Refilling(offer=offer, reason=reason), proposal_id=proposal_id, seat_id=seat_id)

    @ask
    def offer_seat(
        self, proposal_id: str, seat_id: str, *, names_need: bool = False, reason: str | None = None
    ) -> Call[Proposal]:
        """Offer a seat that was filled again to its provider.

        >>> client.proposals.offer_seat(proposal_id, seat_id, names_need=True)
        """
        path = "/proposals/{proposal_id}/seats/{seat_id}/offer"
        proposing = Proposing(names_need=names_need, reason=reason)
        return post(path, proposing, proposal_id=proposal_id, seat_id=seat_id)

    @ask
    def judge_interest(self, proposal_id: str, seat_id: str, verdict: InterestVerdict) -> Call[Proposal]:
        """Judge a declared conflict of interest: cleared with measures, or the seat goes. For the desk.

        >>> client.proposals.judge_interest(
        ...     proposal_id, seat_id, InterestVerdict(party="institution", verdict="stands")
        ... )
        """
        path = "/proposals/{proposal_id}/seats/{seat_id}/judge-interest"
        return post(path, verdict, proposal_id=proposal_id, seat_id=seat_id)

    @ask
    def consent_texts(self) -> Call[Sequence[ConsentText]]:
        """Read the words to which people consent, in every version; the last one is asked for now.

        >>> client.proposals.consent_texts()
        """
        return get("/consent-texts")

    @ask
    def desk_journal(self, proposal_id: str) -> Call[Journal]:
        """Read what happened to a proposal that those who ask are not told, or told of later. For the desk.

        >>> client.proposals.desk_journal(proposal_id)
        """
        return get("/proposals/{proposal_id}/desk-journal", proposal_id=proposal_id)

    @ask
    def journal(self, proposal_id: str) -> Call[Journal]:
        """Read what happened to a proposal.

        >>> client.proposals.journal(proposal_id)
        """
        return get("/proposals/{proposal_id}/journal", proposal_id=proposal_id)

    @paged
    def list(
        self,
        *,
        need: str | None = None,
        round_: str | None = None,
        status: str | None = None,
        provider_state: str | None = None,
        dialogue: str | None = None,
    ) -> Call[Page[ProposalLine]]:
        """List the proposals for the needs that you ask for or handle, newest first.

        >>> for proposal in client.proposals.list(round_=round_id):
        ...     print(proposal.need_title, proposal.score)
        """
        return listing(
            "/proposals",
            need=need,
            round_=round_,
            status=status,
            provider_state=provider_state,
            dialogue=dialogue,
        )


class Seats(Room[Way]):
    """The seats that were offered to you, for providers and named experts."""

    @ask
    def get(self, seat_id: str) -> Call[OwnSeat]:
        """Read a seat that was offered to you, and what is asked for.

        >>> client.seats.get(seat_id)
        """
        return get("/seats/{seat_id}", seat_id=seat_id)

    @ask
    def accept(self, seat_id: str, acceptance: SeatAcceptance = NO_WISH) -> Call[OwnSeat]:
        """Say yes to a seat. A named expert's takes the institution's release and the expert's own yes.

        >>> client.seats.accept(seat_id, SeatAcceptance(months=["2027-05"]))
        """
        return post("/seats/{seat_id}/accept", acceptance, seat_id=seat_id)

    @ask
    def decline(self, seat_id: str, code: str, *, note: str | None = None) -> Call[OwnSeat]:
        """Say no to a seat, with a coded reason.

        >>> client.seats.decline(seat_id, "no_availability")
        """
        return post("/seats/{seat_id}/decline", SeatRefusal(code=code, note=note), seat_id=seat_id)

    @ask
    def give_back(self, seat_id: str, code: str, *, note: str | None = None) -> Call[OwnSeat]:
        """Take your yes to a seat back, until the proposal is confirmed.

        >>> client.seats.give_back(seat_id, "no_availability")
        """
        return post("/seats/{seat_id}/give-back", SeatRefusal(code=code, note=note), seat_id=seat_id)

    @ask
    def declare_interest(self, seat_id: str, statement: InterestStatement) -> Call[OwnSeat]:
        """Declare whether a conflict of interest is in the way. Your words are for you and the desk.

        >>> client.seats.declare_interest(seat_id, InterestStatement(stance="none"))
        """
        return post("/seats/{seat_id}/declare-interest", statement, seat_id=seat_id)

    @ask
    def contacts(self, seat_id: str) -> Call[TeamContacts]:
        """Look up whom to write to on the asking side, once both sides agree. The look is recorded.

        >>> client.seats.contacts(seat_id)
        """
        return post("/seats/{seat_id}/contacts", seat_id=seat_id)

    @ask
    def journal(self, seat_id: str) -> Call[Journal]:
        """Read what happened to a seat. For the side to which it was offered.

        >>> client.seats.journal(seat_id)
        """
        return get("/seats/{seat_id}/journal", seat_id=seat_id)

    @paged
    def list(self, *, status: str | None = None) -> Call[Page[OwnSeat]]:
        """List the seats that were offered to you, newest first.

        >>> for seat in client.seats.list(status="offered"):
        ...     print(seat.id, seat.lapses_at)
        """
        return listing("/seats", status=status)


class UnmetRegister(Room[Way]):
    """What stays unmet, and why."""

    @paged
    def list(
        self, *, need: str | None = None, round_: str | None = None, reason: str | None = None
    ) -> Call[Page[Unmet]]:
        """List what is unmet now of the needs that you ask for or handle, oldest first, with its reasons.

        >>> for unmet in client.unmet.list(need=need_id):
        ...     print(unmet.area, unmet.reason)
        """
        return listing("/unmet", need=need, round_=round_, reason=reason)

    @paged
    def needs(self) -> Call[Page[NeedUnmet]]:
        """List those of the needs that you ask for or handle that stay unmet, with age and reasons.

        >>> for need in client.unmet.needs():
        ...     print(need.need_title, need.days)
        """
        return listing("/unmet/needs")

    @ask
    def public(self) -> Call[PublicUnmet]:
        """Read what everybody may know of what stays unmet, as each requester chose. Needs no token.

        >>> client.unmet.public()
        """
        return get("/unmet/public")
