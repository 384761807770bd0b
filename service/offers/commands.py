"""Changing offers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, and_, col, delete, func, or_, select, update

from service import clock
from service.caller import SYSTEM, Caller
from service.database.columns import new_id
from service.deadlines.queries import things_timed
from service.errors import ChangedMeanwhile, FieldFault, InvalidInput, NotAllowed, NotFound
from service.journal.commands import record
from service.offers import rules
from service.offers.checks import check_name, check_offer, check_person, check_wishes
from service.offers.errors import (
    AlreadyImported,
    NoPerson,
    NotItsExpertise,
    OfferEnded,
    OfferTooVague,
    ProviderRetired,
)
from service.offers.links import LINKED, links_of, replace_links
from service.offers.queries import find_offer
from service.offers.schemas import (
    Assessment,
    LevelChange,
    OfferImport,
    OfferRegistration,
    OfferRevision,
    PersonDetails,
    WishDeclaration,
)
from service.offers.tables import Offer, OfferExpertise, OfferPerson, OfferWish
from service.search.commands import index_text
from service.stakeholders.queries import find_stakeholder
from service.stakeholders.tables import Stakeholder
from service.texts import N_

_PLAIN = (
    "title",
    "description",
    "language",
    "modes",
    "capacity",
    "sends",
    "days_per_year",
    "months",
    "available_from",
    "available_until",
    "regions",
    "conditions",
    "cost_bearer",
    "cost_per_day",
    "cost_currency",
    "released",
    "source",
)


def register_offer(
    session: Session, caller: Caller, registration: OfferRegistration, *, demonstration: bool = False
) -> Offer:
    """Register an offer as a draft; the provider's focal points and pool managers may, in its name only."""
    provider = _provider(session, caller, registration.provider)
    if not rules.may_register(caller, provider.id):
        raise NotAllowed
    row = _insert(session, caller, registration, state="draft", is_demonstration=demonstration)
    details = {"provider": provider.id, "kind": row.kind}
    record(session, caller, "offer.registered", f"offer:{row.id}", details)
    _keep_wishes(session, caller, row, registration.wishes, place="wishes.")
    return row


def import_offer(
    session: Session, caller: Caller, said: OfferImport, *, demonstration: bool = False
) -> Offer:
    """Enter an offer that its provider made in public elsewhere; administrators may, with the source.

    It is active and counts as not reconfirmed until the provider says here that it stands. The same code of
    the source is taken once.
    """
    if not rules.may_import(caller):
        raise NotAllowed
    provider = _provider(session, caller, said.provider)
    if said.source_code and session.exec(select(Offer).where(Offer.source_code == said.source_code)).first():
        raise AlreadyImported
    _check_import(said)
    row = _insert(
        session,
        caller,
        said,
        state="active",
        is_imported=True,
        source_code=said.source_code,
        is_demonstration=demonstration,
    )
    details = {"provider": provider.id, "source_code": row.source_code}
    record(session, caller, "offer.imported", f"offer:{row.id}", details)
    return row


def revise_offer(session: Session, caller: Caller, offer_id: str, revision: OfferRevision) -> Offer:
    """Change what an offer says. What a desk found out about an area stays while its proficiency does."""
    row = find_offer(session, caller, offer_id)
    if not rules.may_revise(caller, row):
        raise NotAllowed
    given = _given(revision)
    stated = _stated(session, row)
    whole = {**_whole(row), **given}
    check_offer(session, given, whole, stated)
    person = session.get(OfferPerson, row.id)
    if person is not None:
        check_name(person.name, given)
    if row.state not in rules.OPEN:
        raise OfferEnded
    if given:
        _write_lists(session, row.id, given, stated)
        _change(session, row, **_columns(given))
        _index(session, row)
        record(session, caller, "offer.revised", f"offer:{row.id}", {"fields": sorted(given)})
    return row


def submit_offer(session: Session, caller: Caller, offer_id: str, reason: str | None = None) -> Offer:
    """Hand a draft in for authorisation. It must say what help it is."""
    row = _movable(session, caller, offer_id, "submit")
    links = links_of(session, [row.id])[row.id]
    if not links.expertise and not links.commitments:
        raise OfferTooVague
    return _move(session, caller, row, "submit", reason)


