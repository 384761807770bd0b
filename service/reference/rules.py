"""Rules of the reference data. Pure: what a sync changes, what a membership was on a day, who may correct."""

import calendar
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from service.caller import Caller
from service.errors import NotAllowed
from service.reference.errors import NotCorrectable, ReusedCode

STATE_KINDS = (
    "un_member",
    "un_observer",
    "associated_state",
    "special_administrative_region",
    "territory",
    "other",
)
INCOME_GROUPS = ("low", "lower_middle", "upper_middle", "high", "not_classified")
DIALOGUE_STATUSES = ("active", "low_activity", "unclear", "concluded")
COMPLETENESS = ("full", "partial", "unknown")
CONFIDENCE = ("documented", "dated", "doubtful")
VERIFICATIONS = ("looked_up", "package", "general_knowledge")
DIALOGUE_ROLES = ("member", "observer", "participant", "unclear", "former_member")
BODY_ROLES = (
    "member",
    "associate",
    "observer",
    "partner",
    "suspended",
    "withdrawn",
    "disputed",
    "inactive",
)
ALL_FACTS = "reference:all"
"""The thing in the journal that the files are told of."""
KINDS = (
    "state",
    "dialogue",
    "regional_body",
    "theme",
    "framework",
    "gcm_objective",
    "commitment",
    "theme_framework",
    "commitment_framework",
    "commitment_objective",
    "dialogue_membership",
    "regional_body_membership",
    "code_entry",
)
"""Kinds of facts, in the order in which they can be written."""

CORRECTABLE: Mapping[str, frozenset[str]] = {
    "state": frozenset(
        {
            "name_common",
            "name_en",
            "name_fr",
            "name_es",
            "name_ar",
            "name_ru",
            "name_zh",
            "name_pt",
            "income",
            "income_basis",
            "ldc",
            "lldc",
            "sids",
            "languages_official",
            "languages_regional",
            "languages_spoken",
            "capital",
            "timezone",
            "note",
        }
    ),
    "dialogue": frozenset(
        {
            "name",
            "short_name",
            "end_year",
            "secretariat",
            "secretariat_seat",
            "chairs",
            "chair_note",
            "declared_states",
            "thematic_areas",
            "themes",
            "commitments",
            "status",
            "status_note",
            "completeness",
            "official_url",
            "note",
        }
    ),
    "regional_body": frozenset(
        {"name", "seat", "mobility_instrument", "dialogues", "completeness", "official_url", "note"}
    ),
    "framework": frozenset({"short_name", "name", "custodian", "url", "url_note"}),
    "commitment": frozenset(
        {"title", "summary", "keywords", "vulnerable_groups", "actors", "sdg_targets", "crs_purposes"}
    ),
    "dialogue_membership": frozenset({"role", "office", "since", "until", "confidence", "note"}),
    "regional_body_membership": frozenset({"role", "since", "until", "verification", "note"}),
    "code_entry": frozenset({"label", "labels"}),
}
"""Fields that a person may correct. Keys, and what other tables refer to, come from the files alone."""

LEFT = frozenset({"withdrawn", "former_member"})
_PERIOD = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")

Key = tuple[Hashable, ...]
Values = dict[str, Any]


@dataclass
class Difference:
    """What the files change about one kind."""

    added: list[Key] = field(default_factory=list)
    changed: dict[Key, Values] = field(default_factory=dict)
    """The new values of the fields that differ."""
    retired: list[Key] = field(default_factory=list)
    returned: dict[Key, Values] = field(default_factory=dict)
    """Codes that were retired and are back with the same meaning."""


def difference(
    kind: str, kept: Mapping[Key, Values], wanted: Mapping[Key, Values], meaning: str | None
) -> Difference:
    """Compare what is kept with what the files say.

    ``meaning`` names the field that tells what a code means.
    """
    found = Difference(retired=[key for key, row in kept.items() if _leaves(key, row, wanted)])
    for key, row in wanted.items():
        old = kept.get(key)
        if old is None:
            found.added.append(key)
            continue
        fields = {name: value for name, value in row.items() if old[name] != value}
        if old["retired_on"] is None:
            if fields:
                found.changed[key] = fields
        elif meaning in fields:
            raise ReusedCode(kind=kind, code=code_of(key))
        else:
            found.returned[key] = {**fields, "retired_on": None}
    return found


def _leaves(key: Key, row: Values, wanted: Mapping[Key, Values]) -> bool:
    return key not in wanted and row["retired_on"] is None


def code_of(key: Key) -> str:
    """Return a key as one code: ``PRAGUE/AZE``."""
    return "/".join(str(part) for part in key)


def first_day(period: str | None) -> date | None:
    """Return the first day of a year, month or day (``2024-08``)."""
    if period is None:
        return None
    year, month, day = _parts(period)
    return date(year, month or 1, day or 1)


def last_day(period: str | None) -> date | None:
    """Return the last day of a year, month or day (``2024-08``)."""
    if period is None:
        return None
    year, month, day = _parts(period)
    month = month or 12
    return date(year, month, day or calendar.monthrange(year, month)[1])


def _parts(period: str) -> tuple[int, int | None, int | None]:
    found = _PERIOD.fullmatch(period)
    if found is None:
        raise ValueError("a period is a year, a month such as 2024-08, or a day")
    year, month, day = (int(part) if part else None for part in found.groups())
    return year or 0, month, day


def role_on(role: str, valid_from: date | None, valid_to: date | None, day: date) -> str | None:
    """Return the role that a membership gave on a day; None: there was none yet, or no longer.

    Who left was a member until then, and who is suspended was one before.
    """
    if valid_from is not None and day < valid_from:
        return "member" if role == "suspended" else None
    if valid_to is not None and day <= valid_to:
        return "member" if role in LEFT else role
    if valid_to is not None and role not in LEFT:
        return None
    return role


def check_may_correct(caller: Caller) -> None:
    """Only administrators correct facts."""
    if not caller.is_administrator:
        raise NotAllowed


def check_correctable(kind: str, name: str) -> None:
    """Refuse to correct what comes from the files alone."""
    if name not in CORRECTABLE.get(kind, frozenset()):
        raise NotCorrectable(kind=kind, field=name)
