"""Reading what the page of the network shows: its figures, what can be chosen, and a picture."""

import json
from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import Any, NamedTuple

from sqlmodel import Session

from service import clock
from service.caller import Caller
from service.desks.pictures import Circle, Drawing, Sitting, communities_drawing
from service.errors import NotFound
from service.matches.network import get_introduction, get_network
from service.matches.network_schemas import GroupName, IntroductionView, NetworkView
from service.needs.rules import TAKES_PART
from service.reference.facts import group_facts, group_names, list_memberships, state_facts, state_names

BROKERS_DRAWN = 10
BODY = "regional_body"


class Choice(NamedTuple):
    """Something that a reader can choose in a form."""

    code: str
    name: str


class CircleRow(NamedTuple):
    """A dialogue or body of the picture, in words."""

    key: str
    name: str
    address: str | None
    """Of its page; bodies have none."""
    letter: str
    brokers: list[str]


class BrokerSeats(NamedTuple):
    """A state of the picture, in words."""

    name: str
    circles: list[str]


class NetworkPage(NamedTuple):
    """The network as its page shows it."""

    network: NetworkView
    dialogues: list[Choice]
    states: list[Choice]
    between: list[Choice]
    """The two dialogues between which brokers are sought; empty: all."""
    lacks_second: bool
    """Whether only one dialogue was chosen, or the same twice."""
    drawing: Drawing | None
    circle_rows: list[CircleRow]
    broker_rows: list[BrokerSeats]
    explored: str
    """The picture again, as JSON for the script that lets readers look closer."""
    letters: list[str]
    """Of the communities in the picture."""


class IntroductionPage(NamedTuple):
    """A path of introductions, and the form to look for another one."""

    introduction: IntroductionView
    states: list[Choice]


def get_network_page(
    session: Session, caller: Caller, asked: Sequence[str | None], language: str
) -> NetworkPage:
    """Return the network from what the caller may see; brokers between two dialogues if two are named."""
    dialogues = dialogues_to_choose(session, language)
    names = {choice.code: choice for choice in dialogues}
    codes = list(dict.fromkeys(code for code in asked if code))
    if not set(codes) <= names.keys():
        raise NotFound
    between = [names[code] for code in codes] if len(codes) > 1 else []
    network = get_network(session, caller, [choice.code for choice in between], language)
    picture = _Picture(session, network, {choice.code for choice in between}, language)
    return NetworkPage(
        network=network,
        dialogues=dialogues,
        states=states_to_choose(session, language),
        between=between,
        lacks_second=len(codes) == 1,
        drawing=picture.drawing(),
        circle_rows=picture.circle_rows(),
        broker_rows=picture.broker_rows(),
        explored=json.dumps(picture.explored(), ensure_ascii=False),
        letters=sorted({row.letter for row in picture.circle_rows() if row.letter}),
    )


def get_introduction_page(
    session: Session, caller: Caller, start: str, end: str, language: str
) -> IntroductionPage:
    """Return through whom one state could be introduced to another."""
    introduction = get_introduction(session, caller, start, end, language)
    return IntroductionPage(introduction, states_to_choose(session, language))


def dialogues_to_choose(session: Session, language: str) -> list[Choice]:
    """Return the dialogues that still meet, by name."""
    names = group_names(session, "dialogue", language)
    standing = [
        Choice(group.code, names[group.code])
        for group in group_facts(session)
        if group.kind == "dialogue" and group.status != "concluded" and group.retired_on is None
    ]
    return sorted(standing, key=lambda choice: (choice.name.casefold(), choice.code))


def states_to_choose(session: Session, language: str) -> list[Choice]:
    """Return the states and territories, by name."""
    names = state_names(session, language)
    standing = [
        Choice(state.code, names[state.code]) for state in state_facts(session) if state.retired_on is None
    ]
    return sorted(standing, key=lambda choice: (choice.name.casefold(), choice.code))


