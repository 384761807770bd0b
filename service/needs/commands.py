"""Saying what a need is, who may see it and who handles it. Its life is moved in ``moves.py``."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy.orm import class_mapper, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, SQLModel, col, delete, insert

from service import clock
from service.caller import ASKING, Caller
from service.database.columns import new_id
from service.database.prepared import Prepared
from service.errors import FieldFault, InvalidInput, NotAllowed
from service.journal.commands import record
from service.needs import rules
from service.needs.changes import case_number_for, change, reindex, subject_of
from service.needs.checks import check_said
from service.needs.errors import (
    LetterMissing,
    NotChangeableNow,
    NotConfirmedYet,
    OnlyTheLeadWidens,
    SummaryMissing,
)
from service.needs.queries import find_need, parties_of
from service.needs.schemas import DeskChange, LevelChange, NeedRegistration, NeedRevision
from service.needs.tables import (
    Need,
    NeedCommitment,
    NeedComponent,
    NeedDialogue,
    NeedNamedProvider,
    NeedProviderWish,
    NeedRequester,
)
from service.needs.views import named_providers_of, wishes_of
from service.needs.widening import Wider, ask_to_widen, end_open_widening
from service.texts import N_

COLUMNS = (
    "kind",
    "title",
    "context",
    "expected_result",
    "what_exists",
    "done_when",
    "language",
    "urgency",
    "delivery_mode",
    "starts_on",
    "ends_on",
    "beneficiaries",
    "interpretation_offered",
    "public_bodies_only",
    "max_days",
    "max_cost_per_day_usd",
    "cost_bearer",
    "funding_note",
    "source",
)
"""What a need says of itself in its own row; the rest stands in rows beside it."""
LINKS: Mapping[str, tuple[type[SQLModel], str]] = {
    "commitments": (NeedCommitment, "commitment_code"),
    "dialogues": (NeedDialogue, "dialogue_code"),
    "named_providers": (NeedNamedProvider, "stakeholder_id"),
}


def register_need(
    session: Session,
    caller: Caller,
    registration: NeedRegistration,
    *,
    demonstration: bool = False,
    has_letter: bool = False,
) -> Need:
    """Register a need as a draft: who asks does so, or its desk on a state's behalf, from an official letter.

    What a desk registers is inert until the requester confirms it (``registering.py``).
    """
    lead_id = registration.requesters[0]
    if not rules.may_register(caller, lead_id, registration.desk):
        raise NotAllowed
    on_behalf = not caller.acts_for(lead_id, *ASKING)
    if on_behalf and not has_letter:
        raise LetterMissing
    said = registration.model_dump()
    check_said(session, said, on_behalf=on_behalf)
    now = clock.now()
    row = _new_row(
        session,
        id=new_id("need"),
        lead_id=lead_id,
        desk_id=registration.desk,
        public_summary=registration.public_summary,
        confidentiality=registration.confidentiality,
        matching_allowed=registration.matching_allowed,
        registered_on_behalf=on_behalf,
        level_set_by=None if demonstration else caller.account_id,
        registered_at=now,
        changed_at=now,
        is_demonstration=demonstration,
        **_columns(said),
    )
    _write_parts(session, row.id, said, is_new=True)
    reindex(session, row, is_new=True, notes=[part["note"] for part in said["components"]])
    details = {"requesters": registration.requesters, "desk": row.desk_id, "on_behalf": on_behalf}
    record(session, caller, "need.registered", subject_of(row), details)
    return row


def revise_need(session: Session, caller: Caller, need_id: str, revision: NeedRevision) -> Need:
    """Change what a need says: in a draft, or while the desk waits for clarification.

    Wishes about providers can be changed until a team stands.
    """
    row = find_need(session, caller, need_id)
    actors = rules.actors_of(caller, parties_of(session, row))
    is_own = "requester" in actors
    if not (is_own or ("registrar" in actors and row.state == "draft")):
        raise NotAllowed
    said = revision.model_dump(include=revision.model_fields_set)
    _check_changeable(row, said)
    _check_may_name(caller, row, said, is_registrar="registrar" in actors)
    check_said(session, _completed(session, row, said, is_own=is_own), on_behalf=not is_own)
    private = {"do_not_pair": said.pop("do_not_pair")} if "do_not_pair" in said else {}
    if private:
        # Told of a subject of its own, and no version moves: the desk must not notice.
        _write_parts(session, row.id, private)
        record(session, caller, "need.private-wishes-revised", f"need-private:{row.id}")
    if said:
        _revise(session, caller, row, said)
    return row


def change_confidentiality(session: Session, caller: Caller, need_id: str, wanted: LevelChange) -> Need:
    """Change who may see a need. Its requesters may; of joint ones only the lead lets more people see it.

    Before submission, and where it becomes narrower, it holds at once. What would let more people see a need
    that was submitted is asked for, until a second person of the state agrees.
    """
    row = find_need(session, caller, need_id)
    _check_requester(session, caller, row)
    before, after = row.confidentiality, wanted.confidentiality or row.confidentiality
    there = named_providers_of(session, row.id)
    named = set(wanted.named_providers or ()) - set(there)
    is_wider = rules.widens(before, after) or bool(named) or bool(wanted.public_summary)
    if is_wider and not _leads(caller, row):
        raise OnlyTheLeadWidens
    if after == "draft" and row.state != "draft":
        message = N_("The desk handles this need, so the desk must be able to see it.")
        raise InvalidInput(FieldFault("confidentiality", "too_narrow", message))
    if after == "public_summary" and not (wanted.public_summary or row.public_summary):
        raise SummaryMissing
    said = {"named_providers": wanted.named_providers} if wanted.named_providers is not None else {}
    check_said(session, said, on_behalf=False)
    if not is_wider or row.submitted_at is None:
        _set_level(session, caller, row, wanted)
        return row
    narrower = _narrower_part(row, wanted, there)
    if narrower is not None:
        _set_level(session, caller, row, narrower)
    wider = Wider(rules.wider_of(row.confidentiality, after), sorted(named), wanted.public_summary)
    ask_to_widen(session, caller, row, wider, wanted.reason)
    return row


def _set_level(session: Session, caller: Caller, row: Need, wanted: LevelChange) -> None:
    """Set at once what one person may: all of it before submission, later what becomes narrower."""
    before, there = row.confidentiality, set(named_providers_of(session, row.id))
    after = wanted.confidentiality or before
    end_open_widening(session, caller, row, "overtaken")
    if wanted.named_providers is not None:
        _write_parts(session, row.id, {"named_providers": wanted.named_providers})
    values = {"level_set_by": caller.account_id} if row.submitted_at is None else {}
    summary = wanted.public_summary or row.public_summary
    change(session, row, confidentiality=after, public_summary=summary, **values)
    reindex(session, row)
    named = sorted(set(wanted.named_providers or ()) - there)
    details = {"from": before, "to": after, "named": named}
    record(session, caller, "need.level-changed", subject_of(row), details, wanted.reason)


def _narrower_part(row: Need, wanted: LevelChange, there: list[str]) -> LevelChange | None:
    """Return what of a mixed change takes something away and so needs nobody's agreement."""
    after = wanted.confidentiality or row.confidentiality
    kept = [id_ for id_ in there if wanted.named_providers is None or id_ in wanted.named_providers]
    level = after if rules.widens(after, row.confidentiality) else None
    if level is None and kept == there:
        return None
    return LevelChange(confidentiality=level, named_providers=kept, reason=wanted.reason)


