"""Threads of needs and proposals: each message is read by its author's side and its chosen readers alone."""

from datetime import date, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from service import clock
from service.attachments.commands import attach_file
from service.attachments.queries import open_attachment
from service.caller import Caller
from service.database.engines import Database
from service.errors import InvalidInput, NotAllowed, NotFound
from service.journal.queries import get_journal
from service.journal.tables import JournalEntry, JournalText
from service.matches import proposal_commands, seat_commands
from service.matches.proposal_schemas import Proposing, SeatRefusal
from service.threads.commands import keep_promise, retract_message, write_message
from service.threads.errors import FilesSettled, PromiseNotOpen, RetractedAlready, ThreadClosed
from service.threads.queries import get_thread, list_messages, parties_written_to
from service.threads.rules import FILES_WITHIN
from service.threads.schemas import MessageView, MessageWriting
from service.web.paging import PageAsked
from tests.service import people
from tests.service.attachments.files import LIMITS, PDF, sent
from tests.service.matches.cases import Team, a_team
from tests.service.needs.cases import a_need
from tests.service.people import Person

SECRET = "canary: the border post at kilometre 12"


def _write(session: Session, who: Person | Caller, subject: str, *readers: str, **more: Any) -> str:
    caller = who if isinstance(who, Caller) else who.caller
    said = MessageWriting.model_validate({"text": SECRET, "readers": list(readers), **more})
    return write_message(session, caller, subject, said).id


def _read(session: Session, who: Person, subject: str) -> list[MessageView]:
    return list_messages(session, who.caller, subject, PageAsked(50), "en").items


def _ids(session: Session, who: Person, subject: str) -> set[str]:
    return {message.id for message in _read(session, who, subject)}


def _offered(database: Database, **more: Any) -> Team:
    """Keep a proposal of two seats that were offered to two providers."""
    team = a_team(database, mandatory=(True, True), **more)
    with database.writing() as session:
        proposal_commands.propose_proposal(
            session, team.officer.caller, team.proposal, Proposing(names_need=True)
        )
    return team


def test_a_message_is_read_by_those_it_was_written_to(database: Database) -> None:
    """On the thread of a need, requester, desk and a named provider each read what is theirs and no more."""
    officer, desk = people.ministry(database), people.desk(database)
    named, other, stranger = (
        people.pool(database),
        people.pool(database, "MAR"),
        people.ministry(database, "NER"),
    )
    administrator = people.administrator(database)
    providers = [named.stakeholder_id, other.stakeholder_id]
    need = a_need(
        database, "circulated", officer, desk, confidentiality="named_providers", named_providers=providers
    )
    subject, provider = f"need:{need}", f"provider:{named.stakeholder_id}"
    with database.writing() as session:
        to_desk = _write(session, officer, subject, "desk")
        to_provider = _write(session, officer, subject, provider)
        to_all = _write(session, desk, subject, "everybody")
        note = _write(session, desk, subject, kind="note")
        question = _write(session, named, subject, "requester")
        assert _ids(session, officer, subject) == {to_desk, to_provider, to_all, question}
        assert _ids(session, desk, subject) == {to_desk, to_all, note}
        assert _ids(session, named, subject) == {to_provider, to_all, question}
        assert _ids(session, other, subject) == {to_all}
        for who in (stranger, administrator):
            with pytest.raises(NotFound):
                _ids(session, who, subject)


