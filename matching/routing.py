"""Dialogue routing: which dialogue, regional body, city network or topic group could host the work.

A group *fits* when it is not concluded, a state of the requesters takes part in it, and the need's topic is
on its agenda, as far as both are known. Fitting groups are ranked by :data:`ROUTING_POINTS`. If none fits,
the best topic-based, cross-regional group is named instead and says so.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import NamedTuple

from matching.memberships import ROLE_WEIGHTS, WARNED_ROLES
from matching.outcome import Host, Reason
from matching.policy import Policy
from matching.problem import Commitment, Group, Membership, Need, Problem, Role

ROUTING_POINTS = MappingProxyType(
    {
        "requesters": 3000,
        "providers": 2000,
        "commitments": 2000,
        "themes": 1000,
        "status": 1000,
        "members_listed": 500,
        "hosting": 500,
    }
)
"""What each consideration gives at most; a host's score is their sum, 0 to 10000."""

STATUS_WEIGHTS = MappingProxyType({"active": 1.0, "low_activity": 0.5, "unknown": 0.3, "concluded": 0.0})
LISTING_WEIGHTS = MappingProxyType({"full": 1.0, "partial": 0.5, "unknown": 0.0})
HOSTED_FOR_FULL_POINTS = 5
"""Actions hosted from which a hosting record gives all its points."""


class Topic(NamedTuple):
    """What a need is about, for an agenda."""

    commitments: frozenset[str]
    themes: frozenset[str]


class _Listed(NamedTuple):
    """What is on a group's agenda: commitments with their kin, and themes."""

    commitments: frozenset[str]
    themes: frozenset[str]


class _Presence(NamedTuple):
    share: float
    states: tuple[str, ...]
    warned: tuple[tuple[Role, str], ...]


class _Judged(NamedTuple):
    group: Group
    score: int
    fits: bool
    agenda: "_Agenda"
    asking: _Presence
    giving: _Presence

    def host(self) -> Host:
        """Return the group as a host, with its reasons."""
        return Host(
            kind=self.group.kind,
            code=self.group.code,
            score=self.score,
            reasons=tuple(_reasons(self.group, self.agenda, self.asking, self.giving)),
            warnings=tuple(_warnings(self.group, self.agenda, self.asking, self.giving)),
        )


class Routing:
    """The groups of a problem, made ready to be asked for many needs.

    Parameters
    ----------
    problem : Problem
        Its groups, memberships, parties, commitments and areas are used.
    policy : Policy
        ``policy.hosts`` limits how many hosts an answer names.

    Notes
    -----
    An answer takes O(groups that a requesting state takes part in x states), and O(groups x states) where
    none of them fits; the index is built once, in O(memberships).
    """

    def __init__(self, problem: Problem, policy: Policy) -> None:
        self._limit = policy.hosts
        self._groups = tuple(
            sorted(
                (group for group in problem.groups if group.status != "concluded"),
                key=lambda group: (group.kind, group.code),
            )
        )
        self._parties = {party.id: party for party in problem.parties}
        self._commitments = {item.code: item for item in problem.commitments}
        self._areas = {area.code: area for area in problem.areas}
        self._agendas = {
            (group.kind, group.code): _listed(group, self._commitments) for group in self._groups
        }
        self._roles: dict[tuple[str, str], dict[str, Role]] = defaultdict(dict)
        for place in problem.memberships:
            self._remember(place)
        self._joined: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for name, roles in self._roles.items():
            for state in (state for state, role in roles.items() if ROLE_WEIGHTS[role] > 0):
                self._joined[state].add(name)

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
        topic = self.topic(need)
        providers = tuple(sorted(set(provider_states)))
        requesters = self._requester_states(need)
        joined = set().union(*(self._joined.get(state, ()) for state in requesters))
        among = [group for group in self._groups if (group.kind, group.code) in joined]
        judged = [self._judge(group, topic, requesters, providers) for group in among]
        fitting = _ranked(item for item in judged if item.fits)
        if fitting:
            return tuple(item.host() for item in fitting[: self._limit])
        everywhere = [self._judge(group, topic, requesters, providers) for group in self._groups]
        return tuple(_instead(everywhere)[: self._limit])

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

    def _presence(self, group: Group, states: tuple[str, ...]) -> _Presence:
        roles = self._roles[group.kind, group.code]
        weights = {state: ROLE_WEIGHTS[roles[state]] for state in states if state in roles}
        present = tuple(state for state in states if weights.get(state, 0) > 0)
        warned = tuple((roles[state], state) for state in states if roles.get(state) in WARNED_ROLES)
        return _Presence(sum(weights.values()) / len(states) if states else 0.0, present, warned)

    def _judge(
        self, group: Group, topic: Topic, requesters: tuple[str, ...], providers: tuple[str, ...]
    ) -> _Judged:
        asking, giving = self._presence(group, requesters), self._presence(group, providers)
        agenda = _Agenda(self._agendas[group.kind, group.code], topic)
        points = {
            "requesters": asking.share,
            "providers": giving.share,
            "commitments": agenda.commitment_share,
            "themes": agenda.theme_share,
            "status": STATUS_WEIGHTS[group.status],
            "members_listed": LISTING_WEIGHTS[group.completeness],
            "hosting": min(group.hosted, HOSTED_FOR_FULL_POINTS) / HOSTED_FOR_FULL_POINTS,
        }
        score = round(sum(ROUTING_POINTS[name] * share for name, share in points.items()))
        fits = bool(asking.states) and agenda.could_hold_topic
        return _Judged(group, score, fits, agenda, asking, giving)


