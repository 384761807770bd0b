"""Dialogue routing: which dialogue, regional body, city network or topic group could host the work.

A group *fits* when it is not concluded, a state of the requesters takes part in it, and the need's topic is
on its agenda, as far as both are known. Fitting groups are ranked by
:data:`matching.hosts.hosting.ROUTING_POINTS`. If none fits, the best topic-based, cross-regional group is
named instead and says so.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from matching.hosts.hosting import ROUTING_POINTS, HostTable, Listed, Topic
from matching.outcome import Host, Reason
from matching.pairs.memberships import ROLE_WEIGHTS, WARNED_ROLES
from matching.policy import Policy
from matching.problem import Group, Membership, Need, Problem, Role

__all__ = ["ROUTING_POINTS", "Routing", "Topic", "route"]


class _Presence(NamedTuple):
    states: tuple[str, ...]
    warned: tuple[tuple[Role, str], ...]


class _Judged(NamedTuple):
    group: Group
    score: int
    hosted: int
    agenda: "_Agenda"
    asking: _Presence
    giving: _Presence

    def host(self) -> Host:
        """Return the group as a host, with its reasons."""
        return Host(
            kind=self.group.kind,
            code=self.group.code,
            score=self.score,
            reasons=tuple(_reasons(self)),
            warnings=tuple(_warnings(self.group, self.agenda, self.asking, self.giving)),
        )


class Routing:
    """The groups of a problem, made ready to be asked for many needs.

    Parameters
    ----------
    problem : Problem
        Its groups, memberships, parties, commitments, areas and the hosts of its deliveries are used.
    policy : Policy
        ``policy.hosts`` limits how many hosts an answer names.

    Notes
    -----
    An answer takes O(groups x (states + commitments asked about)), as whole arrays; the index is built once,
    in O(groups x (states + commitments)). The same question is answered once.
    """

    def __init__(self, problem: Problem, policy: Policy) -> None:
        self._limit = policy.hosts
        self._parties = {party.id: party for party in problem.parties}
        self._commitments = {item.code: item for item in problem.commitments}
        self._areas = {area.code: area for area in problem.areas}
        self._roles: dict[tuple[str, str], dict[str, Role]] = defaultdict(dict)
        for place in problem.memberships:
            self._remember(place)
        self._table = HostTable(problem, self._commitments, self._roles)
        self._answers: dict[tuple[Topic, tuple[str, ...], tuple[str, ...], frozenset[str]], tuple[Host, ...]]
        self._answers = {}

    def _remember(self, place: Membership) -> None:
        """Keep the strongest role of a state that is listed twice."""
        roles = self._roles[place.kind, place.group]
        known = roles.get(place.state)
        if known is None or _strength(place.role) > _strength(known):
            roles[place.state] = place.role

    def hosts(self, need: Need, provider_states: Iterable[str] = ()) -> tuple[Host, ...]:
        """Return the groups that could host work on ``need``, best first.

        Parameters
        ----------
        need : Need
            The need.
        provider_states : iterable of str
            Codes of the states of the proposed team; empty before there is a team.

        Returns
        -------
        tuple of Host
            At most ``policy.hosts``. Equal scores stand in the order of kind and code. Empty where no group
            fits and no topic-based group shares the topic.
        """
        return self.hosts_of_all((need,), provider_states)

    def hosts_of_all(self, needs: Iterable[Need], provider_states: Iterable[str] = ()) -> tuple[Host, ...]:
        """Return the groups that could host work on several needs together, best first.

        Parameters
        ----------
        needs : iterable of Need
            The needs. Their topics and their requesters' states are taken together.
        provider_states : iterable of str
            As for :meth:`hosts`.

        Returns
        -------
        tuple of Host
            As for :meth:`hosts`. What a group hosted according to the page of one of the needs does not
            count: it may be the answer.
        """
        asked = tuple(needs)
        topics = [self.topic(need) for need in asked]
        topic = Topic(
            frozenset().union(*(item.commitments for item in topics)),
            frozenset().union(*(item.themes for item in topics)),
        )
        requesters = tuple(sorted({state for need in asked for state in self._requester_states(need)}))
        providers = tuple(sorted(set(provider_states)))
        pages = frozenset(need.source for need in asked if need.source in self._table.hosted_on)
        signature = (topic, requesters, providers, frozenset(page for page in pages if page is not None))
        if signature not in self._answers:
            self._answers[signature] = self._answer(*signature)
        return self._answers[signature]

    def groups_of_all(self, states: Iterable[str]) -> list[str]:
        """Return the groups in which all of the states take part, as references, sorted."""
        return self._table.groups_of_all(tuple(sorted(states)))

    def topic(self, need: Need) -> Topic:
        """Return the commitments of a need, or those of its areas where it names none, and their themes."""
        named = set(need.commitments) or {
            code
            for component in need.components
            if component.area is not None
            for code in self._areas[component.area].commitments
        }
        return Topic(frozenset(named), frozenset(self._commitments[code].theme for code in named))

    def _requester_states(self, need: Need) -> tuple[str, ...]:
        return tuple(sorted({state for party in need.requesters for state in self._parties[party].states}))

    def _answer(
        self, topic: Topic, requesters: tuple[str, ...], providers: tuple[str, ...], pages: frozenset[str]
    ) -> tuple[Host, ...]:
        table = self._table
        hosted = table.hosted_beside(pages)
        scores = table.scores(topic, requesters, providers, hosted)
        fitting = table.fitting(topic, requesters)
        among, is_instead = fitting, not fitting.any()
        if is_instead:
            sharing = table.sharing(topic)
            topical = sharing & table.is_topical
            among = topical if topical.any() else sharing & table.is_across
        rows = np.flatnonzero(among)
        best = rows[np.lexsort((rows, -scores[rows]))][: min(self._limit, 1) if is_instead else self._limit]
        found = [
            self._judged(row, int(scores[row]), int(hosted[row]), topic, requesters, providers).host()
            for row in best.tolist()
        ]
        return tuple(_as_fallback(host) if is_instead else host for host in found)

    def _judged(
        self,
        row: int,
        score: int,
        hosted: int,
        topic: Topic,
        requesters: tuple[str, ...],
        providers: tuple[str, ...],
    ) -> _Judged:
        group = self._table.groups[row]
        agenda = _Agenda(self._table.agendas[row], topic)
        asking, giving = self._presence(group, requesters), self._presence(group, providers)
        return _Judged(group, score, hosted, agenda, asking, giving)

    def _presence(self, group: Group, states: tuple[str, ...]) -> _Presence:
        roles = self._roles[group.kind, group.code]
        present = tuple(state for state in states if state in roles and ROLE_WEIGHTS[roles[state]] > 0)
        warned = tuple((roles[state], state) for state in states if roles.get(state) in WARNED_ROLES)
        return _Presence(present, warned)


def _as_fallback(host: Host) -> Host:
    reason = _reason("fallback_topic_group", (f"{host.kind}:{host.code}",))
    return Host(**{**dict(host), "reasons": (reason, *host.reasons)})


def route(problem: Problem, need: Need, provider_states: Iterable[str], policy: Policy) -> tuple[Host, ...]:
    """Return the groups that could host work on one need, best first.

    Parameters
    ----------
    problem : Problem
        The problem that ``need`` stands in.
    need : Need
        The need.
    provider_states : iterable of str
        Codes of the states of the proposed team; empty before there is a team.
    policy : Policy
        ``policy.hosts`` limits how many are named.

    Returns
    -------
    tuple of Host
        See :meth:`Routing.hosts`, which answers for many needs from one index.

    Examples
    --------
    >>> from datetime import date
    >>> from matching.problem import Component, Group, Membership, Party, State
    >>> need = Need(id="n", requesters=("ministry",), components=(Component(id="c"),))
    >>> problem = Problem(
    ...     as_of=date(2027, 1, 1),
    ...     states=(State(code="NER"),),
    ...     groups=(Group(kind="dialogue", code="RABAT"),),
    ...     memberships=(Membership(kind="dialogue", group="RABAT", state="NER", role="member"),),
    ...     parties=(Party(id="ministry", type="ministry_or_agency", name="Ministry", states=("NER",)),),
    ...     needs=(need,),
    ... )
    >>> [host.code for host in route(problem, need, (), Policy())]
    ['RABAT']
    """
    return Routing(problem, policy).hosts(need, provider_states)


class _Agenda:
    """How much of a topic is on a group's agenda. What nobody stated gives no points and excludes nothing."""

    def __init__(self, listed: Listed, topic: Topic) -> None:
        self.is_known = bool(listed.themes)
        self.shared_commitments = tuple(sorted(topic.commitments & listed.commitments))
        self.shared_themes = tuple(sorted(topic.themes & listed.themes))


