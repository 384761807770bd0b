"""The form with which a desk asks for a round: what can be chosen, and how that becomes a request."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from pydantic import ValidationError
from sqlmodel import Session, col, select

from service.caller import Caller
from service.desks.network_queries import Choice, dialogues_to_choose
from service.errors import InvalidInput, NotFound
from service.matches.commands import request_round
from service.matches.engine import published_policy
from service.matches.errors import PolicyNotValid, RoundUnderWay
from service.matches.rules import ROUND_UNDER_WAY
from service.matches.schemas import RoundRequest, RoundScope
from service.matches.tables import MatchRound
from service.reference.queries import list_themes
from service.stakeholders.queries import find_stakeholders
from service.texts import N_, translate
from service.web.paging import PageAsked

LONGEST_FORM = 5000
MOST_FIELDS = 20

FAIRNESS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "tiered": (
            N_("Urgent needs first, then the best fit"),
            N_(
                "As many places as possible are filled, urgent needs before others and each need one expert "
                "before any gets a second. Among these answers the best fit wins (published policy)."
            ),
        ),
        "total": (
            N_("The best fit in all"),
            N_(
                "As many places as possible are filled, with the highest sum of scores. A need may go "
                "without, if others gain more."
            ),
        ),
        "bottleneck": (
            N_("No weak matches"),
            N_(
                "The weakest match of the round is made as good as it can be, then the sum of scores. It is "
                "quick, and fair to needs that are hard to serve."
            ),
        ),
        "maxmin": (
            N_("The worst-off need first"),
            N_(
                "The need that gets least gets as much as it can; then the sum of scores. The total may "
                "fall, and it takes longer."
            ),
        ),
        "leximin": (
            N_("As even as can be"),
            N_(
                "First the need that gets least, then the next one, and so on to the end. The most even "
                "answer, and the one that takes longest."
            ),
        ),
    }
)
"""Choices of fairness: a name and what it does."""
KNOWS_PRICES = frozenset({"tiered", "total"})
"""Only with these can a round look ahead or keep to quotas."""
QUOTAS: Mapping[str, str] = MappingProxyType(
    {
        "provider_state_cap": N_("At most from one state"),
        "one_per_provider_state": N_("At most from one state in each need"),
        "south_south_floor": N_("At least between states of the South"),
        "minimum_load": N_("At least from providers that are named"),
        "senior_expert": N_("Senior experts in each need"),
    }
)
"""Quotas by their kind."""
TOPICS: Mapping[str, str] = MappingProxyType(
    {
        "0.9": N_("Only the very expertise that is asked for"),
        "0.5": N_("Also who works on the same commitment, or the one above it"),
        "0.4": N_("Also whose expertise serves the commitment (published policy)"),
        "0.2": N_("Also who works under the same theme"),
        "0": N_("Anything: the score alone decides"),
    }
)
"""How near in topic an offer must be."""
NUMBERS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"arrivals": (0, 100_000), "state_cap": (1, 100), "south_floor": (1, 100)}
)
"""Fields with a whole number, and its bounds."""
EMPTY: Mapping[str, str] = MappingProxyType(
    {
        "desk": "",
        "theme": "",
        "dialogue": "",
        "fairness": "tiered",
        "topic": "0.4",
        "arrivals": "",
        "state_cap": "",
        "south_floor": "",
    }
)
"""The form before anybody filled it in: the published policy."""
UNKNOWN = N_("Choose one of the list.")
NOT_A_NUMBER = N_("Enter a whole number from {low} to {high}, or leave it empty.")
WITHOUT_PRICES = N_(
    "This works only with “Urgent needs first, then the best fit” or “The best fit in all”. Choose one of "
    "them, or leave this empty."
)
PLACES: Mapping[str, str] = MappingProxyType(
    {"scope.theme": "theme", "scope.dialogue": "dialogue", "desk": "desk"}
)
"""Where the form asks for what the request calls otherwise."""


class FairnessChoice(NamedTuple):
    """A kind of fairness to choose."""

    code: str
    name: str
    effect: str


class RoundForm(NamedTuple):
    """The form as its page shows it."""

    desks: list[Choice]
    themes: list[Choice]
    dialogues: list[Choice]
    fairness: list[FairnessChoice]
    topics: list[Choice]
    values: Mapping[str, str]
    faults: Mapping[str, str]
    """What is wrong, by field; under the empty name what is wrong with the whole."""
    under_way: str | None
    """A round of one of these desks that has to end first."""


def read_form(body: bytes) -> dict[str, str]:
    """Return the fields of a form that was sent; what it does not know is left out."""
    text = body[:LONGEST_FORM].decode("ascii", "replace")
    try:
        sent = parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        sent = {}
    return {name: sent.get(name, [""])[0].strip() for name in EMPTY}


def get_round_form(
    session: Session,
    caller: Caller,
    language: str,
    values: Mapping[str, str] = EMPTY,
    faults: Mapping[str, str] = MappingProxyType({}),
) -> RoundForm:
    """Return the form, for those who work at a desk; to others there is none."""
    desks = caller.desks()
    if not desks:
        raise NotFound
    named = find_stakeholders(session, desks)
    themes = list_themes(session, caller, PageAsked(100, None), language).items
    return RoundForm(
        desks=sorted((Choice(row.id, row.name) for row in named.values()), key=lambda choice: choice[::-1]),
        themes=[Choice(theme.code, theme.title) for theme in themes],
        dialogues=dialogues_to_choose(session, language),
        fairness=[
            FairnessChoice(code, translate(name, language), translate(effect, language))
            for code, (name, effect) in FAIRNESS.items()
        ],
        topics=[Choice(code, translate(name, language)) for code, name in TOPICS.items()],
        values=values,
        faults=faults,
        under_way=_under_way(session, desks),
    )


def ask_for_round(
    session: Session, caller: Caller, values: Mapping[str, str], language: str
) -> str | dict[str, str]:
    """Ask for the round that a form describes; return its id, or what is wrong by field."""
    if not caller.desks():
        raise NotFound
    if faults := _faults(caller, values):
        return {name: _worded(name, text, language) for name, text in faults.items()}
    try:
        return request_round(session, caller, _request(caller, values)).id
    except ValidationError as error:
        return {str(fault["loc"][0]): translate(UNKNOWN, language) for fault in error.errors()}
    except InvalidInput as refusal:
        return {PLACES.get(fault.field, ""): translate(fault.message, language) for fault in refusal.faults()}
    except (PolicyNotValid, RoundUnderWay) as refusal:
        return {"": refusal.detail(language)}


def _worded(name: str, text: str, language: str) -> str:
    low, high = NUMBERS.get(name, (0, 0))
    return translate(text, language, low=low, high=high)


def policy_in_words(policy: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """Return what a round was asked for with: fairness, and what differs from looking at today alone."""
    rows = [(N_("Fairness"), translate(FAIRNESS[policy["fairness"]][0], language))]
    if ahead := policy.get("hold_back"):
        rows.append((N_("Needs expected before the next round"), str(ahead["arrivals"])))
    rows += [(QUOTAS[quota["kind"]], _bound(quota, language)) for quota in policy.get("quotas", ())]
    return [(translate(label, language), value) for label, value in rows]


def _bound(quota: Mapping[str, Any], language: str) -> str:
    if quota["share"] is None:
        return translate(N_("{places} places"), language, places=quota["slots"] or 1)
    return translate(N_("{percent} percent of all places"), language, percent=f"{quota['share'] * 100:g}")


def _faults(caller: Caller, values: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    if values["desk"] not in caller.desks() and (values["desk"] or len(caller.desks()) > 1):
        found["desk"] = UNKNOWN
    for name, choices in (("fairness", FAIRNESS), ("topic", TOPICS)):
        if values[name] not in choices:
            found[name] = UNKNOWN
    for name in NUMBERS:
        if values[name] and _number(name, values[name]) is None:
            found[name] = NOT_A_NUMBER
        elif values[name] not in {"", "0"} and values["fairness"] not in KNOWS_PRICES:
            found[name] = WITHOUT_PRICES
    return found


def _number(name: str, text: str) -> int | None:
    low, high = NUMBERS[name]
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(high))):
        return None
    return int(text) if low <= int(text) <= high else None


def _request(caller: Caller, values: Mapping[str, str]) -> RoundRequest:
    scope = {name: values[name] for name in ("theme", "dialogue") if values[name]}
    return RoundRequest(
        desk=values["desk"] or next(iter(caller.desks())),
        scope=RoundScope.model_validate(scope),
        policy=_policy(values),
    )


def _policy(values: Mapping[str, str]) -> dict[str, Any]:
    """Return what differs from the published policy."""
    published = published_policy({})
    asked: dict[str, Any] = {"fairness": values["fairness"], "minimum_topic": float(values["topic"])}
    changes = {name: value for name, value in asked.items() if published[name] != value}
    if values["arrivals"] not in {"", "0"}:
        changes["hold_back"] = {"arrivals": int(values["arrivals"])}
    quotas = [
        {"kind": kind, "share": int(values[name]) / 100}
        for name, kind in (("state_cap", "provider_state_cap"), ("south_floor", "south_south_floor"))
        if values[name]
    ]
    return changes | ({"quotas": quotas} if quotas else {})


def _under_way(session: Session, desks: frozenset[str]) -> str | None:
    query = select(MatchRound.id).where(
        col(MatchRound.desk_id).in_(desks), col(MatchRound.state).in_(ROUND_UNDER_WAY)
    )
    return session.exec(query.order_by(col(MatchRound.id))).first()
