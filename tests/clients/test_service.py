"""Both clients against the real service: the blocking one over a socket, the other in process."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st

from clients import (
    AsyncHomologue,
    Conflict,
    Homologue,
    HomologueError,
    InvalidInput,
    NotAllowed,
    NotFound,
    SignInRequired,
    Unreachable,
)
from clients.doors import Paged
from clients.flows import exchange
from clients.models import DutyGrant, NeedLevelChange, NeedRevision
from tests.clients.surface import Offered, calls, sample
from tests.clients.world import World, need_of

READING = [one for one in calls() if sample(one).method == "GET"]


def outcome_of(ask: Callable[[], Any]) -> Any:
    """Give an answer, or the error in its place."""
    try:
        return ask()
    except HomologueError as error:
        return type(error), str(error)


async def async_outcome_of(ask: Callable[[], Awaitable[Any]]) -> Any:
    """Give an answer, or the error in its place."""
    try:
        return await ask()
    except HomologueError as error:
        return type(error), str(error)


def asked(client: Homologue, one: Offered, world: World) -> Any:
    """Ask one thing; of a list everything."""
    call = sample(one, **world.ids)
    if isinstance(one.door, Paged):
        return list(client.way.follow(call))
    return client.way.run(exchange(call, 0))


async def async_asked(client: AsyncHomologue, one: Offered, world: World) -> Any:
    """Ask one thing; of a list everything."""
    call = sample(one, **world.ids)
    if isinstance(one.door, Paged):
        return [entry async for entry in client.way.follow(call)]
    return await client.way.run(exchange(call, 0))


def test_both_clients_read_the_same(app: FastAPI, address: str, world: World) -> None:
    """Every reading call, for each person, gives the same answer or the same error in both clients."""
    answered = {str(one): 0 for one in READING}

    async def compare(token: str | None) -> None:
        transport = httpx.ASGITransport(app)
        with Homologue(address, token=token) as client:
            async with AsyncHomologue(token=token, transport=transport) as other:
                for one in READING:
                    first = outcome_of(partial(asked, client, one, world))
                    second = await async_outcome_of(partial(async_asked, other, one, world))
                    assert first == second, str(one)
                    answered[str(one)] += not isinstance(first, tuple)

    for token in world.people().values():
        asyncio.run(compare(token))
    silent = {name for name, number in answered.items() if not number}
    # No round was computed, no person stands behind an institution's offer, the one code that is tried
    # everywhere is a dialogue's, there are no files, news or webhooks, nothing was passed on, and the
    # institution that is tried everywhere is no pool.
    assert silent == {
        "attachments.read",
        "clocks.get",
        "clocks.journal",
        "escalations.get",
        "escalations.journal",
        "needs.why_not",
        "network.introduction",
        "notifications.get",
        "offers.look_up_person",
        "overviews.commitment",
        "overviews.theme",
        "pools.calendar",
        "pools.get_import",
        "pools.import_journal",
        "pools.imports",
        "pools.lines",
        "proposals.desk_journal",
        "proposals.get",
        "proposals.journal",
        "proposals.replacements",
        "reference.commitment",
        "reference.regional_body",
        "rounds.compare",
        "rounds.problem",
        "seats.get",
        "seats.journal",
        "webhooks.deliveries",
        "webhooks.get",
    }


def test_both_clients_write_the_same(app: FastAPI, address: str, world: World) -> None:
    """The same registration through either client makes the same need."""
    registration = need_of(world.officer, world.clerk)

    async def register() -> Any:
        transport = httpx.ASGITransport(app)
        async with AsyncHomologue(token=world.officer.token, transport=transport) as client:
            return await client.needs.register(registration)

    with Homologue(address, token=world.officer.token) as client:
        first = client.needs.register(registration)
    second = asyncio.run(register())
    varying = {"id": True, "registered_at": True, "changed_at": True, "components": {"__all__": {"id"}}}
    assert first.model_dump(exclude=varying) == second.model_dump(exclude=varying)
    assert first.id != second.id


def test_clearing_and_leaving_reach_the_service(address: str, world: World) -> None:
    """None in a revision clears a field; the others stay."""
    with Homologue(address, token=world.officer.token) as client:
        need = client.needs.register(need_of(world.officer, world.clerk))
        revised = client.needs.revise(need.id, NeedRevision(starts_on=None, urgency="urgent"), etag=need.etag)
    assert (revised.starts_on, revised.urgency, revised.title) == (None, "urgent", need.title)


def test_refusals_arrive_as_their_errors(address: str, world: World) -> None:
    """No token, another's need, a wrong field, a wrong stage, a missing duty: each is its own error."""
    need_id = world.ids["need_id"]
    with Homologue(address, token="wrong") as client, pytest.raises(SignInRequired):
        client.me.get()
    with Homologue(address, token=world.manager.token) as client:
        with pytest.raises(NotFound):
            client.needs.get(need_id)
        with pytest.raises(NotAllowed) as missing:
            client.accounts.grant_duty(world.ids["account_id"], DutyGrant(role="administrator"))
        assert missing.value.code == "not_allowed"
    with Homologue(address, token=world.officer.token) as client:
        with pytest.raises(InvalidInput) as caught:
            client.needs.register(need_of(world.officer, world.clerk).model_copy(update={"title": "x"}))
        assert [fault.field for fault in caught.value.faults] == ["title"]
        with pytest.raises(Conflict) as wrong:
            client.needs.submit(need_id)
        assert wrong.value.code == "wrong_move"