def _strength(role: Role) -> tuple[float, str]:
    return ROLE_WEIGHTS[role], role


def _reasons(judged: _Judged) -> Iterator[Reason]:
    agenda, here = judged.agenda, f"{judged.group.kind}:{judged.group.code}"
    sides = (("requesters_take_part", judged.asking), ("providers_take_part", judged.giving))
    for code, presence in sides:
        if presence.states:
            evidence = (here, *_references("state", presence.states))
            yield _reason(code, evidence, states=", ".join(presence.states), count=len(presence.states))
    if agenda.shared_commitments:
        evidence = (here, *_references("commitment", agenda.shared_commitments))
        yield _reason("commitments_on_agenda", evidence, count=len(agenda.shared_commitments))
    elif agenda.shared_themes:
        yield _reason("themes_on_agenda", (here,), themes=", ".join(agenda.shared_themes))
    if judged.hosted:
        yield _reason("has_hosted", (here,), actions=judged.hosted)


def _warnings(group: Group, agenda: _Agenda, asking: _Presence, giving: _Presence) -> Iterator[Reason]:
    here = f"{group.kind}:{group.code}"
    warned = {*asking.warned, *giving.warned}
    for role in WARNED_ROLES if warned else ():
        states = sorted(state for found, state in warned if found == role)
        if states:
            evidence = (here, *_references("state", states))
            yield _reason(f"membership_{role}", evidence, states=", ".join(states))
    if not asking.states:
        yield _reason("requesters_not_members", (here,))
    if not agenda.is_known:
        yield _reason("agenda_unknown", (here,))
    if group.status in ("low_activity", "unknown"):
        yield _reason("activity_doubtful", (here,), status=group.status)
    if group.completeness != "full":
        yield _reason("member_list_incomplete", (here,), completeness=group.completeness)


@lru_cache(maxsize=10_000)
def _reason(code: str, evidence: tuple[str, ...], **params: str | int) -> Reason:
    return Reason(code=code, params=dict(params), evidence=evidence)


def _references(kind: str, codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{kind}:{code}" for code in codes)
