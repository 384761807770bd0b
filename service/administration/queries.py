"""Reading what there is to look after. For administrators."""

from collections.abc import Iterable
from typing import Any

from sqlmodel import Session, col, func, select

from service import clock
from service.access.tables import Account, DutyRow, Invitation
from service.administration.rules import check_may_look
from service.administration.schemas import (
    AdministrationView,
    DeskOfDialogue,
    DutyLine,
    FactKind,
    FairnessView,
    HostedDialogue,
    HostedDialogues,
    PoliciesView,
    PolicyInUse,
    ReferenceStanding,
)
from service.caller import Caller
from service.desks.round_form import FAIRNESS
from service.journal.tables import JournalEntry, JournalRoot
from service.mail.tables import Letter
from service.matches.engine import published_policy
from service.matches.tables import MatchRound
from service.reference.facts import list_memberships
from service.reference.kinds import IN_ORDER
from service.reference.queries import list_dialogues
from service.reference.rules import LEFT
from service.reference.schemas import DialogueFilter
from service.reference.tables import Dialogue, ReferenceCorrection
from service.stakeholders.queries import find_stakeholders
from service.stakeholders.tables import Stakeholder
from service.texts import translate
from service.web.paging import Key, PageAsked, page_of
from service.web.schemas import Page
from service.webhooks.tables import Webhook

ALL = PageAsked(200, None)
SYNCS_SHOWN = 5


def get_administration(session: Session, caller: Caller) -> AdministrationView:
    """Return what there is to look after, in figures."""
    check_may_look(caller)
    open_ = (
        col(Invitation.accepted_at).is_(None),
        col(Invitation.withdrawn_at).is_(None),
        col(Invitation.expires_at) > clock.now(),
    )
    desks = col(Stakeholder.is_desk), col(Stakeholder.retired_at).is_(None)
    return AdministrationView(
        accounts=_count(session, Account),
        accounts_closed=_count(session, Account, col(Account.disabled_at).is_not(None)),
        duties=_count(session, DutyRow, col(DutyRow.ended_at).is_(None)),
        invitations_open=_count(session, Invitation, *open_),
        webhooks=_count(session, Webhook),
        webhooks_switched_off=_count(session, Webhook, col(Webhook.switched_off_at).is_not(None)),
        desks=_count(session, Stakeholder, *desks),
        dialogues=_count(session, Dialogue, col(Dialogue.retired_on).is_(None)),
        corrections=_count(session, ReferenceCorrection, col(ReferenceCorrection.withdrawn_at).is_(None)),
        rounds=_count(session, MatchRound),
        letters_waiting=_count(session, Letter, col(Letter.due_at).is_not(None)),
        letters_given_up=_count(session, Letter, col(Letter.given_up_at).is_not(None)),
        journal_roots=_count(session, JournalRoot),
    )


def _count(session: Session, table: Any, *conditions: Any) -> int:
    return session.exec(select(func.count()).select_from(table).where(*conditions)).one()


def list_duties(session: Session, caller: Caller, page: PageAsked, role: str | None = None) -> Page[DutyLine]:
    """Return a page of the duties that there are now, those given last first."""
    check_may_look(caller)
    query = select(DutyRow).where(col(DutyRow.ended_at).is_(None))
    if role:
        query = query.where(DutyRow.role == role)
    order = [Key(col(DutyRow.granted_at), "granted_at", descending=True), Key(col(DutyRow.id), "id")]
    rows, following = page_of(session, query, order, page)
    ids = {row.account_id for row in rows}
    people = dict(session.exec(select(Account.id, Account.name).where(col(Account.id).in_(ids))).all())
    named = find_stakeholders(session, {row.stakeholder_id for row in rows if row.stakeholder_id})
    return Page(
        items=[
            DutyLine(
                id=row.id,
                role=row.role,
                account=row.account_id,
                account_name=people[row.account_id],
                stakeholder=row.stakeholder_id,
                stakeholder_name=named[row.stakeholder_id].name if row.stakeholder_id else None,
                granted_at=row.granted_at,
            )
            for row in rows
        ],
        next=following,
    )