def _instead(judged: list[_Judged]) -> list[Host]:
    """Return the best topic-based, else cross-regional, group that shares the topic; or nothing."""
    sharing = [item for item in judged if item.agenda.is_shared]
    topical = _ranked(item for item in sharing if item.group.kind == "topic_group")
    across = _ranked(item for item in sharing if item.group.cross_regional)
    return [_as_fallback(item.host()) for item in (*topical, *across)[:1]]


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

    def __init__(self, listed: _Listed, topic: Topic) -> None:
        self.is_known = bool(listed.themes)
        self.shared_commitments = tuple(sorted(topic.commitments & listed.commitments))
        self.shared_themes = tuple(sorted(topic.themes & listed.themes))
        self.commitment_share = _share(self.shared_commitments, topic.commitments)
        self.theme_share = _share(self.shared_themes, topic.themes)
        self.is_shared = bool(self.shared_commitments or self.shared_themes)
        self.could_hold_topic = self.is_shared or not self.is_known or not topic.commitments


def _listed(group: Group, commitments: dict[str, Commitment]) -> _Listed:
    themes = {*group.themes, *(commitments[code].theme for code in group.commitments)}
    return _Listed(frozenset(_with_kin(group.commitments, commitments)), frozenset(themes))


def _with_kin(codes: Iterable[str], commitments: dict[str, Commitment]) -> set[str]:
    """Return ``codes`` with the headline commitments above them and the sub-points below them."""
    named = set(codes)
    above = {parent for code in named if (parent := commitments[code].parent) is not None}
    below = {item.code for item in commitments.values() if item.parent in named}
    return named | above | below


def _share(part: tuple[str, ...], whole: frozenset[str]) -> float:
    return len(part) / len(whole) if whole else 0.0


def _strength(role: Role) -> tuple[float, str]:
    return ROLE_WEIGHTS[role], role


def _ranked(judged: Iterable[_Judged]) -> list[_Judged]:
    return sorted(judged, key=lambda item: (-item.score, item.group.kind, item.group.code))


def _reasons(group: Group, agenda: _Agenda, asking: _Presence, giving: _Presence) -> Iterator[Reason]:
    here = f"{group.kind}:{group.code}"
    for code, presence in (("requesters_take_part", asking), ("providers_take_part", giving)):
        if presence.states:
            evidence = (here, *_references("state", presence.states))
            yield _reason(code, evidence, states=", ".join(presence.states), count=len(presence.states))
    if agenda.shared_commitments:
        evidence = (here, *_references("commitment", agenda.shared_commitments))
        yield _reason("commitments_on_agenda", evidence, count=len(agenda.shared_commitments))
    elif agenda.shared_themes:
        yield _reason("themes_on_agenda", (here,), themes=", ".join(agenda.shared_themes))
    if group.hosted:
        yield _reason("has_hosted", (here,), actions=group.hosted)


def _warnings(group: Group, agenda: _Agenda, asking: _Presence, giving: _Presence) -> Iterator[Reason]:
    here = f"{group.kind}:{group.code}"
    warned = {*asking.warned, *giving.warned}
    for role in WARNED_ROLES:
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


def _reason(code: str, evidence: tuple[str, ...], **params: str | int) -> Reason:
    return Reason(code=code, params=dict(params), evidence=evidence)


def _references(kind: str, codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{kind}:{code}" for code in codes)