def allow_matching(session: Session, caller: Caller, need_id: str, reason: str | None = None) -> Need:
    """Let the desk take the need into its rounds; its requesters may."""
    return _set_matching(session, caller, need_id, reason, is_allowed=True)


def disallow_matching(session: Session, caller: Caller, need_id: str, reason: str | None = None) -> Need:
    """Keep the need out of rounds from now on; its requesters may."""
    return _set_matching(session, caller, need_id, reason, is_allowed=False)


def change_desk(session: Session, caller: Caller, need_id: str, wanted: DeskChange) -> Need:
    """Let another desk handle the need. Only the lead requester may, so nobody hands it on without consent.

    The former desk sees it no more; the new one gives it a file number of its own.
    """
    row = find_need(session, caller, need_id)
    _check_requester(session, caller, row)
    if not _leads(caller, row):
        raise OnlyTheLeadWidens
    if not rules.is_confirmed(row):
        raise NotConfirmedYet
    if row.state not in rules.UNDECIDED:
        raise NotChangeableNow
    check_said(session, {"desk": wanted.desk}, on_behalf=False)
    before = row.desk_id
    if wanted.desk != before:
        number = case_number_for(session, row, wanted.desk) if row.submitted_at else None
        end_open_widening(session, caller, row, "overtaken")
        change(
            session,
            row,
            desk_id=wanted.desk,
            # The members of another desk's dialogue are others: two persons have to let them see it.
            confidentiality=rules.level_at_another_desk(row.confidentiality, is_submitted=number is not None),
            case_number=number,
            matching_allowed=wanted.matching_allowed,
            # A desk sees the drafts that it wrote itself, not those that another one wrote.
            registered_on_behalf=row.registered_on_behalf and row.submitted_at is not None,
        )
        details = {"from": before, "to": wanted.desk}
        record(session, caller, "need.desk-changed", subject_of(row), details, wanted.reason)
    return row


