"""What goes out about the network, about a dialogue's reach, and about needs that go together."""

from service.matches.schemas import ReasonView
from service.web.schemas import View


class GroupName(View):
    """A dialogue, body or network."""

    kind: str
    code: str
    name: str


class StateName(View):
    """A state or territory, by its UN short name."""

    code: str
    name: str


class BrokerView(View):
    """A state that stands between dialogues."""

    state: StateName
    centrality: float
    """Share of shortest paths between the dialogues that run through it."""
    constraint: float | None
    """Burt's constraint: low where those that it meets do not meet each other."""


class CommunitiesView(View):
    """Which groups belong together by the members, and by the work, that they share."""

    by_members: list[list[GroupName]]
    by_work: list[list[GroupName]]
    agreement: float
    """Adjusted Rand index of the two: 1 the same, about 0 as by chance."""


class SinglePointView(View):
    """A topic or requester that would be left with nobody if one provider dropped out."""

    subject: str
    provider: str


class ConversationView(View):
    """Two states that work on the same and have not met over it."""

    first: StateName
    second: StateName
    value: float
    commitments: list[str]
    helps: list[str]
    """Of these, what one asks for and the other offers."""
    partners: list[StateName]


class NetworkView(View):
    """The network, from what the reader may see."""

    brokers: list[BrokerView]
    communities: CommunitiesView
    single_points: list[SinglePointView]
    conversations: list[ConversationView]


class IntroductionStep(View):
    """One link of an introduction."""

    first: str
    second: str
    link: str
    """``takes_part``, ``worked_together`` or ``belongs_to``."""


class IntroductionView(View):
    """Through whom one state could be introduced to another; empty where nobody is known."""

    start: StateName
    end: StateName
    steps: list[IntroductionStep]


class TopicShortage(View):
    """Experts that the members of a group ask for and could not find among themselves."""

    topic: str
    missing: int


class ReachView(View):
    """How much a group could deliver among its members at most, from what the reader may see."""

    group: GroupName
    members: list[StateName]
    needs: int
    offers: int
    demand: int
    supply: int
    value: int
    missing: list[TopicShortage]


class MemberView(View):
    """A need in a coalition."""

    need: str
    title: str
    component: str
    states: list[StateName]
    slots: int
    experts: int
    """What the joint action would give it."""


class JointSeatView(View):
    """Who would come, and how many needs they would serve."""

    offer: str
    title: str | None
    """None where the reader may not see it."""
    experts: int
    serves: int


class JointActionView(View):
    """One team for all, instead of one for each."""

    seats: list[JointSeatView]
    experts_together: int
    experts_separately: int
    days_together: int | None
    days_separately: int | None
    hosts: list[GroupName]
    reasons: list[ReasonView]
    to_be_confirmed: list[ReasonView]


class CoalitionView(View):
    """Needs of several states that one team could serve together."""

    topic: str
    score: int
    cohesion: float
    across_regions: bool
    starts_on: str | None
    ends_on: str | None
    members: list[MemberView]
    reasons: list[ReasonView]
    action: JointActionView | None


class ExchangeLinkView(View):
    """What one state could give to the next."""

    giver: StateName
    taker: StateName
    need: str
    need_title: str
    offer: str
    offer_title: str | None
    """None where the reader may not see it."""
    score: int


class ExchangeView(View):
    """States each of which could give what the next one asks for."""

    score: int
    links: list[ExchangeLinkView]


class TogetherView(View):
    """What a round says of several needs together. For its desk only."""

    coalitions: list[CoalitionView]
    exchanges: list[ExchangeView]
