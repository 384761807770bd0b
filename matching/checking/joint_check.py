"""The independent check of what a round says of several needs together: coalitions, joint actions, exchanges.

Like :mod:`matching.checking.recheck` it shares no code with what made them.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from matching.checking.recheck import Recheck, assumed_capacity, largest_seat, room
from matching.outcome import Coalition, JointAction, MutualExchange, Outcome
from matching.policy import Policy
from matching.problem import Component, Need, Problem


class JointCheck:
    """Checks the coalitions and exchanges of an outcome.

    Parameters
    ----------
    problem, policy, outcome : Problem, Policy, Outcome
        What the round was given, and what came out.
    """

    def __init__(self, problem: Problem, policy: Policy, outcome: Outcome) -> None:
        self.policy, self.outcome = policy, outcome
        self.parts = {part.id: (need, part) for need in problem.needs for part in need.components}
        self.offers = {offer.id: offer for offer in problem.offers}
        self.states = {party.id: set(party.states) for party in problem.parties}
        self.recheck = Recheck(problem)

    def faults(self) -> Iterator[str]:
        """Yield every fault, as ``code subject``.

        Checked: that there are no more than the policy asks for; that members exist, may be combined, ask for
        the topic, come from different states and are in one coalition only; that windows, languages and forms
        meet; that no hard rule forbids a seat to a member it serves; that no member gets more than it asks;
        that teams fit into what offers have beside all other seats; that something is saved; and that an
        exchange is a ring whose links no rule forbids.
        """
        if len(self.outcome.coalitions) > self.policy.coalitions:
            yield "too_many_coalitions all"
        if len(self.outcome.exchanges) > self.policy.exchanges:
            yield "too_many_exchanges all"
        members = Counter(
            member.component for coalition in self.outcome.coalitions for member in coalition.members
        )
        unknown = {f"unknown_member {name}" for name in members.keys() - self.parts.keys()}
        unknown |= {f"unknown_joint_offer {name}" for name in self._named_offers() - self.offers.keys()}
        yield from unknown
        if unknown:
            return  # nothing else can be read safely
        yield from (f"member_twice {name}" for name, count in members.items() if count > 1)
        for coalition in self.outcome.coalitions:
            yield from self._of_members(coalition)
            if coalition.action is not None:
                yield from self._of_action(coalition, coalition.action)
        yield from self._of_capacity()
        for exchange in self.outcome.exchanges:
            yield from self._of_exchange(exchange)

    def _named_offers(self) -> set[str]:
        actions = [coalition.action for coalition in self.outcome.coalitions if coalition.action is not None]
        return {seat.offer for action in actions for seat in action.seats} | {
            link.offer for exchange in self.outcome.exchanges for link in exchange.links
        }

    def _asking(self, need: Need) -> set[str]:
        return set().union(*(self.states[name] for name in need.requesters))

    def _of_members(self, coalition: Coalition) -> Iterator[str]:
        together: set[str] = set()
        for member in coalition.members:
            need, part = self.parts[member.component]
            if need.id != member.need or part.slots != member.slots:
                yield f"member_misreported {member.component}"
            if not need.joint:
                yield f"member_not_joint {member.component}"
            if set(member.states) != self._asking(need) or not member.states:
                yield f"member_states_wrong {member.component}"
            if together & self._asking(need):
                yield f"member_state_twice {member.component}"
            together |= self._asking(need)
            if not 0 <= member.experts <= part.slots:
                yield f"member_overserved {member.component}"
            if coalition.topic not in _topics(need, part):
                yield f"member_off_topic {member.component}"
            if part.modality not in (None, coalition.modality):
                yield f"member_form_differs {member.component}"
            if part.languages and coalition.language not in {item.code for item in part.languages}:
                yield f"member_language_differs {member.component}"
        yield from self._of_window(coalition)

    def _of_window(self, coalition: Coalition) -> Iterator[str]:
        needs = [self.parts[member.component][0] for member in coalition.members]
        starts = max((need.starts_on for need in needs if need.starts_on), default=None)
        ends = min((need.ends_on for need in needs if need.ends_on), default=None)
        name = coalition.members[0].component
        stated = (str(starts) if starts else None, str(ends) if ends else None)
        if (coalition.starts_on, coalition.ends_on) != stated:
            yield f"window_misreported {name}"
        if starts and ends and _month(ends) < _month(starts):
            yield f"windows_apart {name}"

    def _of_action(self, coalition: Coalition, action: JointAction) -> Iterator[str]:
        name = coalition.members[0].component
        got = Counter({member.component: member.experts for member in coalition.members})
        sent: Counter[str] = Counter()
        for seat in action.seats:
            offer = self.offers[seat.offer]
            if seat.experts > largest_seat(offer):
                yield f"joint_limit_exceeded {seat.offer}"
            for served in seat.components:
                sent[served] += seat.experts
                if served not in got:
                    yield f"joint_seat_for_others {served}/{seat.offer}"
                    continue
                need, part = self.parts[served]
                for rule in self.recheck.broken_rules(need, part, offer):
                    yield f"joint_{rule} {served}/{seat.offer}"
        if any(count > sent[served] for served, count in got.items()):
            yield f"joint_experts_invented {name}"
        if action.experts_together != sum(seat.experts for seat in action.seats):
            yield f"joint_sum_wrong {name}"
        if action.experts_separately != sum(got.values()):
            yield f"joint_sum_wrong {name}"
        if action.experts_together >= action.experts_separately:
            yield f"joint_saves_nothing {name}"

    def _of_capacity(self) -> Iterator[str]:
        """All actions have to fit beside the seats of whoever they do not serve."""
        served = {
            member.component
            for coalition in self.outcome.coalitions
            if coalition.action is not None
            for member in coalition.members
            if member.experts
        }
        used: Counter[str] = Counter()
        for seat in (seat for proposal in self.outcome.proposals for seat in proposal.seats):
            if seat.component not in served:
                used[seat.offer] += seat.experts
        for action in (coalition.action for coalition in self.outcome.coalitions):
            for joint in action.seats if action is not None else ():
                used[joint.offer] += joint.experts
        for action in (coalition.action for coalition in self.outcome.coalitions):
            for joint in action.seats if action is not None else ():
                offer = self.offers[joint.offer]
                left = [room(self.parts[name][0], offer) for name in joint.components if name in self.parts]
                if used[joint.offer] > min([assumed_capacity(offer), *left]):
                    yield f"joint_capacity_exceeded {joint.offer}"

    def _of_exchange(self, exchange: MutualExchange) -> Iterator[str]:
        name = "/".join(exchange.states)
        ring = list(zip(exchange.states, (*exchange.states[1:], exchange.states[0]), strict=True))
        if [(link.giver, link.taker) for link in exchange.links] != ring or len(set(exchange.states)) < len(
            ring
        ):
            yield f"exchange_no_ring {name}"
        if exchange.score != min((link.score for link in exchange.links), default=0):
            yield f"exchange_score_wrong {name}"
        for link in exchange.links:
            need, part = self.parts.get(link.component, (None, None))
            if need is None or part is None or need.id != link.need:
                yield f"exchange_unknown_component {link.component}"
                continue
            offer = self.offers[link.offer]
            if not need.joint:
                yield f"exchange_not_joint {link.component}"
            if link.giver not in self.states[offer.party] or link.taker not in self._asking(need):
                yield f"exchange_states_wrong {name}"
            for rule in self.recheck.broken_rules(need, part, offer):
                yield f"exchange_{rule} {link.component}/{link.offer}"


def _topics(need: Need, part: Component) -> set[str]:
    if part.area is not None:
        return {f"area:{part.area}"}
    return {f"commitment:{code}" for code in need.commitments}


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