def _set_matching(
    session: Session, caller: Caller, need_id: str, reason: str | None, *, is_allowed: bool
) -> Need:
    row = find_need(session, caller, need_id)
    _check_requester(session, caller, row)
    if row.state not in rules.UNDECIDED:
        raise NotChangeableNow
    if row.matching_allowed != is_allowed:
        change(session, row, matching_allowed=is_allowed)
        event = "need.matching-allowed" if is_allowed else "need.matching-disallowed"
        record(session, caller, event, subject_of(row), reason=reason)
    return row


def _check_requester(session: Session, caller: Caller, row: Need) -> None:
    if "requester" not in rules.actors_of(caller, parties_of(session, row)):
        raise NotAllowed


def _leads(caller: Caller, row: Need) -> bool:
    return caller.acts_for(row.lead_id, *ASKING)


def _check_changeable(row: Need, said: Mapping[str, Any]) -> None:
    content = said.keys() - set(rules.WISHES)
    if content and row.state not in rules.REVISABLE:
        raise NotChangeableNow
    if "requesters" in said and row.state != "draft":
        raise NotChangeableNow
    if said and row.state not in rules.UNDECIDED:
        raise NotChangeableNow


def _check_may_name(caller: Caller, row: Need, said: Mapping[str, Any], *, is_registrar: bool) -> None:
    # Or a co-requester could make itself the lead, who alone may widen.
    if "requesters" in said and not (
        (_leads(caller, row) or is_registrar)
        and rules.may_register(caller, said["requesters"][0], row.desk_id)
    ):
        raise NotAllowed


def _completed(session: Session, row: Need, said: Mapping[str, Any], *, is_own: bool) -> dict[str, Any]:
    """Add what the rules about pairs of fields need and the revision leaves as it is."""
    complete = {"starts_on": row.starts_on, "ends_on": row.ends_on, **said}
    if said.keys() & set(rules.WISHES):
        kept = wishes_of(session, [row.id])
        for wish in rules.WISHES:
            if is_own or wish != "do_not_pair":  # a refusal must not tell the desk what is private
                complete.setdefault(wish, kept.get((row.id, wish), []))
    return complete