def test_texts_come_in_the_language_asked_for(address: str) -> None:
    """The client's language reaches the service."""
    with Homologue(address, language="fr") as client:
        assert client.reference.state("DEU").name == "Allemagne"
        with pytest.raises(NotFound) as caught:
            client.needs.get("need_" + "0" * 32)
    assert caught.value.status == 404


def test_a_round_is_waited_for(address: str, world: World) -> None:
    """Waiting hands back the round once nothing more happens to it."""
    seen: list[str] = []
    with Homologue(address, token=world.clerk.token) as client:
        client.rounds.cancel(world.ids["round_id"], reason="Only tried")
        ended = client.rounds.wait(world.ids["round_id"], on_progress=lambda now: seen.append(now.state))
        assert ended == client.rounds.get(ended.id)
    assert seen == ["cancelled"]


def test_a_level_is_changed(address: str, world: World) -> None:
    """A need that two of its requester make public is read without any token, once it is circulated."""
    need_id = world.ids["need_id"]
    with Homologue(address, token=world.officer.token) as client:
        client.needs.change_confidentiality(need_id, NeedLevelChange(confidentiality="public"))
    with Homologue(address, token=world.focal_point.token) as client:
        (asked_for,) = client.needs.widenings(need_id).items
        client.needs.agree_to_widening(need_id, asked_for.id)
    with Homologue(address, token=world.clerk.token) as client:
        client.needs.circulate(need_id)
    with Homologue(address) as client:
        assert client.needs.get(need_id).id == need_id


def test_pages_are_followed_to_the_end(app: FastAPI, address: str) -> None:
    """Whatever the size of its pages, a list is whole, in order, and the same in both clients."""
    with Homologue(address) as client:
        whole = [state.iso3 for state in client.reference.states(region="Africa")]
        assert whole == sorted(set(whole))

        async def follow(size: int) -> list[str]:
            async with AsyncHomologue(transport=httpx.ASGITransport(app)) as other:
                states = other.reference.states(region="Africa").in_pages_of(size)
                return [state.iso3 async for state in states]

        @settings(max_examples=15)
        @given(st.integers(1, 200))
        def followed(size: int) -> None:
            states = client.reference.states(region="Africa").in_pages_of(size)
            pages = list(states.pages())
            assert [state.iso3 for page in pages for state in page.items] == whole
            assert len(pages) == -(-len(whole) // size)
            assert asyncio.run(follow(size)) == whole

        followed()


def test_a_service_that_is_away_is_unreachable() -> None:
    """Nobody listens: the error says so, and is no refusal."""
    with Homologue("http://127.0.0.1:9", retries=0) as client, pytest.raises(Unreachable):
        client.health.live()
