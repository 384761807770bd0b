"""The network, a dialogue's reach, and needs that go together."""

from clients.models.matches import Reason
from clients.models.parts import Answer


class GroupName(Answer):
    """A dialogue, body or network."""

    kind: str
    code: str
    name: str


class StateName(Answer):
    """A state or territory, by its UN short name."""

    code: str
    name: str


class Broker(Answer):
    """A state that stands between dialogues."""

    state: StateName
    centrality: float
    """Share of shortest paths between the dialogues that run through it."""
    constraint: float | None
    """Burt's constraint: low where those that it meets do not meet each other."""


class Communities(Answer):
    """Which groups belong together by the members, and by the work, that they share."""

    by_members: list[list[GroupName]]
    by_work: list[list[GroupName]]
    agreement: float
    """Adjusted Rand index of the two: 1 the same, about 0 as by chance."""


class SinglePoint(Answer):
    """A topic or requester that would be left with nobody if one provider dropped out."""

    subject: str
    provider: str


class Conversation(Answer):
    """Two states that work on the same and have not met over it."""

    first: StateName
    second: StateName
    value: float
    commitments: list[str]
    helps: list[str]
    """Of these, what one asks for and the other offers."""
    partners: list[StateName]


class Network(Answer):
    """The network, from what the reader may see."""

    brokers: list[Broker]
    communities: Communities
    single_points: list[SinglePoint]
    conversations: list[Conversation]


class IntroductionStep(Answer):
    """One link of an introduction."""

    first: str
    second: str
    link: str
    """``takes_part``, ``worked_together`` or ``belongs_to``."""


class Introduction(Answer):
    """Through whom one state could be introduced to another; empty where nobody is known."""

    start: StateName
    end: StateName
    steps: list[IntroductionStep]


class TopicShortage(Answer):
    """Experts that the members of a group ask for and could not find among themselves."""

    topic: str
    missing: int


class Reach(Answer):
    """How much a group could deliver among its members at most, from what the reader may see."""

    group: GroupName
    members: list[StateName]
    needs: int
    offers: int
    demand: int
    supply: int
    value: int
    missing: list[TopicShortage]


class CoalitionMember(Answer):
    """A need in a coalition."""

    need: str
    title: str
    component: str
    states: list[StateName]
    slots: int
    experts: int
    """What the joint action would give it."""


class JointSeat(Answer):
    """Who would come, and how many needs they would serve."""

    offer: str
    title: str | None
    """None where the reader may not see it."""
    experts: int
    serves: int


class JointAction(Answer):
    """One team for all, instead of one for each."""

    seats: list[JointSeat]
    experts_together: int
    experts_separately: int
    days_together: int | None
    days_separately: int | None
    hosts: list[GroupName]
    reasons: list[Reason]
    to_be_confirmed: list[Reason]


class Coalition(Answer):
    """Needs of several states that one team could serve together."""

    topic: str
    score: int
    cohesion: float
    across_regions: bool
    starts_on: str | None
    ends_on: str | None
    members: list[CoalitionMember]
    reasons: list[Reason]
    action: JointAction | None


class ExchangeLink(Answer):
    """What one state could give to the next."""

    giver: StateName
    taker: StateName
    need: str
    need_title: str
    offer: str
    offer_title: str | None
    """None where the reader may not see it."""
    score: int


class Exchange(Answer):
    """States each of which could give what the next one asks for."""

    score: int
    links: list[ExchangeLink]


class Together(Answer):
    """What a round says of several needs together. For its desk only."""

    coalitions: list[Coalition]
    exchanges: list[Exchange]