def _revise(session: Session, caller: Caller, row: Need, said: Mapping[str, Any]) -> None:
    _write_parts(session, row.id, said)
    values = _columns(said)
    if "requesters" in said:
        values["lead_id"] = said["requesters"][0]
    if said.keys() - set(rules.WISHES):
        values["text_version"] = row.text_version + 1
        end_open_widening(session, caller, row, "overtaken")
    change(session, row, **values)
    reindex(session, row)
    record(session, caller, "need.revised", subject_of(row), {"fields": sorted(said)})


def _columns(said: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: said[name] for name in COLUMNS if name in said}
    if "beneficiaries" in values:
        values["beneficiaries"] = sorted(set(values["beneficiaries"]))
    return values


def _write_parts(session: Session, need_id: str, said: Mapping[str, Any], *, is_new: bool = False) -> None:
    """Write the rows beside a need for the fields that are spoken of, in place of earlier ones."""
    if is_new:
        said = {field: value for field, value in said.items() if value}
    if "requesters" in said:
        _write_requesters(session, need_id, said["requesters"], is_new=is_new)
    if "components" in said:
        _write_components(session, need_id, said["components"], is_new=is_new)
    for field, (table, column) in LINKS.items():
        if field in said:
            if not is_new:
                _clear(session, table, need_id)
            _insert(session, table, ({"need_id": need_id, column: code} for code in set(said[field])))
    for wish in rules.WISHES:
        if wish in said:
            _write_wishes(session, need_id, wish, said[wish], is_new=is_new)


def _clear(session: Session, table: type[Any], need_id: str) -> None:
    session.exec(delete(table).where(col(table.need_id) == need_id))


def _write_requesters(session: Session, need_id: str, ids: Iterable[str], *, is_new: bool) -> None:
    # Only in a draft, which nobody has endorsed yet.
    if not is_new:
        _clear(session, NeedRequester, need_id)
    rows = (
        {"need_id": need_id, "stakeholder_id": id_, "position": position}
        for position, id_ in enumerate(dict.fromkeys(ids))
    )
    _insert(session, NeedRequester, rows)


def _write_components(
    session: Session, need_id: str, entries: Iterable[Mapping[str, Any]], *, is_new: bool
) -> None:
    if not is_new:
        _clear(session, NeedComponent, need_id)
    rows = (
        {"id": new_id("comp"), "need_id": need_id, "position": position, **entry}
        for position, entry in enumerate(entries)
    )
    _insert(session, NeedComponent, rows)


def _write_wishes(
    session: Session, need_id: str, wish: rules.Wish, ids: Iterable[str], *, is_new: bool
) -> None:
    table = NeedProviderWish
    if not is_new:
        session.exec(delete(table).where(col(table.need_id) == need_id, col(table.wish) == wish))
    rows = ({"need_id": need_id, "stakeholder_id": id_, "wish": wish} for id_ in set(ids))
    _insert(session, table, rows)


def _insert(session: Session, table: type[SQLModel], rows: Iterable[Mapping[str, Any]]) -> None:
    # Past the objects of the session: each of them would take longer than its row.
    filled = list(rows)
    if filled:
        _insert_into(table).write(session, *filled)


@cache
def _insert_into(table: type[SQLModel]) -> Prepared:
    return Prepared(insert(table))


def _new_row(session: Session, **values: Any) -> Need:
    """Write a need's own row, and give it as if it had been read."""
    values = _unsaid() | values
    _insert_into(Need).write(session, values)
    row: Need = class_mapper(Need).class_manager.new_instance()
    for name, value in values.items():
        set_committed_value(row, name, value)
    make_transient_to_detached(row)
    session.add(row)
    return row


@cache
def _unsaid() -> dict[str, Any]:
    fields = {name: field for name, field in Need.model_fields.items() if not field.is_required()}
    return {name: field.get_default(call_default_factory=True) for name, field in fields.items()}
