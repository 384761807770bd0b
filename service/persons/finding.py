"""From a person to the rows that are about them, table by table."""

from typing import Any

from sqlalchemy import ColumnElement, Row, false, literal, or_, select
from sqlmodel import Session, col
from sqlmodel import select as choose

from service.access.rules import digest_of
from service.access.tables import Account, DutyRow, SignInSession
from service.attachments.tables import Attachment, AttachmentChunk
from service.journal.tables import JournalEntry, JournalText, OutboxMessage
from service.mail.tables import Letter
from service.matches.tables import RoundFile, Seat
from service.offers.tables import Offer, OfferPerson
from service.persons.holdings import Holding, Person, every_table, finder_of, holdings, holds_personal_data
from service.persons.rules import is_telling
from service.pools.tables import PoolImport, PoolImportLine, PoolReference
from service.search.tables import SearchTerm
from service.stakeholders.rules import HOLDS_A_PERSON
from service.stakeholders.tables import Stakeholder
from service.threads.tables import ThreadMessage


def person_behind(session: Session, account: Account) -> Person:
    """Return who an account is, with the offers whose named expert said yes as this account."""
    offers = set(
        session.exec(
            choose(Seat.offer_id).where(
                Seat.expert_account_id == account.id, col(Seat.expert_accepted_at).is_not(None)
            )
        )
    )
    own = choose(DutyRow.stakeholder_id).where(DutyRow.account_id == account.id)
    individuals = session.exec(
        choose(Stakeholder.id).where(Stakeholder.type == HOLDS_A_PERSON, col(Stakeholder.id).in_(own))
    )
    return Person(
        account.id,
        account.id,
        account.email,
        frozenset(offers),
        frozenset(individuals),
        _words(session, offers, account.name, account.email),
    )


def expert_behind(session: Session, offer: Offer) -> Person:
    """Return who a named expert is, as far as the offer alone tells."""
    return Person(offer.id, offers=frozenset({offer.id}), words=_words(session, {offer.id}))


def condition_of(session: Session, holding: Holding, person: Person) -> ColumnElement[bool]:
    """Return which rows of a table are about a person."""
    found: list[ColumnElement[bool]] = []
    if person.account_id is not None:
        found += [holding.rows.c[name] == person.account_id for name in holding.person]
    finder = finder_of(holding.table)
    if finder is not None:
        found.append(finder(session, person))
    return or_(false(), *found)


def rows_of(session: Session, holding: Holding, person: Person) -> list[Row[Any]]:
    """Return the rows of a table that are about a person, in the order of their keys."""
    table = holding.rows
    query = select(table).where(condition_of(session, holding, person))
    return list(session.connection().execute(query.order_by(*table.primary_key.columns)).all())


def traces_of(session: Session, person: Person) -> list[dict[str, str]]:
    """Return where a person's account stands as the one who did something: table, column, key."""
    found: list[dict[str, str]] = []
    for holding in holdings():
        keys = list(holding.rows.primary_key.columns)
        for name in holding.accounts:
            if name in holding.person or person.account_id is None:
                continue
            query = select(*keys).where(holding.rows.c[name] == person.account_id).order_by(*keys)
            for row in session.connection().execute(query):
                key = " ".join(str(value) for value in row)
                found.append({"table": holding.table, "column": name, "key": key})
    return found


def subjects_of(session: Session, person: Person) -> set[str]:
    """Return the things whose journal is about a person."""
    found = {f"offer:{offer}" for offer in person.offers}
    if person.account_id is not None:
        found.add(f"account:{person.account_id}")
        sessions = session.exec(choose(SignInSession.id).where(SignInSession.account_id == person.account_id))
        found |= {f"session:{one}" for one in sessions}
    return found


def waiting_about(session: Session, person: Person) -> ColumnElement[bool]:
    """Return which messages of the outbox are about a person's account."""
    subjects = {one for one in subjects_of(session, person) if not one.startswith("offer:")}
    entries = choose(JournalEntry.id).where(col(JournalEntry.subject).in_(subjects))
    return col(OutboxMessage.entry_id).in_(entries)


def _words(session: Session, offers: set[str], *more: str) -> tuple[str, ...]:
    people = session.exec(choose(OfferPerson).where(col(OfferPerson.offer_id).in_(offers)))
    words = [*more, *(word for one in people for word in (one.name, one.contact or ""))]
    return tuple(dict.fromkeys(word for word in words if is_telling(word)))


