"""Files through both clients: sent from memory or piece by piece from a disk, read back, withdrawn."""

import asyncio
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from clients import AsyncHomologue, Homologue, InvalidInput, NotFound
from clients.models import ComponentEntry, MessageWriting, NeedRegistration, Upload
from service.database.engines import Database
from tests.service import people
from tests.service.attachments.files import PDF, png
from tests.service.needs.cases import a_need


def test_files_and_messages_go_both_ways(database: Database, address: str, tmp_path: Path) -> None:
    """A file on disk is sent and read back to the byte; a refusal names the field; a message is answered."""
    officer, desk = people.ministry(database), people.desk(database)
    thing = f"need:{a_need(database, 'draft', officer, desk)}"
    (tmp_path / "Plan.pdf").write_bytes(PDF)
    with Homologue(address, token=officer.token) as client:
        added = client.attachments.add(thing, Upload.of(tmp_path / "Plan.pdf"))
        assert (added.name, added.size_bytes) == ("Plan.pdf", len(PDF))
        assert client.attachments.read(added.id) == PDF
        assert [file.id for file in client.attachments.list(thing).items] == [added.id]
        with pytest.raises(InvalidInput):
            client.attachments.add(thing, Upload("page.pdf", b"<html>"))
        client.attachments.withdraw(added.id)
        with pytest.raises(NotFound):
            client.attachments.read(added.id)
        written = client.threads.write(thing, MessageWriting(text="Which months?", readers=["desk"]))
        client.attachments.add(f"message:{written.id}", Upload("Map.png", png()))
        (seen,) = client.threads.messages(thing)
        assert [file.name for file in seen.files] == ["Map.png"]
        assert client.threads.retract(written.id).text is None


def test_a_desk_registers_from_a_letter(database: Database, app: FastAPI, tmp_path: Path) -> None:
    """The client that is awaited sends the need and its letter together; the state confirms."""
    officer, desk = people.ministry(database), people.desk(database)
    (tmp_path / "Letter.pdf").write_bytes(PDF)
    need = NeedRegistration(
        requesters=[officer.stakeholder_id],
        desk=desk.stakeholder_id,
        title="Train analysts of migration data",
        components=[ComponentEntry(area="EXP-DATA")],
    )

    async def course() -> None:
        transport = httpx.ASGITransport(app=app)
        async with AsyncHomologue("http://testserver", token=desk.token, transport=transport) as client:
            made = await client.needs.register_on_behalf(need, Upload.of(tmp_path / "Letter.pdf"))
        assert made.handling is not None
        assert made.handling.awaits_confirmation
        async with AsyncHomologue("http://testserver", token=officer.token, transport=transport) as client:
            assert (await client.needs.confirm_registration(made.id)).status == "draft"

    asyncio.run(course())
