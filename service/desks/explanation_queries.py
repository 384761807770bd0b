"""Reading why a team was proposed: points with evidence, who else was close, who could host, two pictures."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlmodel import Session

from service.caller import Caller
from service.desks.explanation_drawings import ArcRow, Explanation, ThroughRow
from service.desks.network_queries import address_of
from service.desks.pictures import Drawing, Layers
from service.desks.words import Tag, tag
from service.matches.proposal_queries import get_proposal
from service.matches.proposal_schemas import AlternativeView, HostView, ProposalView, SeatView
from service.matches.reasons import Teller
from service.matches.schemas import CriterionView, ReasonView
from service.needs.harms import HarmCheckView, get_harm_check
from service.needs.queries import get_need
from service.needs.schemas import NeedView

OF_CHANGE = frozenset(
    {
        "margin",
        "margin_at_least",
        "another_team_as_good",
        "no_other_team",
        "margin_not_examined",
        "weight_change",
        "no_weight_change",
        "weight_change_not_examined",
    }
)
"""Reasons that say what would lead to another team."""


class CriterionRow(NamedTuple):
    """What one criterion gives, and why."""

    label: str
    points: float
    of: float
    share: float
    """Of its weight, from 0 to 1."""
    is_known: bool
    evidence: list[str]


class SeatPart(NamedTuple):
    """A member of the team: what it would cover, and how its score is made up."""

    seat: SeatView
    who: str
    institution: str | None
    area: str | None
    form: str | None
    score: float
    status: Tag
    criteria: list[CriterionRow]
    to_be_confirmed: list[str]


class NextRow(NamedTuple):
    """Who stood next in line for a component."""

    who: str
    institution: str | None
    area: str | None
    score: float | None
    """None for those who ask: it may hold what a provider wishes in private."""
    reasons: list[str]
    component: str
    offer: str


class HostRow(NamedTuple):
    """Who could host the work."""

    name: str
    address: str | None
    """Of its page; bodies have none."""
    score: float
    reasons: list[str]
    warnings: list[str]


class ProposalPage(NamedTuple):
    """A proposal as its page explains it."""

    proposal: ProposalView
    need: NeedView
    status: Tag
    team: list[str]
    """Who is in it, each once."""
    askers: list[str]
    score: float
    reasons: list[str]
    would_change: list[str]
    """How far another team is away, and which weight would lead to it."""
    seats: list[SeatPart]
    alternatives: list[NextRow]
    hosts: list[HostRow]
    stale_because: list[str]
    layers: Layers
    layer_rows: list[ThroughRow]
    map: Drawing
    map_rows: list[ArcRow]
    harms: HarmCheckView
    """What harm the help could do, as requester and desk see it."""


def get_proposal_page(session: Session, caller: Caller, proposal_id: str, language: str) -> ProposalPage:
    """Return why a team was proposed, for those who ask and the desk that handles the need."""
    proposal = get_proposal(session, caller, proposal_id, language)
    need = get_need(session, caller, proposal.need)
    assert isinstance(need, NeedView)  # noqa: S101 - whoever may see a proposal may see its need's text
    teller = Teller(session, language)
    explanation = Explanation(session, caller, proposal, need, teller, language)
    telling = _Telling(explanation, need, teller, language)
    layers, layer_rows = explanation.layers()
    drawing, map_rows = explanation.map()
    return ProposalPage(
        proposal=proposal,
        need=need,
        status=tag("proposal", proposal.status, language),
        team=list(dict.fromkeys(explanation.who(seat.provider) for seat in explanation.seats)),
        askers=explanation.askers(),
        score=proposal.score / 100,
        reasons=_told(proposal.reasons, of_change=False),
        would_change=_told(proposal.reasons, of_change=True),
        seats=[telling.seat(seat) for seat in explanation.seats],
        alternatives=[telling.alternative(item) for item in proposal.alternatives],
        hosts=[telling.host(item) for item in proposal.hosts],
        stale_because=[teller.reason(item).text for item in proposal.stale_because],
        layers=layers,
        layer_rows=layer_rows,
        map=drawing,
        map_rows=map_rows,
        harms=get_harm_check(session, caller, proposal.need, language),
    )


def _told(reasons: Sequence[ReasonView], *, of_change: bool) -> list[str]:
    chosen = (reason.text for reason in reasons if (reason.code in OF_CHANGE) == of_change)
    return list(dict.fromkeys(chosen))


class _Telling:
    """How one proposal is told to one reader."""

    def __init__(self, explanation: Explanation, need: NeedView, teller: Teller, language: str) -> None:
        self._explanation = explanation
        self._teller = teller
        self._language = language
        self._areas = {component.id: component.area for component in need.components}

    def seat(self, seat: SeatView) -> SeatPart:
        """Tell a member of the team."""
        return SeatPart(
            seat=seat,
            who=self._explanation.who(seat.provider),
            institution=seat.provider.name if seat.provider.states else None,
            area=self._area(seat.component),
            form=self._teller.modality(seat.modality) if seat.modality else None,
            score=seat.score / 100,
            status=tag("seat", seat.status, self._language),
            criteria=[_criterion(item) for item in seat.criteria],
            to_be_confirmed=[reason.text for reason in seat.to_be_confirmed],
        )

    def alternative(self, item: AlternativeView) -> NextRow:
        """Tell who stood next in line."""
        return NextRow(
            who=self._explanation.who(item.provider),
            institution=item.provider.name if item.provider.states else None,
            area=self._area(item.component),
            score=None if item.score is None else item.score / 100,
            reasons=[reason.text for reason in item.reasons],
            component=item.component,
            offer=item.offer,
        )

    def host(self, item: HostView) -> HostRow:
        """Tell who could host the work."""
        return HostRow(
            self._teller.group(item.kind, item.code),
            address_of(item.kind, item.code),
            item.score / 100,
            [reason.text for reason in item.reasons],
            [reason.text for reason in item.warnings],
        )

    def _area(self, component: str) -> str | None:
        area = self._areas.get(component)
        return self._teller.area(area) if area else None


def _criterion(item: CriterionView) -> CriterionRow:
    return CriterionRow(
        label=item.label,
        points=item.points,
        of=item.weight * 100,
        share=min(max(item.value, 0.0), 1.0),
        is_known=item.known,
        evidence=[reason.text for reason in item.reasons],
    )
