"""How needs hold files and messages: who sees them, who adds to them, who talks to whom."""

from collections.abc import Iterable
from dataclasses import replace

from sqlmodel import Session

from service.attachments.holders import Holder, Holding, hold
from service.caller import OFFERING, Caller
from service.errors import NotAllowed
from service.needs import reads, rules, timing  # noqa: F401 - clocks are registered with the rest
from service.needs.changes import change, subject_of
from service.needs.errors import NotChangeableNow
from service.needs.queries import find_need, find_needs, parties_of
from service.needs.tables import Need
from service.needs.views import named_providers_of
from service.stakeholders.queries import find_stakeholders
from service.stakeholders.rules import HOLDS_A_PERSON
from service.texts import N_
from service.threads.circles import speak_of
from service.threads.queries import parties_heard
from service.threads.rules import DESK, EVERYBODY, REQUESTER, Circle

NAMES = {
    REQUESTER: N_("Those who ask"),
    DESK: N_("The desk"),
    EVERYBODY: N_("Everybody in this conversation"),
}
_PROVIDER = "provider:"
_SIDES: tuple[tuple[str, rules.Actor], ...] = ((REQUESTER, "requester"), (DESK, "desk"))
_AGREED = frozenset({"matched", "in_action", "suspended", "fulfilled", "closed"})
"""States of needs on whose team both sides agree."""


# Files


def _look_at(session: Session, caller: Caller, need_id: str) -> Holding:
    """Return how a need holds its files: who may read its text may open them, and nobody else."""
    row = find_need(session, caller, need_id)
    may_change = row.state in rules.REVISABLE and _may_change(session, caller, row)
    return Holding(row.title, f"/needs/{row.id}", may_add=may_change, may_withdraw=may_change)


def _change_files(session: Session, caller: Caller, need_id: str) -> None:
    """Let the files of a need change as its text does; an endorsement names the version that it saw."""
    row = find_need(session, caller, need_id)
    if not _may_change(session, caller, row):
        raise NotAllowed
    if row.state not in rules.REVISABLE:
        raise NotChangeableNow
    change(session, row, text_version=row.text_version + 1)


def _may_change(session: Session, caller: Caller, row: Need) -> bool:
    return bool(rules.actors_of(caller, parties_of(session, row)) & {"requester", "registrar"})


def _note_opened(session: Session, caller: Caller, need_id: str, _attachment_id: str) -> None:
    row = find_need(session, caller, need_id)
    reads.note_file(session, caller, row)


# Messages


def _circle(session: Session, caller: Caller, need_id: str) -> Circle:
    """Return who talks about a need: those who ask, the desk, and institutions that may read it and offer.

    A provider speaks with the two sides only, and hears of no other provider.
    """
    row = find_need(session, caller, need_id)
    actors = rules.actors_of(caller, parties_of(session, row))
    sides = [side for side, actor in _SIDES if actor in actors]
    providers = {} if sides else _institutions(session, caller.stakeholders(*OFFERING))
    circle = Circle(
        subject=subject_of(row),
        title=row.title,
        address=f"/needs/{row.id}",
        parties=sides or sorted(providers),
        is_open=row.state not in rules.ENDS,
        readers=(REQUESTER, DESK),
        names=NAMES | providers,
        is_agreed=row.state in _AGREED,
    )
    return _with_providers(session, row, circle) if sides else circle


def note_read(session: Session, caller: Caller, need_id: str) -> None:
    """Note that somebody reads what is said about a need: that tells of its text."""
    reads.note_text(session, caller, list(find_needs(session, [need_id]).values()))


def _with_providers(session: Session, row: Need, circle: Circle) -> Circle:
    """Add whom the two sides can write to: providers that were named or have written to them."""
    reached = rules.reaches(row.confidentiality, "named_providers") and row.circulated_at is not None
    named = set(named_providers_of(session, row.id)) if reached else set()
    heard = {
        party.removeprefix(_PROVIDER)
        for party in parties_heard(session, circle)
        if party.startswith(_PROVIDER)
    }
    providers = _institutions(session, named | heard)
    others = [side for side in (REQUESTER, DESK) if side not in circle.parties or len(circle.parties) > 1]
    return replace(
        circle, readers=(*others, *sorted(providers), EVERYBODY), names={**circle.names, **providers}
    )


def _institutions(session: Session, stakeholder_ids: Iterable[str]) -> dict[str, str]:
    """Return codes and names of providers. An individual is spoken with about a seat, not about a need."""
    return {
        f"{_PROVIDER}{row.id}": row.name
        for row in find_stakeholders(session, stakeholder_ids).values()
        if row.type != HOLDS_A_PERSON
    }


hold("need", Holder(_look_at, _change_files, _note_opened))
speak_of("need", _circle, note_read)
