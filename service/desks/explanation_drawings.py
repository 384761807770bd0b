"""What links a request with its team, drawn in layers, and who would come from where, on a map.

The lines of the chosen follow the evidence of the round. The lines of those who stood next follow what their
offers say, as far as the reader may read them, and where they take part today.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from sqlmodel import Session

from service import clock
from service.caller import Caller
from service.desks.cards import INDIVIDUAL
from service.desks.pictures import (
    Drawing,
    Edge,
    Layers,
    Link,
    Node,
    Part,
    Place,
    layers_drawing,
    map_drawing,
)
from service.matches.proposal_schemas import AlternativeView, HostView, ProposalView, ProviderSeen
from service.matches.reasons import Teller
from service.matches.schemas import CriterionView
from service.needs.rules import TAKES_PART
from service.needs.schemas import NeedView
from service.offers.links import links_of
from service.offers.queries import offers_shown_to
from service.reference.facts import commitment_titles, list_memberships, state_facts
from service.texts import N_, translate

GROUPS = ("dialogue", "regional_body", "topic_group", "city_network")
GROUPS_DRAWN = 4
COMMITMENTS_DRAWN = 4
KINDS: Mapping[str, str] = {
    "area": N_("Expertise"),
    "commitment": N_("Commitment"),
    "related": N_("Related commitment"),
    "group": N_("Dialogue or body"),
}


class ThroughRow(NamedTuple):
    """What links the request with offers, in words."""

    name: str
    kind: str
    offers: list[str]


class ArcRow(NamedTuple):
    """A link of the map in words."""

    offers: str
    asks: str
    is_chosen: bool


class Explanation:
    """One proposal with its need, as it is drawn for one reader."""

    def __init__(
        self,
        session: Session,
        caller: Caller,
        proposal: ProposalView,
        need: NeedView,
        teller: Teller,
        language: str,
    ) -> None:
        self._session = session
        self._caller = caller
        self._proposal = proposal
        self._need = need
        self._language = language
        self._teller = teller
        self.seats = [seat for seat in proposal.seats if seat.replaced_by is None]
        self._areas = {component.id: component.area for component in need.components}
        self._titles = commitment_titles(session, language)

    def who(self, provider: ProviderSeen) -> str:
        """Return a provider as it is called: by its states where it has any."""
        states = ", ".join(self._teller.state(code) for code in provider.states)
        return states or provider.name or translate(INDIVIDUAL, self._language)

    def askers(self) -> list[str]:
        """Return who asks: the states, or the names of those without one."""
        found = [self._teller.state(code) for party in self._need.requesters for code in party.states] or [
            party.name for party in self._need.requesters
        ]
        return list(dict.fromkeys(found))

    # The layers

    def layers(self) -> tuple[Layers, list[ThroughRow]]:
        """Draw what links the request with the team, and with those who stood next."""
        meetings = _meetings(self._proposal.hosts)
        through = self._through()
        offers = self._offers(meetings)
        asking = self._linked_to_request(meetings)
        edges = [Edge("need", key) for key in through if key in asking]
        edges += [
            Edge(key, offer.key, is_chosen=offer.is_chosen)
            for offer in offers
            for key in offer.linked
            if key in through
        ]
        request = Node("need", "request", "request", ", ".join(self.askers()), self._need.title)
        nodes = [request, *through.values(), *(offer.node for offer in offers)]
        rows = [
            ThroughRow(
                node.title,
                node.detail,
                list(dict.fromkeys(offer.node.title for offer in offers if key in offer.linked)),
            )
            for key, node in through.items()
        ]
        return layers_drawing(nodes, edges), rows

    def _through(self) -> dict[str, Node]:
        """Return what could link the request with an offer: what is asked for, and where people meet."""
        areas = {f"area:{area}" for seat in self.seats if (area := self._areas.get(seat.component))}
        evidence = sorted({ref for seat in self.seats for ref in _linked_by(seat.criteria)})
        commitments = dict.fromkeys(
            [f"commitment:{code}" for code in self._need.commitments]
            + [ref for ref in evidence if ref.startswith("commitment:")]
        )
        groups = dict.fromkeys(
            [f"{host.kind}:{host.code}" for host in self._proposal.hosts]
            + [ref for ref in evidence if ref.partition(":")[0] in GROUPS]
        )
        found = {ref: self._node(ref, "area") for ref in sorted(areas)}
        own = {f"commitment:{code}" for code in self._need.commitments}
        found |= {
            ref: self._node(ref, "commitment" if ref in own else "related")
            for ref in list(commitments)[:COMMITMENTS_DRAWN]
        }
        found |= {ref: self._node(ref, "group") for ref in list(groups)[:GROUPS_DRAWN]}
        return found

    def _node(self, reference: str, kind: str) -> Node:
        prefix, _, code = reference.partition(":")
        if kind == "group":
            title = self._teller.group(prefix, code)
        else:
            title = self._teller.area(code) if kind == "area" else self._titles.get(code, code)
        return Node(reference, "through", kind, title, translate(KINDS[kind], self._language))

    def _linked_to_request(self, meetings: "_Meetings") -> set[str]:
        """Return what the request is linked with: its own words, and where it meets others."""
        states = {code for party in self._need.requesters for code in party.states}
        groups = {ref for ref, meeting in meetings.items() if meeting & states}
        evidence = {ref for seat in self.seats for ref in _linked_by(seat.criteria)}
        areas = {f"area:{area}" for area in self._areas.values() if area}
        return areas | groups | evidence | {f"commitment:{code}" for code in self._need.commitments}

    def _offers(self, meetings: "_Meetings") -> list["_Offer"]:
        chosen = [
            _Offer(
                seat.id,
                self._offer_node(seat.id, "offer", seat.provider),
                _linked_by(seat.criteria)
                | {ref for ref, states in meetings.items() if states.intersection(seat.provider.states)},
            )
            for seat in self.seats
        ]
        seen: dict[str, AlternativeView] = {}
        for item in self._proposal.alternatives:
            seen.setdefault(item.offer, item)
        said = self._said_by(seen)
        return chosen + [
            _Offer(
                key,
                self._offer_node(key, "next", item.provider),
                said[key] | self._met_by(item.provider),
                is_chosen=False,
            )
            for key, item in seen.items()
        ]

    def _offer_node(self, key: str, kind: str, provider: ProviderSeen) -> Node:
        detail = provider.name if provider.states and provider.name else ""
        return Node(key, "offer", kind, self.who(provider), detail)

    def _said_by(self, offers: Iterable[str]) -> dict[str, set[str]]:
        """Return what the offers say they are about, as far as the caller may read them."""
        wanted = list(offers)
        shown = offers_shown_to(self._session, self._caller).intersection(wanted) if wanted else set()
        links = links_of(self._session, sorted(shown)) if shown else {}
        said: dict[str, set[str]] = {offer: set() for offer in wanted}
        for offer, found in links.items():
            said[offer] |= {f"area:{item.area}" for item in found.expertise}
            said[offer] |= {f"commitment:{code}" for code in found.commitments}
        return said

    def _met_by(self, provider: ProviderSeen) -> set[str]:
        return {ref for state in provider.states for ref in self._groups.get(state, ())}

    @cached_property
    def _groups(self) -> Mapping[str, set[str]]:
        """The groups in which each state takes part today."""
        found: dict[str, set[str]] = {}
        for place in list_memberships(self._session, clock.today()):
            if place.role in TAKES_PART:
                found.setdefault(place.state, set()).add(f"{place.kind}:{place.group}")
        return found

    # The map

    def map(self) -> tuple[Drawing, list[ArcRow]]:
        """Draw who would go where, and from where the next in line would have come."""
        asks = {code for party in self._need.requesters for code in party.states}
        chosen = {code for seat in self.seats for code in seat.provider.states}
        others = {code for item in self._proposal.alternatives for code in item.provider.states} - chosen
        links = [Link(code, asker) for code in sorted(chosen) for asker in sorted(asks) if code != asker]
        lead = {code for party in self._need.requesters if party.is_lead for code in party.states}
        links += [
            Link(code, asker, is_chosen=False) for code in sorted(others - asks) for asker in sorted(lead)
        ]
        names = {code: self._teller.state(code) for code in asks | chosen | others}
        places = [
            Place(
                facts.code,
                names[facts.code],
                _part(facts.code, asks, chosen),
                facts.longitude,
                facts.latitude,
            )
            for facts in state_facts(self._session)
            if facts.code in names
        ]
        rows = [ArcRow(names[link.offers], names[link.asks], link.is_chosen) for link in links]
        return map_drawing(places, links), rows


class _Offer(NamedTuple):
    key: str
    node: Node
    linked: set[str]
    is_chosen: bool = True


def _linked_by(criteria: Sequence[CriterionView]) -> set[str]:
    """Return what both sides share, by the evidence: expertise, commitments, and groups where they meet."""
    wanted = {"topic": ("area", "commitment"), "membership": GROUPS}
    return {
        ref
        for criterion in criteria
        for reason in criterion.reasons
        for ref in reason.evidence
        if ref.partition(":")[0] in wanted.get(criterion.criterion, ())
    }


_Meetings = Mapping[str, set[str]]
"""States that take part in each group, by the evidence of who could host."""


def _meetings(hosts: Iterable[HostView]) -> _Meetings:
    return {
        f"{host.kind}:{host.code}": {
            ref.partition(":")[2]
            for reason in host.reasons
            if reason.code in {"requesters_take_part", "providers_take_part"}
            for ref in reason.evidence
            if ref.startswith("state:")
        }
        for host in hosts
    }


def _part(code: str, asks: set[str], chosen: set[str]) -> Part:
    if code in asks:
        return "both" if code in chosen else "asks"
    return "offers" if code in chosen else "stood_next"
