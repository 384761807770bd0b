"""What a type checker makes of the clients. It is read by mypy, never run."""

from collections.abc import Sequence
from typing import Any, assert_type

from clients import AsyncHomologue, Homologue
from clients.models import Need, NeedLine, NeedRegistration, NeedSummary, Page, Pin, Round


def blocking(client: Homologue, registration: NeedRegistration) -> None:
    """Calls answer what they say."""
    assert_type(client.needs.register(registration), Need)
    assert_type(client.needs.get("need_1"), Need | NeedSummary)
    assert_type(client.needs.pins("need_1"), Sequence[Pin])
    assert_type(client.needs.submit("need_1", reason="Ready"), Need)
    seen: list[Round] = []
    assert_type(client.rounds.wait("round_1", on_progress=seen.append), Round)
    assert_type(client.rounds.policy(), dict[str, Any])
    for entry in client.needs.list(state="GHA").in_pages_of(10):
        assert_type(entry, NeedLine | NeedSummary)
    for page in client.needs.list().pages():
        assert_type(page, Page[NeedLine | NeedSummary])


async def awaited(client: AsyncHomologue, registration: NeedRegistration) -> None:
    """The same, once it is awaited."""
    assert_type(await client.needs.register(registration), Need)
    assert_type(await client.needs.get("need_1"), Need | NeedSummary)
    assert_type(await client.rounds.wait("round_1"), Round)
    async for entry in client.needs.list(state="GHA"):
        assert_type(entry, NeedLine | NeedSummary)


def mistaken(client: Homologue, other: AsyncHomologue) -> None:
    """Each of these is found; mypy says so where one is not."""
    client.needs.get(3)  # type: ignore[arg-type]
    client.needs.list(colour="blue")  # type: ignore[call-arg]
    client.needs.register({"title": "Train analysts"})  # type: ignore[arg-type]
    for _ in other.needs.list():  # type: ignore[attr-defined]
        pass