def authorise_offer(session: Session, caller: Caller, offer_id: str, reason: str | None = None) -> Offer:
    """Let an offer become active. A named expert needs the focal point of the institution."""
    row = _movable(session, caller, offer_id, "authorise")
    now = clock.now()
    authorised = {"authorised_at": now, "authorised_by": caller.account_id, "confirmed_at": now}
    return _move(session, caller, row, "authorise", reason, **authorised)


def hold_offer(session: Session, caller: Caller, offer_id: str, reason: str | None = None) -> Offer:
    """Keep an offer out of rounds for a while."""
    return _move(session, caller, _movable(session, caller, offer_id, "hold"), "hold", reason)


def resume_offer(session: Session, caller: Caller, offer_id: str, reason: str | None = None) -> Offer:
    """Take a held offer up again, which also says that it stands."""
    row = _movable(session, caller, offer_id, "resume")
    return _move(session, caller, row, "resume", reason, confirmed_at=clock.now())


def reconfirm_offer(session: Session, caller: Caller, offer_id: str, reason: str | None = None) -> Offer:
    """Say that an offer still stands. A stale one becomes active again."""
    row = _movable(session, caller, offer_id, "reconfirm")
    return _move(session, caller, row, "reconfirm", reason, confirmed_at=clock.now(), stale_at=None)


def withdraw_offer(session: Session, caller: Caller, offer_id: str, reason: str | None = None) -> Offer:
    """Take an offer back, for good."""
    return _move(session, caller, _movable(session, caller, offer_id, "withdraw"), "withdraw", reason)


def change_confidentiality(session: Session, caller: Caller, offer_id: str, change: LevelChange) -> Offer:
    """Choose who is shown an offer; of a named expert the institution's focal point does."""
    row = find_offer(session, caller, offer_id)
    if not rules.may_change_level(caller, row):
        raise NotAllowed
    given = {"confidentiality": change.confidentiality}
    check_offer(session, given, {**_whole(row), **given})
    if row.state not in rules.OPEN:
        raise OfferEnded
    if row.confidentiality != change.confidentiality:
        details = {"from": row.confidentiality, "to": change.confidentiality}
        _change(session, row, **given)
        event = "offer.confidentiality-changed"
        record(session, caller, event, f"offer:{row.id}", details, change.reason)
    return row


def declare_wishes(session: Session, caller: Caller, offer_id: str, wishes: WishDeclaration) -> Offer:
    """Put the provider's wishes in place of those before. Nothing that others can see changes."""
    row = find_offer(session, caller, offer_id)
    if not rules.may_know_private(caller, row):
        raise NotAllowed
    _keep_wishes(session, caller, row, wishes)
    return row


def assess_expertise(session: Session, caller: Caller, offer_id: str, assessment: Assessment) -> Offer:
    """Say what evidence there is for an area; the desk that the offer is addressed to may."""
    row = find_offer(session, caller, offer_id)
    if not rules.may_assess(caller, row):
        raise NotAllowed
    area = session.get(OfferExpertise, (row.id, assessment.area))
    if area is None:
        raise NotItsExpertise
    if row.state not in rules.OPEN:
        raise OfferEnded
    area.evidence = assessment.evidence
    session.add(area)
    _change(session, row)
    details = {"area": area.area, "evidence": area.evidence}
    record(session, caller, "offer.assessed", f"offer:{row.id}", details, assessment.reason)
    return row


def look_up_person(session: Session, caller: Caller, offer_id: str) -> OfferPerson:
    """Return who a named expert is, to the provider's own people. Each look stands in the journal."""
    row = _private(session, caller, offer_id)
    person = session.get(OfferPerson, row.id)
    if person is None:
        raise NoPerson
    record(session, caller, "offer.person-read", f"offer:{row.id}")
    return person


def record_person(session: Session, caller: Caller, offer_id: str, details: PersonDetails) -> OfferPerson:
    """Say, or correct, who a named expert is."""
    row = _private(session, caller, offer_id)
    check_person(row.kind, details, _whole(row))
    if row.state not in rules.OPEN:
        raise OfferEnded
    person = _keep_person(session, row.id, details)
    record(session, caller, "offer.person-recorded", f"offer:{row.id}")
    return person


