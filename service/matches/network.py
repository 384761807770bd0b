"""Reading the network: every figure is computed from what the caller may see, and from public facts."""

from sqlmodel import Session, col, select

from service import clock
from service.caller import Caller
from service.errors import NotFound
from service.matches import engine
from service.matches.network_schemas import (
    BrokerView,
    CommunitiesView,
    ConversationView,
    GroupName,
    IntroductionStep,
    IntroductionView,
    NetworkView,
    ReachView,
    SinglePointView,
    StateName,
    TopicShortage,
)
from service.matches.reasons import Teller
from service.needs.demand import needs_by_id
from service.needs.queries import ids_in_sight
from service.needs.rules import TAKEN_INTO_ROUNDS
from service.needs.tables import Need
from service.offers.queries import offers_shown_to
from service.stakeholders.queries import find_stakeholders
from service.stakeholders.rules import HOLDS_A_PERSON
from service.texts import N_, translate

INDIVIDUAL = N_("An individual expert")
SHOWN = 20


def get_network(session: Session, caller: Caller, between: list[str], language: str) -> NetworkView:
    """Return who brokers, who belongs together, what hangs on one provider and who should talk.

    Brokers are sought between the dialogues whose codes are given; between all, if none are.
    """
    problem = _in_sight(session, caller)
    network = engine.partnership_graph(problem)
    naming = _Naming(session, language)
    ends = [node for node in network if node[0] in GROUPS and node[1] in between] if between else None
    if ends is not None and {code for _, code in ends} != set(between):
        raise NotFound
    constraint = engine.graph.burt_constraint(network)
    brokers = list(engine.graph.broker_centrality(network, ends).items())[:SHOWN]
    compared = engine.graph.compare_communities(network)
    return NetworkView(
        brokers=[
            BrokerView(
                state=naming.state(node[1]), centrality=round(value, 6), constraint=constraint.get(node)
            )
            for node, value in brokers
        ],
        communities=CommunitiesView(
            by_members=naming.groups(compared.by_members.groups),
            by_work=naming.groups(compared.by_work.groups),
            agreement=round(compared.agreement, 6),
        ),
        single_points=[
            SinglePointView(subject=naming.subject(node), provider=naming.subject(provider))
            for node, provider in engine.graph.single_points_of_failure(network).items()
        ],
        conversations=[
            ConversationView(
                first=naming.state(item.first[1]),
                second=naming.state(item.second[1]),
                value=round(item.value, 6),
                commitments=[naming.teller.commitment(code) for code in item.commitments],
                helps=[naming.teller.commitment(code) for code in item.helps],
                partners=[naming.state(code) for code in item.partners],
            )
            for item in engine.graph.who_should_talk(network, SHOWN)
        ],
    )


def get_introduction(
    session: Session, caller: Caller, start: str, end: str, language: str
) -> IntroductionView:
    """Return through whom one state could be introduced to another."""
    network = engine.partnership_graph(_in_sight(session, caller))
    if ("state", start) not in network or ("state", end) not in network:
        raise NotFound
    naming = _Naming(session, language)
    found = engine.graph.introduction(network, ("state", start), ("state", end))
    path, links = (found.path, found.links) if found else ([], [])
    return IntroductionView(
        start=naming.state(start),
        end=naming.state(end),
        steps=[
            IntroductionStep(first=naming.subject(one), second=naming.subject(two), link=link)
            for one, two, link in zip(path, path[1:], links, strict=False)
        ],
    )


def get_reach(session: Session, caller: Caller, code: str, language: str) -> ReachView:
    """Return how much a dialogue could deliver among its members at most."""
    problem = _in_sight(session, caller)
    group = next((item for item in problem.groups if item.code == code and item.kind in DIALOGUES), None)
    if group is None:
        raise NotFound
    naming = _Naming(session, language)
    found = engine.graph.reach(problem, group.kind, group.code)
    return ReachView(
        group=naming.group((group.kind, group.code)),
        members=[naming.state(state) for state in found.members],
        needs=len(found.needs),
        offers=len(found.offers),
        demand=found.demand,
        supply=found.supply,
        value=found.value,
        missing=[
            TopicShortage(topic=naming.topic(topic), missing=count) for topic, count in found.missing.items()
        ],
    )


GROUPS = {"dialogue", "regional_body", "city_network", "topic_group"}
DIALOGUES = {"dialogue", "topic_group"}


def _in_sight(session: Session, caller: Caller) -> engine.Problem:
    seen = select(Need.id).where(
        col(Need.id).in_(ids_in_sight(session, caller)), col(Need.state).in_(TAKEN_INTO_ROUNDS)
    )
    needs = needs_by_id(session, session.exec(seen).all())
    return engine.problem_of(session, needs, offers_shown_to(session, caller), clock.today())


class _Naming:
    """Names of what nodes stand for; who offers as a person is not named."""

    def __init__(self, session: Session, language: str) -> None:
        self._session = session
        self._language = language
        self.teller = Teller(session, language)

    def state(self, code: str) -> StateName:
        return StateName(code=code, name=self.teller.state(code))

    def group(self, node: tuple[str, str]) -> GroupName:
        return GroupName(kind=node[0], code=node[1], name=self.teller.group(*node))

    def groups(self, parts: list[set[tuple[str, str]]]) -> list[list[GroupName]]:
        return [[self.group(node) for node in sorted(part)] for part in parts if len(part) > 1]

    def topic(self, reference: str) -> str:
        kind, _, code = reference.partition(":")
        if not code:
            return translate(N_("No topic stated"), self._language)
        return self.subject((kind, code))

    def subject(self, node: tuple[str, str]) -> str:
        kind, code = node
        if kind == "party":
            row = find_stakeholders(self._session, [code])[code]
            return translate(INDIVIDUAL, self._language) if row.type == HOLDS_A_PERSON else row.name
        if kind in GROUPS:
            return self.teller.group(kind, code)
        tell = {"area": self.teller.area, "commitment": self.teller.commitment, "state": self.teller.state}
        return tell[kind](code)
