"""The kinds of facts: for each its table, the shape of its rows, its key, and what makes it findable."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Table
from sqlmodel import SQLModel

from service.reference import rows, tables
from service.reference.rules import KINDS, Key, Values


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of facts."""

    name: str
    model: type[SQLModel]
    row: type[rows.FileRow]
    keys: tuple[str, ...] = ("code",)
    meaning: str | None = None
    """The field that tells what a code means; a retired code may not come back with another."""
    searched: tuple[str, ...] = ()
    """Fields whose words find it."""

    @property
    def table(self) -> Table:
        """The table of the kind."""
        table: Table = self.model.__table__  # type: ignore[attr-defined]
        return table

    def key_of(self, values: Values) -> Key:
        """Return the key of a row."""
        return tuple(values[name] for name in self.keys)

    def too_long(self, values: Values) -> list[str]:
        """Return the fields that do not fit their column; SQLite would not mind, PostgreSQL would."""
        longest = {column.name: getattr(column.type, "length", None) for column in self.table.columns}
        return [
            name
            for name, length in longest.items()
            if length is not None and len(values.get(name) or "") > length
        ]


_NAMES = tuple(f"name_{language}" for language in ("en", "fr", "es", "ar", "ru", "zh", "pt"))

_ALL = (
    Kind(
        "state", tables.State, rows.StateRow, ("iso3",), "name_en", ("iso3", "iso2", "name_common", *_NAMES)
    ),
    Kind(
        "dialogue",
        tables.Dialogue,
        rows.DialogueRow,
        meaning="name",
        searched=("code", "name", "short_name", "regions", "thematic_areas"),
    ),
    Kind("regional_body", tables.RegionalBody, rows.RegionalBodyRow, meaning="name"),
    Kind("theme", tables.Theme, rows.ThemeRow, meaning="title"),
    Kind("framework", tables.Framework, rows.FrameworkRow, meaning="name"),
    Kind("gcm_objective", tables.GcmObjective, rows.GcmObjectiveRow, ("number",), "title"),
    Kind(
        "commitment",
        tables.Commitment,
        rows.CommitmentRow,
        meaning="title",
        searched=("code", "title", "summary", "keywords"),
    ),
    Kind("theme_framework", tables.ThemeFramework, rows.ThemeFrameworkRow, ("theme_code", "framework_code")),
    Kind(
        "commitment_framework",
        tables.CommitmentFramework,
        rows.CommitmentFrameworkRow,
        ("commitment_code", "framework_code"),
    ),
    Kind(
        "commitment_objective",
        tables.CommitmentObjective,
        rows.CommitmentObjectiveRow,
        ("commitment_code", "objective_number"),
    ),
    Kind(
        "dialogue_membership",
        tables.DialogueMembership,
        rows.DialogueMembershipRow,
        ("dialogue_code", "iso3"),
    ),
    Kind(
        "regional_body_membership",
        tables.RegionalBodyMembership,
        rows.RegionalBodyMembershipRow,
        ("body_code", "iso3"),
    ),
    Kind("code_entry", tables.CodeEntry, rows.CodeEntryRow, ("list_name", "code"), "label"),
)
BY_NAME: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
IN_ORDER: tuple[Kind, ...] = tuple(BY_NAME[name] for name in KINDS)


def search_texts(kind: Kind, values: Values) -> list[str]:
    """Return the texts by whose words a fact is found."""
    found: list[str] = []
    for name in kind.searched:
        value = values[name]
        found += value if isinstance(value, list) else [value]
    return found
