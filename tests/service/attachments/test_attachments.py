"""Files of needs, offers and messages: how they come in and leave, and who may see, add and withdraw them."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from httpx import Response
from sqlmodel import Session, col, func, select

from service import clock
from service.attachments.commands import attach_file, delete_withdrawn, kept_since, withdraw_attachment
from service.attachments.errors import FilesTooLargeTogether, TooManyFiles
from service.attachments.queries import attachments_of, list_attachments
from service.attachments.rules import CHUNK_BYTES, MOST_PER_THING, Limits
from service.attachments.tables import Attachment, AttachmentChunk
from service.caller import ANYBODY, Caller
from service.database.engines import Database
from service.errors import InvalidInput, NotAllowed, NotFound
from service.journal.queries import get_journal
from service.needs.errors import NotChangeableNow
from service.needs.tables import Need
from service.settings import Settings
from service.web.bodies import StrictBodies
from service.web.problems import install_problems
from tests.service import people
from tests.service.attachments.files import LIMITS, PDF, docx, png, sent
from tests.service.needs.cases import a_need, brought_to, focal_point, move_to, registered
from tests.service.offers.cases import brought_to as offer_brought_to
from tests.service.people import Person

NAME = "Canary Letter.pdf"


def _attached(
    session: Session, caller: Caller, subject: str, content: bytes = PDF, name: str = NAME
) -> Attachment:
    return attach_file(session, caller, subject, sent(content, name), LIMITS)


def _send(web: TestClient, who: Person, subject: str, content: bytes, name: str = NAME) -> Response:
    files = {"file": (name, content, "text/html")}
    answer: Response = web.post(f"/api/v1/things/{subject}/attachments", files=files, headers=who.headers)
    return answer


def test_a_file_comes_in_and_leaves_as_it_was(web: TestClient, database: Database) -> None:
    """What was sent in pieces is given back to the byte, as the type that it is, to be kept and never run."""
    officer, desk = people.ministry(database), people.desk(database)
    need = a_need(database, "draft", officer, desk)
    content = docx(word__media__a_png=png() + bytes(range(256)) * 3_000)
    content = content.replace(b"PK\x05\x06", b"PK\x05\x06", 1)
    made = _send(web, officer, f"need:{need}", content, "../Plan\u202e.docx")
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["name"], told["size_bytes"]) == ("Plan.docx", len(content))
    assert told["sha256"] == sha256(content).hexdigest()
    given = web.get(f"/api/v1/attachments/{told['id']}/content", headers=officer.headers)
    assert given.content == content
    assert given.headers["content-type"] == told["media_type"]
    assert given.headers["content-length"] == str(len(content))
    assert given.headers["content-disposition"] == "attachment; filename*=UTF-8''Plan.docx"
    assert given.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in given.headers["content-security-policy"]
    assert given.headers["cache-control"] == "private, no-store"
    (line,) = web.get(f"/api/v1/things/need:{need}/attachments", headers=officer.headers).json()["items"]
    assert line == told


def test_a_file_lies_in_the_database_in_pieces(database: Database) -> None:
    """Large files are kept in rows of bounded size, so that backup, transaction and erasure reach them."""
    officer, desk = people.ministry(database), people.desk(database)
    need = a_need(database, "draft", officer, desk)
    content = PDF.replace(b"endobj", b"endobj\n" + b"%" * (2 * CHUNK_BYTES + 5))
    limits = Limits(10_000_000, 10_000_000)
    with database.writing() as session:
        row = attach_file(session, officer.caller, f"need:{need}", sent(content), limits)
    with database.reading() as session:
        query = select(AttachmentChunk.content).where(AttachmentChunk.attachment_id == row.id)
        pieces = session.exec(query.order_by(col(AttachmentChunk.number))).all()
    assert [len(piece) for piece in pieces[:-1]] == [CHUNK_BYTES, CHUNK_BYTES]
    assert b"".join(pieces) == content


def test_what_is_refused_leaves_nothing(web: TestClient, database: Database) -> None:
    """A spoofed type, a name of another type, a form without a file: refused at the field, and not kept."""
    officer, desk = people.ministry(database), people.desk(database)
    need = a_need(database, "draft", officer, desk)
    for content, name, code in (
        (b"<html></html>", "a.pdf", "type_not_accepted"),
        (PDF, "a.png", "name_of_another_type"),
        (docx(word__vbaProject_bin=b"x"), "a.docx", "runs_something"),
        (b"", "a.pdf", "empty"),
    ):
        answer = _send(web, officer, f"need:{need}", content, name)
        assert answer.status_code == 422, name
        (fault,) = answer.json()["errors"]
        assert (fault["field"], fault["code"]) == ("file", code)
    address = f"/api/v1/things/need:{need}/attachments"
    without = web.post(address, files={"other": ("a.pdf", PDF)}, headers=officer.headers)
    assert without.json()["errors"][0]["code"] == "missing"
    assert web.post(address, json={"file": "x"}, headers=officer.headers).status_code == 422
    with database.reading() as session:
        assert session.exec(select(func.count()).select_from(Attachment)).one() == 0
        assert session.get_one(Need, need).text_version == 1


def test_a_file_that_is_too_large_is_refused(
    web: TestClient, database: Database, app_settings: Settings, app: Any
) -> None:
    """The size of a file has a limit of its own, which is a setting."""
    officer, desk = people.ministry(database), people.desk(database)
    need = a_need(database, "draft", officer, desk)
    app.state.settings = app_settings.model_copy(update={"attachment_limit_bytes": len(PDF)})
    assert _send(web, officer, f"need:{need}", PDF).status_code == 201
    answer = _send(web, officer, f"need:{need}", PDF + b"\n")
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")


def _upload_app() -> StrictBodies:
    inner = FastAPI()
    install_problems(inner)

    @inner.post("/api/v1/things/{subject}/attachments")
    async def take(request: Request, subject: str) -> int:
        return sum([len(piece) async for piece in request.stream()])

    return StrictBodies(inner, limit_bytes=1_000, upload_limit_bytes=10_000)


def _pushed(pieces: Iterator[bytes], **headers: str) -> tuple[int, int]:
    """Send an upload piece by piece; give the status and how much was asked for."""
    told: list[int] = []
    asked = 0
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/things/need:x/attachments",
        "query_string": b"",
        "headers": [(b"content-type", b"multipart/form-data; boundary=x")]
        + [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }

    async def receive() -> dict[str, Any]:
        nonlocal asked
        piece = next(pieces, b"")
        asked += len(piece)
        return {"type": "http.request", "body": piece, "more_body": bool(piece)}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            told.append(message["status"])

    asyncio.run(_upload_app()(scope, receive, send))
    return told[0], asked


def test_an_endless_upload_is_stopped_while_it_streams() -> None:
    """No more is taken in than the limit; what says at once that it is larger is not read at all."""
    assert _pushed(iter([b"x" * 4_000] * 2)) == (200, 8_000)
    status, asked = _pushed(iter([b"x" * 4_000] * 1_000))
    assert status == 413
    assert asked <= 12_000
    assert _pushed(iter([b"x"]), content_length="10001") == (413, 0)
    assert _pushed(iter([b"x" * 4_000] * 1_000), content_length="5")[0] == 413


def test_a_stranger_sends_nothing_in(web: TestClient, database: Database) -> None:
    """Without a sign-in the answer is 401, before any body is looked at."""
    need = a_need(database, "draft", people.ministry(database), people.desk(database))
    address = f"/api/v1/things/need:{need}/attachments"
    assert web.post(address, files={"file": ("a.pdf", b"no pdf")}).status_code == 401


def test_a_thing_holds_only_so_much(database: Database) -> None:
    """Twenty files at most, and so many bytes together; what was withdrawn makes room."""
    officer, desk = people.ministry(database), people.desk(database)
    need = f"need:{a_need(database, 'draft', officer, desk)}"
    with database.writing() as session:
        rows = [_attached(session, officer.caller, need) for _ in range(MOST_PER_THING)]
        with pytest.raises(TooManyFiles):
            _attached(session, officer.caller, need)
        withdraw_attachment(session, officer.caller, rows[0].id)
        _attached(session, officer.caller, need)
        tight = Limits(len(PDF), len(PDF) * MOST_PER_THING)
        withdraw_attachment(session, officer.caller, rows[1].id)
        attach_file(session, officer.caller, need, sent(PDF), tight)
        withdraw_attachment(session, officer.caller, rows[2].id)
        with pytest.raises(FilesTooLargeTogether):
            attach_file(session, officer.caller, need, sent(PDF), tight._replace(total_bytes=len(PDF) * 19))


# Who may see


@pytest.mark.parametrize(
    "level", ["secretariat_only", "named_providers", "all_states", "public_summary", "public"]
)
def test_files_have_the_level_of_their_need(web: TestClient, database: Database, level: str) -> None:
    """Who may read the text may open the files; who sees a summary or nothing is told of none."""
    officer, desk = people.ministry(database, "GHA"), people.desk(database)
    other, named = people.ministry(database, "NER"), people.pool(database, "NLD")
    summary = "Training is looked for." if level == "public_summary" else None
    providers = [named.stakeholder_id]
    with database.writing() as session:
        more = {"confidentiality": level, "named_providers": providers, "public_summary": summary}
        row = registered(session, officer, desk, **more)
        file = _attached(session, officer.caller, f"need:{row.id}")
        session.refresh(row)
        focal = focal_point(officer.stakeholder_id)
        move_to(session, row, "circulated", officer.caller, desk.caller, focal)
    for who in (officer, desk, other, named, None):
        headers = who.headers if who else {}
        need = web.get(f"/api/v1/needs/{row.id}", headers=headers)
        may_read = need.status_code == 200 and need.json()["shows"] == "text"
        for address in (
            f"/api/v1/things/need:{row.id}/attachments",
            f"/api/v1/attachments/{file.id}/content",
            f"/attachments/{file.id}",
        ):
            answer = web.get(address, headers=headers)
            assert answer.status_code == (200 if may_read else 404), (level, address)
            assert may_read or "Canary" not in answer.text


def test_files_of_an_offer_follow_the_offer(web: TestClient, database: Database) -> None:
    """Whoever is shown an offer may open its files; only its provider adds them."""
    pool, other, desk = people.pool(database), people.ministry(database), people.desk(database)
    with database.writing() as session:
        offer = offer_brought_to(
            session, "active", pool, desk=desk.stakeholder_id, confidentiality="all_states"
        )
        file = _attached(session, pool.caller, f"offer:{offer.id}")
        hidden = offer_brought_to(session, "active", pool, desk=desk.stakeholder_id)
        secret = _attached(session, pool.caller, f"offer:{hidden.id}")
        with pytest.raises(NotAllowed):
            _attached(session, other.caller, f"offer:{offer.id}")
    assert web.get(f"/api/v1/attachments/{file.id}/content", headers=other.headers).content == PDF
    assert web.get(f"/api/v1/attachments/{secret.id}/content", headers=other.headers).status_code == 404
    assert web.get(f"/api/v1/attachments/{file.id}/content").status_code == 404
    page = web.get(f"/things/offer:{offer.id}/attachments", headers=pool.headers)
    assert NAME in page.text


@pytest.mark.parametrize("subject", ["need:need_0", "nothing:x", "need:", "x", "message:msg_0", "seat:x"])
def test_what_is_not_there_holds_no_files(web: TestClient, database: Database, subject: str) -> None:
    """A thing that is absent, of an unknown kind or that holds no files looks the same: 404."""
    officer = people.ministry(database)
    assert web.get(f"/api/v1/things/{subject}/attachments", headers=officer.headers).status_code == 404
    assert _send(web, officer, subject, PDF).status_code == 404
    assert web.get("/api/v1/attachments/att_0/content", headers=officer.headers).status_code == 404


# Who may change


def test_files_change_as_the_text_does(database: Database) -> None:
    """Those who ask add and withdraw files while the text can be changed, and an endorsement sees which."""
    officer, desk = people.ministry(database), people.desk(database)
    other = people.ministry(database, "NER")
    with database.writing() as session:
        row = brought_to(session, "draft", officer, desk, confidentiality="all_states")
        file = _attached(session, officer.caller, f"need:{row.id}")
        session.refresh(row)
        assert row.text_version == 2
        withdraw_attachment(session, officer.caller, file.id, "The wrong one")
        session.refresh(row)
        assert row.text_version == 3
        kept = _attached(session, officer.caller, f"need:{row.id}")
    with database.writing() as session:
        handled = brought_to(session, "screening", officer, desk)
        with pytest.raises(NotChangeableNow):
            _attached(session, officer.caller, f"need:{handled.id}")
        with pytest.raises(NotAllowed):
            _attached(session, desk.caller, f"need:{handled.id}")
        for caller in (other.caller, ANYBODY, desk.caller):
            with pytest.raises(NotFound):
                _attached(session, caller, f"need:{row.id}")
            with pytest.raises(NotFound):
                withdraw_attachment(session, caller, kept.id)


def test_what_was_withdrawn_is_hidden_then_deleted(web: TestClient, database: Database) -> None:
    """A withdrawn file is gone at once; what it held goes after the retention time, and no sooner."""
    officer, desk = people.ministry(database), people.desk(database)
    need = a_need(database, "draft", officer, desk)
    with database.writing() as session:
        gone = _attached(session, officer.caller, f"need:{need}")
        kept = _attached(session, officer.caller, f"need:{need}")
        assert delete_withdrawn(session, clock.now() + timedelta(days=1)) == []
    moved = web.post(f"/api/v1/attachments/{gone.id}/withdraw", json={}, headers=officer.headers)
    assert moved.status_code == 200, moved.text
    for path in (f"/api/v1/attachments/{gone.id}/content", f"/attachments/{gone.id}"):
        assert web.get(path, headers=officer.headers).status_code == 404
    assert (
        web.post(f"/api/v1/attachments/{gone.id}/withdraw", json={}, headers=officer.headers).status_code
        == 404
    )
    with database.writing() as session:
        assert [row.id for row in attachments_of(session, [f"need:{need}"])[f"need:{need}"]] == [kept.id]
        assert delete_withdrawn(session, kept_since(365)) == []
        assert delete_withdrawn(session, clock.now() + timedelta(seconds=1)) == [gone.id]
        left = set(session.exec(select(AttachmentChunk.attachment_id).distinct()))
        assert left == {kept.id}
        assert session.get_one(Attachment, gone.id).deleted_at is not None


def test_the_journal_names_no_file(database: Database) -> None:
    """That a file came and went is on record with its id and type; its name is not."""
    officer, desk = people.ministry(database), people.desk(database)
    with database.writing() as session:
        row = brought_to(session, "draft", officer, desk)
        file = _attached(session, officer.caller, f"need:{row.id}")
        withdraw_attachment(session, officer.caller, file.id)
        journal = get_journal(session, officer.caller, f"need:{row.id}")
    assert [entry.event for entry in journal.entries][-2:] == ["need.file-attached", "need.file-withdrawn"]
    assert journal.entries[-1].details == {"attachment": file.id}
    assert "Canary" not in journal.model_dump_json()
    assert journal.chain_holds


def test_a_bad_file_is_refused_at_the_command_too(database: Database) -> None:
    """The rules hold for every way in, not only for the doors."""
    officer, desk = people.ministry(database), people.desk(database)
    need = a_need(database, "draft", officer, desk)
    with database.writing() as session, pytest.raises(InvalidInput):
        _attached(session, officer.caller, f"need:{need}", b"MZ\0\0")
    with database.reading() as session:
        assert list_attachments(session, officer.caller, f"need:{need}").items == []