def list_hosted_dialogues(session: Session, caller: Caller, language: str) -> HostedDialogues:
    """Return all dialogues with the desks that host them here."""
    check_may_look(caller)
    desks = _desks(session)
    members: dict[str, int] = {}
    for place in list_memberships(session, clock.today()):
        if place.kind == "dialogue" and place.role not in LEFT:
            members[place.group] = members.get(place.group, 0) + 1
    rows = [
        HostedDialogue(
            code=line.code,
            short_name=line.short_name,
            status=line.status,
            members=members.get(line.code, 0),
            desks=desks.get(line.code, []),
        )
        for line in list_dialogues(session, caller, ALL, language, DialogueFilter()).items
    ]
    return HostedDialogues(dialogues=sorted(rows, key=lambda row: (row.short_name.casefold(), row.code)))


def _desks(session: Session) -> dict[str, list[DeskOfDialogue]]:
    query = (
        select(Stakeholder, func.count(func.distinct(DutyRow.account_id)))
        .join(
            DutyRow,
            (col(DutyRow.stakeholder_id) == col(Stakeholder.id)) & col(DutyRow.ended_at).is_(None),
            isouter=True,
        )
        .where(
            col(Stakeholder.is_desk),
            col(Stakeholder.retired_at).is_(None),
            col(Stakeholder.dialogue_code).is_not(None),
        )
        .group_by(col(Stakeholder.id))
        .order_by(col(Stakeholder.name), col(Stakeholder.id))
    )
    found: dict[str, list[DeskOfDialogue]] = {}
    for row, people in session.exec(query):
        desk = DeskOfDialogue(id=row.id, name=row.name, people=people)
        found.setdefault(row.dialogue_code or "", []).append(desk)
    return found


def get_reference_standing(session: Session, caller: Caller) -> ReferenceStanding:
    """Return how much of each kind of facts is in use, and when the files were taken in."""
    check_may_look(caller)
    corrections = dict(
        session.exec(
            select(ReferenceCorrection.kind, func.count())
            .where(col(ReferenceCorrection.withdrawn_at).is_(None))
            .group_by(ReferenceCorrection.kind)
        ).all()
    )
    synced = session.exec(
        select(JournalEntry.occurred_at)
        .where(JournalEntry.event == "reference.synced")
        .order_by(col(JournalEntry.occurred_at).desc())
        .limit(SYNCS_SHOWN)
    ).all()
    kinds = [_kind(session, kind.name, kind.table, corrections) for kind in IN_ORDER]
    return ReferenceStanding(kinds=kinds, synced_at=list(synced))


def _kind(session: Session, name: str, table: Any, corrections: dict[str, int]) -> FactKind:
    in_all, in_use = session.execute(
        select(func.count(), func.count().filter(table.c.retired_on.is_(None))).select_from(table)
    ).one()
    return FactKind(kind=name, in_use=in_use, retired=in_all - in_use, corrections=corrections.get(name, 0))


def get_policies(session: Session, caller: Caller, language: str) -> PoliciesView:
    """Return what rounds can be asked for with, what is published, and what each desk used last."""
    check_may_look(caller)
    return PoliciesView(
        published=published_policy({}),
        fairness=[
            FairnessView(code=code, name=translate(name, language), effect=translate(effect, language))
            for code, (name, effect) in FAIRNESS.items()
        ],
        in_use=_in_use(session),
    )


def _in_use(session: Session) -> list[PolicyInUse]:
    last = (
        select(MatchRound.desk_id, func.max(col(MatchRound.requested_at)).label("at"))
        .group_by(col(MatchRound.desk_id))
        .subquery()
    )
    is_last = (col(MatchRound.requested_at) == last.c.at) & (
        func.coalesce(MatchRound.desk_id, "") == func.coalesce(last.c.desk_id, "")
    )
    query = select(MatchRound).join(last, is_last)
    rows = session.exec(query.order_by(col(MatchRound.requested_at).desc(), col(MatchRound.id))).all()
    named = find_stakeholders(session, _present(row.desk_id for row in rows))
    return [
        PolicyInUse(
            desk=row.desk_id,
            desk_name=named[row.desk_id].name if row.desk_id else None,
            round=row.id,
            requested_at=row.requested_at,
            digest=row.policy_digest,
            settings=row.policy,
        )
        for row in rows
    ]


def _present(ids: Iterable[str | None]) -> set[str]:
    return {one for one in ids if one}