class _Picture:
    """The dialogues and bodies that belong together, and the states that broker between them."""

    def __init__(self, session: Session, network: NetworkView, chosen: set[str], language: str) -> None:
        self._short = group_names(session, "dialogue", language)
        self._parts = network.communities.by_members[: len(ascii_uppercase)]
        self._chosen = chosen
        self._states = {row.state.code: row.state.name for row in network.brokers[:BROKERS_DRAWN]}
        self._circles = self._gathered(session)
        self._sittings = self._seats(session)
        # Laid out once: the picture and what the script draws stand at the same places.
        self._drawn = communities_drawing(self._circles, self._prefixed(), self._sittings)

    def drawing(self) -> Drawing | None:
        """Return them drawn; None where there is nothing to draw."""
        return self._drawn if self._circles else None

    def circle_rows(self) -> list[CircleRow]:
        """Return each dialogue and body with the brokers that sit in it."""
        seated: dict[str, list[str]] = {}
        for place in self._sittings:
            seated.setdefault(place.circle, []).append(self._states[place.state.partition(":")[2]])
        return [
            CircleRow(
                circle.key,
                circle.name,
                _address(circle.key),
                circle.letter,
                sorted(seated.get(circle.key, ())),
            )
            for circle in sorted(self._circles, key=lambda circle: (circle.letter or "~", circle.name))
        ]

    def broker_rows(self) -> list[BrokerSeats]:
        """Return each broker with what it sits in, best first."""
        names = {circle.key: circle.name for circle in self._circles}
        return [
            BrokerSeats(
                name,
                sorted(names[place.circle] for place in self._sittings if place.state == f"state:{code}"),
            )
            for code, name in self._states.items()
        ]

    def explored(self) -> dict[str, Any]:
        """Return what is drawn, with the addresses of its pages."""
        names, letters = self._names(), {circle.key: circle.letter for circle in self._circles}
        # Drawn in this order: states first.
        keys = [*self._prefixed(), *letters]
        return {
            "nodes": [
                {
                    "id": key,
                    "name": names[key],
                    "kind": key.partition(":")[0],
                    "letter": letters.get(key, ""),
                    "address": _address(key),
                    "x": mark.x,
                    "y": mark.y,
                }
                for key, mark in zip(keys, self._drawn.marks, strict=True)
            ],
            "edges": sorted(set(self._sittings)),
        }

    def _names(self) -> dict[str, str]:
        return {**self._prefixed(), **{circle.key: circle.name for circle in self._circles}}

    def _prefixed(self) -> Mapping[str, str]:
        # A code is unique with its kind only.
        return {f"state:{code}": name for code, name in self._states.items()}

    def _gathered(self, session: Session) -> list[Circle]:
        letters = {
            _key(group): letter
            for letter, part in zip(ascii_uppercase, self._parts, strict=False)
            for group in part
        }
        facts = [
            group
            for group in group_facts(session)
            if group.status != "concluded" and group.retired_on is None
        ]
        return [
            Circle(
                f"{group.kind}:{group.code}",
                self._short[group.code] if group.kind == "dialogue" else group.code,
                letters.get(f"{group.kind}:{group.code}", ""),
                group.kind == "dialogue" and group.code in self._chosen,
            )
            for group in facts
        ]

    def _seats(self, session: Session) -> list[Sitting]:
        known = {circle.key for circle in self._circles}
        return [
            Sitting(f"state:{place.state}", f"{place.kind}:{place.group}")
            for place in list_memberships(session, clock.today())
            if place.role in TAKES_PART
            and place.state in self._states
            and f"{place.kind}:{place.group}" in known
        ]


def _key(group: GroupName) -> str:
    return f"{BODY if group.kind == BODY else 'dialogue'}:{group.code}"


def _address(key: str) -> str | None:
    kind, _, code = key.partition(":")
    return f"/states/{code}" if kind == "state" else address_of(kind, code)


def address_of(kind: str, code: str) -> str | None:
    """Return the address of the page of a dialogue or group, if it has one."""
    return None if kind not in {"dialogue", "topic_group"} else f"/dialogues/{code}"