def test_a_provider_hears_of_no_other(database: Database) -> None:
    """Not by names, readers, links or choices: to a provider the thread holds the two sides and itself."""
    team = _offered(database)
    first, second = team.pools
    subject = f"proposal:{team.proposal}"
    mine, theirs = (f"seat:{seat}" for seat in team.seats)
    with database.writing() as session:
        asked = _write(session, first, mine, "requester", "desk")
        _write(session, team.officer, subject, mine, theirs, kind="answer", answers=asked)
        _write(session, team.officer, subject, "everybody")
        messages = _read(session, second, theirs)
        thread = get_thread(session, second.caller, theirs, "en")
        assert [party.code for party in thread.readers] == ["requester", "desk"]
        with pytest.raises(InvalidInput):
            _write(session, second, theirs, mine)
        with pytest.raises(InvalidInput):
            _write(session, second, theirs, "everybody")
        with pytest.raises(InvalidInput):
            _write(session, second, theirs, "desk", answers=asked)
        with pytest.raises(NotFound):
            _read(session, second, mine)
    told = "".join(message.model_dump_json() for message in messages) + thread.model_dump_json()
    assert len(messages) == 2
    assert {message.answers for message in messages} == {None}
    for hidden in (mine, first.stakeholder_id, "Invented expert pool", team.proposal, team.offers[0]):
        assert hidden not in told.replace(second.stakeholder_id, "")


def test_both_sides_of_a_proposal_talk_with_each_provider(database: Database) -> None:
    """A requester and the desk name whom they write to; the provider answers through its own seat."""
    team = _offered(database)
    subject, seat = f"proposal:{team.proposal}", f"seat:{team.seats[0]}"
    with database.writing() as session:
        names = {party.code for party in get_thread(session, team.officer.caller, subject, "en").readers}
        assert names == {"desk", "everybody", *(f"seat:{one}" for one in team.seats)}
        written = _write(session, team.desk, subject, seat)
        assert written not in _ids(session, team.officer, subject)
        answered = _write(session, team.pools[0], seat, "desk", kind="answer", answers=written)
        (found,) = [message for message in _read(session, team.desk, subject) if message.id == answered]
        assert (found.author.code, found.answers, found.author_name) == (seat, written, None)
        (own,) = [message for message in _read(session, team.pools[0], seat) if message.is_own]
        assert own.author_name == "Invented person"


def test_a_refused_seat_closes_the_thread_for_its_provider(database: Database) -> None:
    """Who declined reads what was written to it, hears nothing new, and those who ask do not notice by it."""
    team = _offered(database)
    subject, seat = f"proposal:{team.proposal}", f"seat:{team.seats[0]}"
    with database.writing() as session:
        before = [party.code for party in get_thread(session, team.officer.caller, subject, "en").readers]
        written = _write(session, team.officer, subject, seat)
        general = _write(session, team.officer, subject, "everybody")
        assert _ids(session, team.pools[0], seat) == {written, general}
    _decline(database, team)
    with database.writing() as session:
        assert _ids(session, team.pools[0], seat) == {written}
        with pytest.raises(ThreadClosed):
            _write(session, team.pools[0], seat, "desk")
        after = [party.code for party in get_thread(session, team.officer.caller, subject, "en").readers]
        assert after[: len(before) - 1] == before[:-1]


def _decline(database: Database, team: Team) -> None:
    with database.writing() as session:
        seat_commands.decline_seat(session, team.pools[0].caller, team.seats[0], SeatRefusal(code="capacity"))


def test_notes_are_the_desks_own(database: Database) -> None:
    """Only the desk keeps notes, whoever is chosen; not a byte of the requester's answers tells of one."""
    officer, desk = people.ministry(database), people.desk(database)
    subject = f"need:{a_need(database, 'screening', officer, desk)}"
    with database.reading() as session:
        before = _seen_by(session, officer, subject)
    with database.writing() as session:
        note = _write(session, desk, subject, kind="note")
        assert parties_written_to(session, note) == ["desk"]
        for readers, author in ((["requester"], desk), (["desk"], officer)):
            with pytest.raises(InvalidInput):
                _write(session, author, subject, *readers, kind="note")
    with database.reading() as session:
        assert _seen_by(session, officer, subject) == before
        with pytest.raises(NotFound):
            retract_message(session, officer.caller, note)


def _seen_by(session: Session, who: Person, subject: str) -> str:
    return (
        get_thread(session, who.caller, subject, "en").model_dump_json()
        + list_messages(session, who.caller, subject, PageAsked(50), "en").model_dump_json()
        + get_journal(session, who.caller, subject).model_dump_json()
    )


