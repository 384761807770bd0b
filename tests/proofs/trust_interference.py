"""trust.interference: a secret changes no byte that an outsider can get.

The same world is asked twice, with a secret in it and without: everything that can be read, by everybody who
has no part in it. Time and chance are the same both times.
"""

import random
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from sqlmodel import Session

from service import clock
from service.access.commands import grant_duty
from service.access.schemas import DutyGrant
from service.caller import OPERATOR, ROLES
from service.database.engines import Database
from service.matches.commands import begin_round, decide_pin, request_round
from service.matches.computing import run_to_end
from service.matches.schemas import PinDecision, RoundRequest
from service.threads.commands import write_message
from service.threads.schemas import MessageWriting
from tests.proofs.proof import Figure
from tests.rights import pages
from tests.rights.house import House, house
from tests.rights.matrix import FIXED, NAMES
from tests.rights.world import Side
from tests.service.needs.cases import brought_to as need_brought_to
from tests.service.offers.cases import brought_to as offer_brought_to

ITEM = "trust.interference"
MOMENT = datetime(2027, 3, 15, 9, 30, tzinfo=UTC)
TRAINING = {"area": "EXP-DATA", "modality": "MOD-TRAIN"}
FILTERS = ("q", "state", "theme", "commitment", "area", "need", "offer", "stakeholder", "dialogue")


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Compare the worlds for each secret; ``size`` draws so many questions from all."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as held:
        with chance(seed), clock.set_to(MOMENT):
            world = held.enter_context(house(Path(folder)))
        asked = list(questions(world))
        if size is not None and size < len(asked):
            asked = random.Random(seed).sample(asked, size)  # noqa: S311 - a proof
        without = _answers(world, asked, seed, None)
        broken = [one.address for one, got in zip(asked, without, strict=True) if got.status >= 500]
        yield Figure(ITEM, f"broken={len(broken)}", "0", not broken, len(asked))
        noticed = differing(asked, without, _answers(world, asked, seed, _published))
        yield Figure(ITEM, f"published_noticed={len(noticed)}", ">0", bool(noticed), len(asked))
        for name, secret in SECRETS.items():
            found = differing(asked, without, _answers(world, asked, seed, secret))
            for line in found[:20]:
                print(f"{name}: {line}")
            yield Figure(ITEM, f"{name}_differing={len(found)}", "0", not found, len(asked))


Secret = Callable[[Database, Side], None]


class Question(NamedTuple):
    """What an outsider asks."""

    role: str | None
    address: str
    accepts: str


class Answer(NamedTuple):
    """All that an outsider gets."""

    status: int
    headers: str
    content: bytes


def _answers(world: House, asked: list[Question], seed: int, secret: Secret | None) -> list[Answer]:
    """Ask everything of the world as it was at first, or with the secret in it."""
    with world.as_at_first():
        if secret:
            with chance(seed + 1), clock.set_to(MOMENT):
                secret(world.database, world.own)
        return [answer(world, number, question) for number, question in enumerate(asked)]


def differing(asked: list[Question], without: list[Answer], having: list[Answer]) -> list[str]:
    """Say which questions are answered otherwise in two worlds, and where the first difference is."""
    return [
        f"{question.address} as {question.role or 'nobody'}: {_first_difference(before, after)}"
        for question, before, after in zip(asked, without, having, strict=True)
        if before != after
    ]


@contextmanager
def chance(seed: int) -> Iterator[None]:
    """Let chance fall the same way each time."""
    draw = random.Random(seed)  # noqa: S311 - a proof
    with (
        patch("secrets.token_bytes", lambda size=32: draw.randbytes(size or 32)),
        patch("secrets.token_hex", lambda size=32: draw.randbytes(size or 32).hex()),
        patch("secrets.token_urlsafe", lambda size=32: draw.randbytes(size or 32).hex()),
        patch("os.urandom", draw.randbytes),
    ):
        yield


def answer(world: House, number: int, question: Question) -> Answer:
    """Ask one question as somebody of the other side, at the same moment and with the same lots as ever."""
    person = world.other.people.get(question.role or "")
    headers = {"Accept": question.accepts, "X-Request-Id": "the-same"}
    with chance(number), clock.set_to(MOMENT + timedelta(minutes=10)):
        got = world.web.get(question.address, headers=headers | (person.headers if person else {}))
    kept = {name: value for name, value in got.headers.items() if name not in {"date", "server"}}
    return Answer(got.status_code, str(sorted(kept.items())), got.content)


def _first_difference(before: Answer, after: Answer) -> str:
    for one, two in zip(before, after, strict=True):
        if one != two:
            pairs = enumerate(zip(str(one), str(two), strict=False))
            place = max(next((number for number, (a, b) in pairs if a != b), 0) - 60, 0)
            return f"{str(one)[place : place + 120]!r} / {str(two)[place : place + 120]!r}"
    return ""