def erase_person(session: Session, caller: Caller, offer_id: str) -> Offer:
    """Forget who a named expert is. Nobody can be asked any more, so an open offer is withdrawn with it."""
    row = _private(session, caller, offer_id)
    person = session.get(OfferPerson, row.id)
    if person is None:
        raise NoPerson
    session.delete(person)
    session.flush()
    record(session, caller, "offer.person-erased", f"offer:{row.id}")
    if row.state in rules.OPEN:
        _move(session, caller, row, "withdraw")
    return row


def mark_stale_offers(
    session: Session, as_of: datetime, after_days: int = rules.STALE_AFTER_DAYS
) -> list[str]:
    """Mark the active offers stale about which nobody said a word for too long; return their ids."""
    last_word = func.coalesce(Offer.confirmed_at, Offer.authorised_at, Offer.registered_at)
    is_due = or_(
        col(Offer.id).in_(things_timed("reconfirm_offer", due_by=as_of)),
        # Imported ones have no clock of their own.
        and_(
            last_word < rules.stale_since(as_of, after_days),
            col(Offer.id).not_in(things_timed("reconfirm_offer")),
        ),
    )
    due = select(Offer).where(Offer.state == "active", is_due)
    rows = session.exec(due.order_by(col(Offer.id))).all()
    return [row.id for row in rows if _let_pass(session, row, "mark_stale", stale_at=as_of)]


def mark_offer_stale(session: Session, offer_id: str) -> bool:
    """Mark one active offer stale whose source says that it ended; tell whether it was active."""
    return _let_pass(session, session.get_one(Offer, offer_id), "mark_stale", stale_at=clock.now())


def expire_offers(session: Session, as_of: datetime, after_days: int = rules.EXPIRED_AFTER_DAYS) -> list[str]:
    """End the offers that have been stale for too long; return their ids."""
    due = select(Offer).where(
        Offer.state == "stale", col(Offer.stale_at) < rules.expired_since(as_of, after_days)
    )
    rows = session.exec(due.order_by(col(Offer.id))).all()
    return [row.id for row in rows if _let_pass(session, row, "expire")]


def _provider(session: Session, caller: Caller, stakeholder_id: str) -> Stakeholder:
    try:
        row = find_stakeholder(session, caller, stakeholder_id)
    except NotFound:
        fault = FieldFault("provider", "unknown", N_("There is no such stakeholder."))
        raise InvalidInput(fault) from None
    if row.retired_at is not None:
        raise ProviderRetired
    return row


def _check_import(said: OfferImport) -> None:
    faults = []
    if said.kind != "institution":
        message = N_("Named experts are registered by their own institution.")
        faults.append(FieldFault("kind", "institutions_only", message))
    if said.wishes != WishDeclaration():
        message = N_("Only the provider itself says with whom it would rather work.")
        faults.append(FieldFault("wishes", "not_yours_to_state", message))
    if faults:
        raise InvalidInput(*faults)


def _insert(session: Session, caller: Caller, said: OfferRegistration, **values: Any) -> Offer:
    given = _given(said)
    whole = {name: getattr(said, name) for name in type(said).model_fields}
    check_offer(session, given, whole)
    check_person(said.kind, said.person, whole)
    check_wishes(session, caller, said.provider, said.wishes, place="wishes.")
    offer_id = new_id("offer")
    row = Offer(
        id=offer_id,
        stakeholder_id=said.provider,
        kind=said.kind,
        label=rules.label_of(said.kind, offer_id),
        confidentiality=said.confidentiality,
        registered_at=clock.now(),
        **_columns(whole),
        **values,
    )
    session.add(row)
    session.flush()
    _write_lists(session, row.id, given, {})
    if said.person is not None:
        _keep_person(session, row.id, said.person)
    _index(session, row)
    return row


def _given(said: OfferRegistration | OfferRevision) -> dict[str, Any]:
    return {name: getattr(said, name) for name in said.model_fields_set}