def test_what_was_written_stays_or_leaves_a_mark(database: Database) -> None:
    """Nobody changes a message; its side takes it back, once, and all who could read it see that."""
    officer, desk = people.ministry(database), people.desk(database)
    subject = f"need:{a_need(database, 'screening', officer, desk)}"
    with database.writing() as session:
        written = _write(session, officer, subject, "desk")
        file = attach_file(session, officer.caller, f"message:{written}", sent(PDF), LIMITS)
        with pytest.raises(NotAllowed):
            retract_message(session, desk.caller, written)
        retract_message(session, officer.caller, written)
        with pytest.raises(RetractedAlready):
            retract_message(session, officer.caller, written)
        (shown,) = _read(session, desk, subject)
        assert (shown.text, shown.files, shown.moves) == (None, [], [])
        assert shown.retracted_at is not None
        for who in (officer, desk):
            with pytest.raises(NotFound):
                open_attachment(session, who.caller, file.id)


def test_a_promise_is_kept_in_the_eyes_of_those_it_was_given_to(database: Database) -> None:
    """A promise names its day; the other side marks it as kept, once; the side that gave it cannot."""
    officer, desk = people.ministry(database), people.desk(database)
    subject = f"need:{a_need(database, 'screening', officer, desk)}"
    soon = (clock.today() + timedelta(days=9)).isoformat()
    with database.writing() as session:
        for due_on, kind in ((None, "promise"), (soon, "question"), ("1999-01-01", "promise")):
            with pytest.raises(InvalidInput) as refused:
                _write(session, desk, subject, "requester", kind=kind, due_on=due_on)
            assert [fault.field for fault in refused.value.faults()] == ["due_on"]
        promise = _write(session, desk, subject, "requester", kind="promise", due_on=soon)
        (shown,) = _read(session, officer, subject)
        assert (shown.due_on, shown.moves) == (date.fromisoformat(soon), ["keep-promise"])
        with pytest.raises(NotAllowed):
            keep_promise(session, desk.caller, promise)
        assert keep_promise(session, officer.caller, promise).kept_by == officer.account_id
        with pytest.raises(PromiseNotOpen):
            keep_promise(session, officer.caller, promise)
        question = _write(session, desk, subject, "requester")
        with pytest.raises(PromiseNotOpen):
            keep_promise(session, officer.caller, question)