def questions(world: House) -> Iterator[Question]:
    """Give everything that can be read, asked by everybody who has no part in the secret."""
    roles = [role for role in ROLES if role != "administrator"]
    for address, accepts in addresses(world):
        for role in (*roles, None):
            yield Question(role, address, accepts)


def addresses(world: House) -> Iterator[tuple[str, str]]:
    """Give all that can be read, of either side's things, with what it is asked for as."""
    for path, described in world.app.openapi()["paths"].items():
        if "get" not in described:
            continue
        names = {one["name"] for one in described["get"].get("parameters", ()) if one["in"] == "query"}
        for address in _filled(path, world):
            yield address, "application/json"
            for name in sorted(names & set(FILTERS)):
                yield f"{address}?{name}={_sought(name, world)}", "application/json"
    for path in pages.addresses():
        for address in _filled(path, world):
            yield address, "text/html"


def _filled(path: str, world: House) -> list[str]:
    """Give a path with the ids of either side in it."""
    if "{" not in path:
        return [path]
    return sorted(
        {
            re.sub(r"\{(\w+)(:\w+)?\}", lambda found: _in_path(found[1], side.ids), path)  # noqa: B023 - used at once
            for side in (world.own, world.other)
        }
    )


def _in_path(name: str, ids: Mapping[str, str]) -> str:
    return FIXED.get(name) or ids.get(NAMES.get(name, name.removesuffix("_id")), "none")


def _sought(name: str, world: House) -> str:
    found = {"q": "Kanarie", "state": "GHA", "theme": "T4", "commitment": "T4-01", "area": "EXP-DATA"}
    return found.get(name) or world.own.ids.get({"stakeholder": "ministry"}.get(name, name), "none")


# The secrets, and what is none


def _published(database: Database, side: Side) -> None:
    """Publish a need: what is no secret must be noticed, or nothing is proved."""
    officer, desk = side.people["requester_officer"], side.people["case_officer"]
    with database.writing() as session:
        need_brought_to(session, "circulated", officer, desk, confidentiality="public")


def _secret_need(database: Database, side: Side) -> None:
    with database.writing() as session:
        _need(session, side)


def _need(session: Session, side: Side) -> str:
    officer, desk = side.people["requester_officer"], side.people["case_officer"]
    said = {"title": "Kanarie of a need", "context": "Kanarie", "components": [TRAINING]}
    return need_brought_to(session, "circulated", officer, desk, **said).id


def _secret_offer(database: Database, side: Side) -> None:
    with database.writing() as session:
        _offer(session, side)


def _offer(session: Session, side: Side) -> str:
    said = {
        "title": "Kanarie of an offer",
        "description": "Kanarie",
        "confidentiality": "secretariat_only",
        "desk": side.ids["desk"],
        "expertise": [{"area": "EXP-DATA"}],
        "modalities": ["MOD-TRAIN"],
        "commitments": ["T4-01"],
    }
    return offer_brought_to(session, "active", side.people["pool_manager"], **said).id


def _secret_veto(database: Database, side: Side) -> None:
    said = {"component": side.ids["component"], "offer": side.ids["offer"], "decision": "veto"}
    with database.writing() as session:
        decision = PinDecision.model_validate(said | {"reason": "Kanarie"})
        decide_pin(session, side.people["case_officer"].caller, side.ids["need"], decision)


def _secret_note(database: Database, side: Side) -> None:
    said = MessageWriting(kind="note", text="Kanarie of a note")
    with database.writing() as session:
        write_message(session, side.people["case_officer"].caller, f"need:{side.ids['need']}", said)


def _secret_membership(database: Database, side: Side) -> None:
    """Somebody else of the side comes to work at its desk."""
    grant = DutyGrant(role="case_officer", stakeholder=side.ids["desk"])
    with database.writing() as session:
        grant_duty(session, OPERATOR, side.people["observer"].account_id, grant)


def _mixed_round(database: Database, side: Side) -> None:
    """A round of the side's own desk over its secret need and everything that may be proposed to it."""
    with database.writing() as session:
        _need(session, side)
        _offer(session, side)
    asked = {"desk": side.ids["desk"], "policy": {"text_model": "character-ngrams"}}
    with database.writing() as session:
        clerk = side.people["case_officer"].caller
        row = request_round(session, clerk, RoundRequest.model_validate(asked))
    with database.writing() as session:
        begin_round(session, row.id, timedelta(minutes=5))
    run_to_end(database, row.id)


SECRETS: dict[str, Secret] = {
    "need": _secret_need,
    "offer": _secret_offer,
    "veto": _secret_veto,
    "note": _secret_note,
    "membership": _secret_membership,
    "mixed_round": _mixed_round,
}