@holds_personal_data("offer_person")
def _of_experts(session: Session, person: Person) -> ColumnElement[bool]:
    del session
    return col(OfferPerson.offer_id).in_(person.offers)


@holds_personal_data("pool_import_line")
def _imported_lines(session: Session, person: Person) -> ColumnElement[bool]:
    """Find the lines that an expert's offer came from, and those that name it by its reference."""
    del session
    known = choose(PoolReference.reference).where(
        col(PoolReference.offer_id).in_(person.offers),
        col(PoolReference.reference) == col(PoolImportLine.reference),
        col(PoolReference.stakeholder_id).in_(
            choose(PoolImport.stakeholder_id).where(col(PoolImport.id) == col(PoolImportLine.import_id))
        ),
    )
    return or_(col(PoolImportLine.offer_id).in_(person.offers), known.exists())


@holds_personal_data("offer")
def _offers(session: Session, person: Person) -> ColumnElement[bool]:
    del session
    return col(Offer.id).in_(person.offers)


@holds_personal_data("stakeholder")
def _individuals(session: Session, person: Person) -> ColumnElement[bool]:
    del session
    return col(Stakeholder.id).in_(person.stakeholders)


@holds_personal_data("seat")
def _seats(session: Session, person: Person) -> ColumnElement[bool]:
    del session
    return col(Seat.offer_id).in_(person.offers)


@holds_personal_data("search_term")
def _terms(session: Session, person: Person) -> ColumnElement[bool]:
    del session
    return col(SearchTerm.thing_id).in_(person.offers | person.stakeholders)


@holds_personal_data("attachment")
def _files(session: Session, person: Person) -> ColumnElement[bool]:
    """Find the files of a named expert's offers, and those that hang on a person's own messages."""
    del session
    subjects = {f"offer:{offer}" for offer in person.offers}
    written = select(literal("message:") + ThreadMessage.__table__.c.id).where(  # type: ignore[attr-defined]
        col(ThreadMessage.author_account) == (person.account_id or "")
    )
    return or_(col(Attachment.subject).in_(subjects), col(Attachment.subject).in_(written))


@holds_personal_data("attachment_chunk")
def _pieces(session: Session, person: Person) -> ColumnElement[bool]:
    return col(AttachmentChunk.attachment_id).in_(choose(Attachment.id).where(_files(session, person)))


@holds_personal_data("letter")
def _letters(session: Session, person: Person) -> ColumnElement[bool]:
    del session
    about = {f"account:{person.account_id}"} | {f"offer:{offer}" for offer in person.offers}
    return or_(col(Letter.about).in_(about), col(Letter.recipient).in_(_addresses(person)))


@holds_personal_data("journal_text")
def _sayings(session: Session, person: Person) -> ColumnElement[bool]:
    """Find what the journal says of a person's own things, and each reason that names them."""
    entries = choose(JournalEntry.id).where(col(JournalEntry.subject).in_(subjects_of(session, person)))
    named = [col(JournalText.reason).contains(word, autoescape=True) for word in person.words]
    return or_(col(JournalText.entry_id).in_(entries), *named)


@holds_personal_data("round_file")
def _problems(session: Session, person: Person) -> ColumnElement[bool]:
    """Find the problems of rounds, where a named expert's offer may be among the offers."""
    del session
    return col(RoundFile.kind) == "problem" if person.offers else false()


@holds_personal_data("sign_in_throttle")
def _guesses(session: Session, person: Person) -> ColumnElement[bool]:
    del session
    names = [f"{kind}:{address}" for address in _addresses(person) for kind in ("account", "reset")]
    subject = every_table().tables["sign_in_throttle"].c.subject
    return subject.in_([digest_of(name) for name in names])


@holds_personal_data("invitation")
def _invitations(session: Session, person: Person) -> ColumnElement[bool]:
    del session
    return every_table().tables["invitation"].c.email.in_(_addresses(person))


@holds_personal_data("reset_question")
def _questions(session: Session, person: Person) -> ColumnElement[bool]:
    del session
    return every_table().tables["reset_question"].c.email.in_(_addresses(person))


def _addresses(person: Person) -> list[str]:
    return [person.email] if person.email else []