def test_files_of_a_message_are_for_its_readers(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers open them, others do not learn of them; its author adds some within the hour, nobody later."""
    team = _offered(database)
    subject, seat = f"proposal:{team.proposal}", f"seat:{team.seats[0]}"
    with database.writing() as session:
        written = _write(session, team.officer, subject, seat)
        file = attach_file(session, team.officer.caller, f"message:{written}", sent(PDF), LIMITS)
        assert open_attachment(session, team.pools[0].caller, file.id).id == file.id
        for who in (team.pools[1], team.desk):
            with pytest.raises(NotFound):
                open_attachment(session, who.caller, file.id)
        with pytest.raises(NotAllowed):
            attach_file(session, team.pools[0].caller, f"message:{written}", sent(PDF), LIMITS)
        later = clock.now() + FILES_WITHIN
        monkeypatch.setattr(clock, "now", lambda: later)
        with pytest.raises(FilesSettled):
            attach_file(session, team.officer.caller, f"message:{written}", sent(PDF), LIMITS)


def test_the_journal_tells_of_a_message_apart(database: Database) -> None:
    """A message is told of under a subject of its own, with ids and codes, and never with what it says."""
    officer, desk = people.ministry(database), people.desk(database)
    need = f"need:{a_need(database, 'screening', officer, desk)}"
    with database.writing() as session:
        written = _write(session, officer, need, "desk")
        entry, text = session.exec(
            select(JournalEntry, JournalText)
            .join(JournalText, JournalText.entry_id == JournalEntry.id)  # type: ignore[arg-type]
            .where(JournalEntry.subject == f"message:{written}")
        ).one()
        assert entry.event == "need.message-written"
        assert text.details == {
            "thing": need,
            "message": written,
            "kind": "question",
            "author": "requester",
            "readers": ["desk"],
        }
        events = [line.event for line in get_journal(session, officer.caller, need).entries]
        assert "need.message-written" not in events


def test_reading_messages_of_a_confidential_need_is_recorded(web: TestClient, database: Database) -> None:
    """The requester learns that the desk read messages and opened a file; what shows nothing is no read."""
    officer, desk = people.ministry(database), people.desk(database)
    need = a_need(database, "screening", officer, desk)
    messages = f"/api/v1/things/need:{need}/messages"
    told = f"/api/v1/needs/{need}/reads"
    assert web.get(messages, headers=desk.headers).json()["items"] == []
    assert web.get(told, headers=officer.headers).json()["items"] == []
    with database.writing() as session:
        written = _write(session, officer, f"need:{need}", "desk")
        file = attach_file(session, officer.caller, f"message:{written}", sent(PDF), LIMITS)
    web.get(messages, headers=desk.headers)
    web.get(f"/api/v1/attachments/{file.id}/content", headers=desk.headers)
    found = web.get(told, headers=officer.headers).json()["items"]
    assert {(item["account"], item["kind"]) for item in found} == {
        (desk.account_id, "text"),
        (desk.account_id, "file"),
    }


def test_an_ended_need_is_not_written_to(database: Database) -> None:
    """What was said stays readable; nothing new is said."""
    officer, desk = people.ministry(database), people.desk(database)
    subject = f"need:{a_need(database, 'withdrawn', officer, desk)}"
    with database.writing() as session:
        with pytest.raises(ThreadClosed):
            _write(session, officer, subject, "desk")
        assert _read(session, officer, subject) == []


def test_messages_go_through_the_doors(web: TestClient, database: Database) -> None:
    """Writing, reading in pages, taking back and marking over the API, with refusals at their fields."""
    officer, desk = people.ministry(database), people.desk(database)
    thing = f"/api/v1/things/need:{a_need(database, 'screening', officer, desk)}"
    told = web.get(f"{thing}/thread", headers=officer.headers).json()
    assert [party["code"] for party in told["writes_as"]] == ["requester"]
    assert (told["is_open"], told["is_agreed"]) == (True, False)
    message = {"text": "Which staff?", "readers": ["requester"]}
    for number in range(3):
        made = web.post(f"{thing}/messages", json=message | {"text": f"{number}"}, headers=desk.headers)
        assert made.status_code == 201, made.text
    page = web.get(f"{thing}/messages?limit=2", headers=officer.headers).json()
    rest = web.get(f"{thing}/messages?cursor={page['next']}", headers=officer.headers).json()
    assert [item["text"] for item in page["items"] + rest["items"]] == ["2", "1", "0"]
    for wrong, field in (
        ({"readers": []}, "readers"),
        ({"readers": ["provider:stakeholder_" + "0" * 32]}, "readers"),
        ({"text": " "}, "text"),
        ({"written_as": "requester"}, "written_as"),
        ({"answers": "msg_" + "0" * 32}, "answers"),
    ):
        refused = web.post(f"{thing}/messages", json=message | wrong, headers=desk.headers)
        assert [fault["field"] for fault in refused.json()["errors"]] == [field]
    last = page["items"][0]["id"]
    assert web.post(f"/api/v1/messages/{last}/retract", json={}, headers=officer.headers).status_code == 403
    assert web.post(f"/api/v1/messages/{last}/retract", json={}, headers=desk.headers).json()["text"] is None
    stranger = people.ministry(database, "NER")
    for path in (f"{thing}/thread", f"{thing}/messages"):
        assert web.get(path, headers=stranger.headers).status_code == 404
        assert web.get(path).status_code == 401
