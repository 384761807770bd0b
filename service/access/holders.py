"""Who holds duties, and what accounts are called: for rooms that have asked already who may learn it."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from service.access.deputising import deputies_acting
from service.access.tables import Account, DutyRow


def names_of(session: Session, account_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of accounts."""
    rows = session.exec(
        select(Account.id, Account.name).where(
            col(Account.id).in_(set(account_ids)), col(Account.restricted_at).is_(None)
        )
    )
    return dict(rows.all())


def accounts_acting_for(session: Session, stakeholder_ids: Iterable[str], roles: Iterable[str]) -> set[str]:
    """Return the accounts that can sign in and have one of the roles within one of the stakeholders now.

    Deputies count in their days.
    """
    stakeholder_ids, roles = set(stakeholder_ids), set(roles)
    rows = session.exec(
        select(DutyRow.account_id)
        .join(Account, col(Account.id) == col(DutyRow.account_id))
        .where(
            col(DutyRow.stakeholder_id).in_(stakeholder_ids),
            col(DutyRow.role).in_(roles),
            col(DutyRow.ended_at).is_(None),
            col(Account.disabled_at).is_(None),
            col(Account.restricted_at).is_(None),
        )
    )
    return set(rows) | deputies_acting(session, stakeholder_ids, roles)