def _whole(row: Offer) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in (*_PLAIN, "kind", "confidentiality")}
    return {**plain, "desk": row.desk_id}


def _columns(said: Mapping[str, Any]) -> dict[str, Any]:
    columns = {name: said[name] for name in _PLAIN if name in said}
    if "desk" in said:
        columns["desk_id"] = said["desk"]
    return columns


def _stated(session: Session, row: Offer) -> dict[str, tuple[str | None, str | None]]:
    links = links_of(session, [row.id])[row.id]
    return {item.area: (item.proficiency, item.evidence) for item in links.expertise}


def _write_lists(
    session: Session,
    offer_id: str,
    given: Mapping[str, Any],
    stated: Mapping[str, tuple[str | None, str | None]],
) -> None:
    lists = {name: given[name] for name in LINKED if name in given}
    if "expertise" in lists:
        lists["expertise"] = [
            item.model_copy(
                update={
                    "evidence": rules.kept_evidence(stated.get(item.area), item.proficiency, item.evidence)
                }
            )
            for item in lists["expertise"]
        ]
    replace_links(session, offer_id, lists)


def _keep_wishes(
    session: Session, caller: Caller, row: Offer, wishes: WishDeclaration, place: str = ""
) -> None:
    check_wishes(session, caller, row.stakeholder_id, wishes, place)
    session.exec(delete(OfferWish).where(col(OfferWish.offer_id) == row.id))
    said = (("refuses", wishes.refuses), ("prefers", wishes.prefers), ("conflict", wishes.conflicts))
    session.add_all(
        OfferWish(offer_id=row.id, stakeholder_id=item, wish=wish) for wish, ids in said for item in set(ids)
    )
    session.flush()
    # A chain of its own: the offer's journal is read by its desk, which is not told of wishes.
    record(session, caller, "offer-wishes.declared", f"offer-wishes:{row.id}")


def _keep_person(session: Session, offer_id: str, details: PersonDetails) -> OfferPerson:
    person = session.get(OfferPerson, offer_id) or OfferPerson(
        offer_id=offer_id, name="", recorded_at=clock.now()
    )
    person.name, person.contact, person.recorded_at = details.name, details.contact, clock.now()
    session.add(person)
    session.flush()
    return person


def _private(session: Session, caller: Caller, offer_id: str) -> Offer:
    row = find_offer(session, caller, offer_id)
    if not rules.may_know_private(caller, row):
        raise NotAllowed
    return row


def _movable(session: Session, caller: Caller, offer_id: str, verb: str) -> Offer:
    row = find_offer(session, caller, offer_id)
    if not rules.may_move(caller, row, verb):
        raise NotAllowed
    rules.next_state(row.state, verb)
    return row


def _move(
    session: Session, caller: Caller, row: Offer, verb: str, reason: str | None = None, **values: Any
) -> Offer:
    before, after = row.state, rules.next_state(row.state, verb)
    _change(session, row, state=after, **values)
    details = {"from": before, "to": after}
    record(session, caller, rules.MOVES[verb].event, f"offer:{row.id}", details, reason)
    return row


def _let_pass(session: Session, row: Offer, verb: str, **values: Any) -> bool:
    # Its provider may be confirming it at this moment: then the clock leaves this one alone, not the others.
    try:
        _move(session, SYSTEM, row, verb, **values)
    except ChangedMeanwhile:
        return False
    return True


def touch_offer(session: Session, row: Offer) -> None:
    """Mark an offer as changed by what lies beside its text, such as a file."""
    _change(session, row)


def _change(session: Session, row: Offer, **values: Any) -> None:
    """Write to the offer as it was read; whoever was faster wins."""
    same = (col(Offer.id) == row.id, col(Offer.state) == row.state, col(Offer.version) == row.version)
    statement = update(Offer).where(*same).values(version=row.version + 1, **values)
    if session.exec(statement, execution_options={"synchronize_session": False}).rowcount != 1:
        raise ChangedMeanwhile
    session.refresh(row)


def _index(session: Session, row: Offer) -> None:
    texts = (row.title, row.description, row.regions or "", row.label or "")
    index_text(session, "offer", row.id, *texts)
