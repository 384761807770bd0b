"""Facts for the rooms above, which compute with them and show them themselves.

The functions take no caller: reference data is public. What is retired is given too where old records may
name it; it says so.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import literal, union_all
from sqlmodel import Session, col, select

from service.database.prepared import IsOneOf, Prepared
from service.reference import schemas
from service.reference.kinds import BY_NAME
from service.reference.memberships import GroupKind, Membership, memberships_on
from service.reference.overlays import corrected, standing_corrections
from service.reference.remembered import remembered
from service.reference.rules import Values
from service.reference.tables import CodeEntry, Theme
from service.reference.views import label_of, state_name
from service.texts import translate_fact

CODE = BY_NAME["code_entry"]


def known_codes(session: Session, name: str, *, with_retired: bool = False) -> set[str]:
    """Return the codes in use of a code list (``modality``) or kind (``state``, ``commitment``, ...)."""
    of = "codes", name, with_retired
    return set(remembered(session, of, lambda: _codes(session, name, with_retired=with_retired)))


def _codes(session: Session, name: str, *, with_retired: bool) -> set[str]:
    kind = BY_NAME.get(name)
    if kind is None or len(kind.keys) > 1:
        kind, query = CODE, select(CODE.table.c.code).where(CODE.table.c.list_name == name)
    else:
        query = select(kind.table.c[kind.keys[0]])
    if not with_retired:
        query = query.where(kind.table.c.retired_on.is_(None))
    return set(session.execute(query).scalars())


@cache
def _in_use() -> Prepared:
    # Written once: it is asked with everything that is registered.
    lists = CODE.table.c
    kinds = [(name, BY_NAME[name].table.c) for name in ("commitment", "dialogue")]
    return Prepared(
        union_all(
            select(lists.list_name, lists.code).where(
                IsOneOf(lists.code, "codes"), lists.retired_on.is_(None)
            ),
            *(
                select(literal(name), table.code).where(
                    IsOneOf(table.code, "codes"), table.retired_on.is_(None)
                )
                for name, table in kinds
            ),
        )
    )


def lists_of_codes(session: Session, codes: Iterable[str]) -> set[tuple[str, str]]:
    """Return those of the codes that are in use, each with its code list or kind."""
    wanted = sorted(set(codes))
    return {(name, code) for name, code in _in_use().rows(session, {"codes": wanted})}


def state_names(session: Session, language: str) -> dict[str, str]:
    """Return the names of all states in a language, by ISO code; retired ones too."""

    def make() -> dict[str, str]:
        return {row["iso3"]: state_name(row, language) for row in _all(session, "state")}

    return dict(remembered(session, ("state names", language), make))


def commitment_titles(session: Session, language: str) -> dict[str, str]:
    """Return the titles of all commitments in a language, by code; retired ones too."""

    def make() -> dict[str, str]:
        return {row["code"]: translate_fact(row["title"], language) for row in _all(session, "commitment")}

    return dict(remembered(session, ("commitment titles", language), make))


def theme_titles(session: Session, language: str) -> dict[str, str]:
    """Return the titles of the themes in use in a language, by code, in the order of the source text."""

    def make() -> dict[str, str]:
        query = select(Theme).where(col(Theme.retired_on).is_(None)).order_by(col(Theme.number))
        return {row.code: translate_fact(row.title, language) for row in session.exec(query)}

    return dict(remembered(session, ("theme titles", language), make))


def group_names(session: Session, kind: GroupKind, language: str) -> dict[str, str]:
    """Return the short names of dialogues, or the names of regional bodies, by code."""
    name = "short_name" if kind == "dialogue" else "name"

    def make() -> dict[str, str]:
        return {row["code"]: translate_fact(row[name], language) for row in _all(session, kind)}

    return dict(remembered(session, ("group names", kind, language), make))


def code_labels(session: Session, list_name: str, language: str) -> dict[str, str]:
    """Return the labels of a code list in a language, in its order; retired codes too."""
    of = "labels", list_name, language
    return dict(remembered(session, of, lambda: _labels(session, list_name, language)))


def _labels(session: Session, list_name: str, language: str) -> dict[str, str]:
    query = select(CodeEntry).where(CodeEntry.list_name == list_name).order_by(col(CodeEntry.place))
    overlays = standing_corrections(session, CODE)
    rows = [corrected(CODE, row.model_dump(), overlays) for row in session.exec(query)]
    return {row["code"]: label_of(row, language) for row in rows}


def state_facts(session: Session) -> list[schemas.StateFacts]:
    """Return what a round needs to know of all states, as corrected; retired ones too."""
    return list(remembered(session, "state facts", lambda: _state_facts(session)))


def _state_facts(session: Session) -> list[schemas.StateFacts]:
    return [
        schemas.StateFacts(
            code=row["iso3"],
            region=row["region"],
            subregion=row["subregion"],
            income=row["income"],
            ldc=row["ldc"],
            lldc=row["lldc"],
            sids=row["sids"],
            languages=tuple(row["languages_official"]),
            latitude=_first_known(row["capital_lat"], row["centroid_lat"]),
            longitude=_first_known(row["capital_lon"], row["centroid_lon"]),
            retired_on=row["retired_on"],
        )
        for row in _all(session, "state")
    ]


def commitment_facts(session: Session) -> list[schemas.CommitmentFacts]:
    """Return what a round needs to know of all commitments; retired ones too."""
    return list(remembered(session, "commitment facts", lambda: _commitment_facts(session)))


def _commitment_facts(session: Session) -> list[schemas.CommitmentFacts]:
    return [
        schemas.CommitmentFacts(row["code"], row["theme_code"], row["parent_code"], row["retired_on"])
        for row in _all(session, "commitment")
    ]


def area_facts(session: Session) -> list[schemas.AreaFacts]:
    """Return the expertise areas with the commitments that each serves; retired ones too."""
    return list(remembered(session, "area facts", lambda: _area_facts(session)))


def _area_facts(session: Session) -> list[schemas.AreaFacts]:
    query = select(CodeEntry).where(CodeEntry.list_name == "expertise_area").order_by(CodeEntry.code)
    return [
        schemas.AreaFacts(row.code, tuple(row.facts["commitments"]), row.retired_on)
        for row in session.exec(query)
    ]


def group_facts(session: Session) -> list[schemas.GroupFacts]:
    """Return what a round needs to know of dialogues and regional bodies, as corrected; retired ones too."""
    return list(remembered(session, "group facts", lambda: _facts_of_groups(session)))


def _facts_of_groups(session: Session) -> list[schemas.GroupFacts]:
    return [_group_facts("dialogue", row) for row in _all(session, "dialogue")] + [
        _group_facts("regional_body", row) for row in _all(session, "regional_body")
    ]


def _group_facts(kind: GroupKind, row: Mapping[str, Any]) -> schemas.GroupFacts:
    return schemas.GroupFacts(
        kind=kind,
        code=row["code"],
        status=row.get("status", "active"),
        completeness=row["completeness"],
        themes=tuple(row.get("themes", ())),
        commitments=tuple(row.get("commitments", ())),
        type=row.get("type"),
        membership_rule=row.get("membership_rule"),
        retired_on=row["retired_on"],
    )


def list_memberships(session: Session, as_of: date) -> list[Membership]:
    """Return every membership of a dialogue or regional body on a day, as the files and people say."""
    return memberships_on(session, as_of, "dialogue") + memberships_on(session, as_of, "regional_body")


def _all(session: Session, name: str) -> list[Values]:
    kind = BY_NAME[name]
    overlays = standing_corrections(session, kind)
    query = kind.table.select().order_by(*kind.table.primary_key)
    return [corrected(kind, dict(row), overlays) for row in session.execute(query).mappings()]


def _first_known(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value
