"""The facts that every look-back knows, from the data files themselves: no database is asked."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from service.lookback.engine import Area, Commitment, Group, Membership, State, World
from service.lookback.reading import Lists
from service.reference.files import Facts
from service.reference.rules import role_on

UNKNOWN_INCOME = {None, "not_classified"}
OF_TOPIC = {"global_process", "state_led_initiative"}
CROSS_REGIONAL = OF_TOPIC | {"interregional_forum"}
STATUSES = {"active", "low_activity", "concluded"}
CAN_PROVIDE = {"un_member", "un_observer", "associated_state", "other"}
"""Kinds of state that are ranked; territories answer through the state that they belong to."""


def lists_of(facts: Facts) -> Lists:
    """Return the codes that a file of cases or offers may name."""
    named = {name: set[str]() for name in ("expertise_area", "modality")}
    for list_name, code in facts["code_entry"]:
        named.setdefault(str(list_name), set()).add(str(code))
    names = {row[name] for row in facts["state"].values() for name in ("name_en", "name_common")}
    return Lists(
        states=_codes(facts, "state"),
        commitments=_codes(facts, "commitment"),
        areas=frozenset(named["expertise_area"]),
        modalities=frozenset(named["modality"]),
        themes=_codes(facts, "theme"),
        state_names=tuple(sorted(names, key=lambda name: (-len(name), name))),
    )


def _codes(facts: Facts, kind: str) -> frozenset[str]:
    return frozenset(str(key[0]) for key in facts[kind])


def world_on(facts: Facts, as_of: date) -> World:
    """Return the facts as they were on a day, as far as the files date them; states are as they are now."""
    codes = list(facts["code_entry"].values())
    return World(
        as_of=as_of,
        modalities=tuple(sorted(row["code"] for row in codes if row["list_name"] == "modality")),
        states=tuple(_state(row) for row in facts["state"].values()),
        commitments=tuple(
            Commitment(code=row["code"], theme=row["theme_code"], parent=row["parent_code"])
            for row in facts["commitment"].values()
        ),
        areas=tuple(
            Area(code=row["code"], commitments=tuple(row["facts"]["commitments"]))
            for row in codes
            if row["list_name"] == "expertise_area"
        ),
        groups=tuple(_groups(facts, as_of)),
        memberships=tuple(_memberships(facts, as_of)),
        can_provide=tuple(
            sorted(row["iso3"] for row in facts["state"].values() if row["kind"] in CAN_PROVIDE)
        ),
    )


def _state(row: dict[str, Any]) -> State:
    has_capital = row["capital_lat"] is not None and row["capital_lon"] is not None
    place = "capital" if has_capital else "centroid"
    return State(
        code=row["iso3"],
        region=row["region"],
        subregion=row["subregion"],
        income=None if row["income"] in UNKNOWN_INCOME else row["income"],
        ldc=row["ldc"],
        lldc=row["lldc"],
        sids=row["sids"],
        languages=tuple(row["languages_official"]),
        latitude=row[f"{place}_lat"],
        longitude=row[f"{place}_lon"],
    )


def _stood(row: dict[str, Any], day: date) -> bool:
    """Tell whether a group was there on a day; one of which nobody knows since when always was."""
    began = row.get("start_year") or row.get("founded")
    return began is None or began <= day.year


def _groups(facts: Facts, day: date) -> Iterator[Group]:
    for kind in ("dialogue", "regional_body"):
        for row in filter(partial(_stood, day=day), facts[kind].values()):
            status = row.get("status", "active")
            yield Group(
                kind=_kind(kind, row.get("type")),
                code=row["code"],
                status=status if status in STATUSES else "unknown",
                completeness=row["completeness"],
                themes=tuple(row.get("themes", ())),
                commitments=tuple(row.get("commitments", ())),
                cross_regional=row.get("type") in CROSS_REGIONAL,
            )


def _memberships(facts: Facts, day: date) -> Iterator[Membership]:
    for kind, key in (("dialogue", "dialogue_code"), ("regional_body", "body_code")):
        for row in facts[f"{kind}_membership"].values():
            role = role_on(row["role"], row["valid_from"], row["valid_to"], day)
            about = facts[kind][row[key],]
            if role is not None and _stood(about, day):
                group, of_type = row[key], about.get("type")
                yield Membership(
                    kind=_kind(kind, of_type),
                    group=group,
                    state=row["iso3"],
                    role=role,  # type: ignore[arg-type]  # a checked code of the same list
                )


def _kind(kind: str, of_type: str | None) -> Any:
    return "topic_group" if of_type in OF_TOPIC else kind
