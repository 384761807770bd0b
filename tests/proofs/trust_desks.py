"""trust.desks: two secretariats on one instance; what one keeps in confidence the other sees nowhere.

The staff of one desk ask for everything that can be read, with all ids of both desks, in two worlds: in one
the other desk has needs and offers in confidence and has brought them together in a round, in the other it
has none. Every answer must be the same to the byte, so that no count, list, figure or page differs.
"""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from prometheus_client import generate_latest
from sqlmodel import Session, col, select

from service import clock
from service.jobs.dispatcher import dispatch_one
from service.matches.commands import begin_round, request_round
from service.matches.computing import run_to_end
from service.matches.schemas import RoundRequest
from service.matches.tables import MatchRound, Proposal, Seat, UnmetComponent
from tests.proofs.proof import Figure
from tests.proofs.trust_interference import (
    MOMENT,
    Answer,
    Question,
    addresses,
    answer,
    chance,
    differing,
)
from tests.rights.house import House, house
from tests.rights.world import Side
from tests.service.needs.cases import brought_to as need_brought_to
from tests.service.offers.cases import brought_to as offer_brought_to

ITEM = "trust.desks"
STAFF = ("case_officer", "dialogue_secretariat", "steering_member")
NEEDS = 4
"""What each desk brings together in confidence; one of them nobody can help with."""


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Let both desks run rounds, and ask as the staff of each; ``size`` is the most questions."""
    with tempfile.TemporaryDirectory() as folder:
        with chance(seed), clock.set_to(MOMENT):
            held = house(Path(folder))
            world = held.__enter__()
        try:
            for name, there in (("second", world), ("first", _turned(world))):
                yield from _as_staff_of(name, there, seed, size)
        finally:
            held.__exit__(None, None, None)


def _turned(world: House) -> House:
    return House(world.web, world.app, world.throughway, world.filled, world.other, world.own)


def _as_staff_of(name: str, world: House, seed: int, size: int | None) -> Iterator[Figure]:
    asked = [Question(role, address, accepts) for address, accepts in addresses(world) for role in STAFF][
        :size
    ]
    without = _look(world, seed, asked, is_secret=False)
    having = _look(world, seed, asked, is_secret=True)
    found = differing(asked, without.answers, having.answers)
    for line in (*found[:20], *having.told[:20]):
        print(f"{name}: {line}")
    count = len(asked)
    yield Figure(ITEM, f"{name}_differing={len(found)}", "0", not found, count)
    yield Figure(ITEM, f"{name}_told={len(having.told)}", "0", not having.told, len(having.secrets))
    yield Figure(ITEM, f"{name}_opened={having.opened}", "0", having.opened == 0, len(having.secrets))
    places = min(having.filled)
    yield Figure(ITEM, f"{name}_places_filled={places}", ">0", places > 0, len(having.filled))


@dataclass
class Seen:
    """What the staff of a desk see in one of the worlds."""

    answers: list[Answer]
    secrets: list[str]
    """Ids and words that are for the other desk alone."""
    told: list[str]
    """Where one of them came out."""
    opened: int
    """How many things of the other desk's round they could open."""
    filled: list[int]
    """Places that were filled in each round."""


def _look(world: House, seed: int, asked: list[Question], *, is_secret: bool) -> Seen:
    with world.as_at_first():
        filled = _brought_about(world, seed, is_secret=is_secret)
        secrets = _secrets(world) if is_secret else []
        answers = [answer(world, number, question) for number, question in enumerate(asked)]
        told = list(_told(world, asked, answers, secrets))
        return Seen(answers, secrets, told, sum(_opens(world, secrets)), filled)


def _brought_about(world: House, seed: int, *, is_secret: bool) -> list[int]:
    """Let the desk whose staff will ask, and the other one if it has anything in confidence, run a round."""
    with chance(seed + 1), clock.set_to(MOMENT):
        _work_off(world)
        with world.database.writing() as session:
            _case(session, world.other, "Known to its own desk")
        _work_off(world)
    filled = []
    if is_secret:
        with chance(seed + 2), clock.set_to(MOMENT):
            with world.database.writing() as session:
                _case(session, world.own, SECRET)
            filled.append(_round(world, world.own))
            _work_off(world)
    with chance(seed + 3), clock.set_to(MOMENT):
        filled.append(_round(world, world.other))
        _work_off(world)
    return filled


SECRET = "Kanarie of the other desk"


def _case(session: Session, side: Side, title: str) -> None:
    """Give a desk needs in confidence, and offers for it alone that fit all of them but one."""
    officer, desk, pool = (
        side.people[role] for role in ("requester_officer", "case_officer", "pool_manager")
    )
    for number in range(NEEDS):
        area = "EXP-RET" if number else "EXP-DATA"
        parts = [{"area": area, "modality": "MOD-PEER"}]
        said = {"title": f"{title} {number}", "components": parts, "commitments": ["T4-06"]}
        need_brought_to(session, "circulated", officer, desk, **said)
    for number in range(2):
        offer_brought_to(
            session,
            "active",
            pool,
            title=f"{title}: offer {number}",
            confidentiality="secretariat_only",
            desk=desk.stakeholder_id,
            modalities=["MOD-PEER"],
            capacity=2,
        )


def _round(world: House, side: Side) -> int:
    """Run a round to its end, and return how many places it filled."""
    asked = {"desk": side.ids["desk"], "policy": {"text_model": "character-ngrams"}}
    with world.database.writing() as session:
        clerk = side.people["case_officer"].caller
        row = request_round(session, clerk, RoundRequest.model_validate(asked))
    with world.database.writing() as session:
        begin_round(session, row.id, timedelta(minutes=5))
    run_to_end(world.database, row.id)
    with world.database.reading() as session:
        done = session.get_one(MatchRound, row.id)
        assert done.state == "finished", done.state
        return int((done.figures or {})["filled"])


def _work_off(world: House) -> None:
    while dispatch_one(world.database):
        pass


# What the other desk has to itself


def _secrets(world: House) -> list[str]:
    """Return the ids of what came out of the other desk's round, and the words of its texts."""
    with world.database.reading() as session:
        rounds = session.exec(select(MatchRound.id).where(MatchRound.desk_id == world.own.ids["desk"])).all()
        proposals = session.exec(select(Proposal).where(col(Proposal.round_id).in_(rounds))).all()
        ids = {one.id for one in proposals} | {one.need_id for one in proposals} | set(rounds)
        seats = session.exec(select(Seat).where(col(Seat.proposal_id).in_(ids))).all()
        unmet = session.exec(select(UnmetComponent).where(col(UnmetComponent.round_id).in_(rounds))).all()
        ids |= {one.id for one in seats} | {one.offer_id for one in seats} | {one.need_id for one in unmet}
    return [*sorted(ids), *world.own.canaries, SECRET]


def _told(world: House, asked: list[Question], answers: list[Answer], secrets: list[str]) -> Iterator[str]:
    for question, got in zip(asked, answers, strict=True):
        text = got.content.decode("utf-8", "replace")
        for secret in secrets:
            # What one asks with oneself comes back in the address that a refusal names.
            if secret in text and secret not in question.address:
                yield f"{question.address} as {question.role}: {secret}"
    figures = generate_latest(world.app.state.measures.registry).decode()
    for secret in (*secrets, world.own.ids["desk"], world.other.ids["desk"]):
        if secret in figures:
            yield f"figures for operators: {secret}"


DOORS = {
    "need": ("/api/v1/needs/{}", "/needs/{}", "/needs/{}/screening", "/api/v1/things/need:{}/messages"),
    "offer": ("/api/v1/offers/{}", "/api/v1/offers/{}/specificity"),
    "round": ("/api/v1/rounds/{}", "/api/v1/rounds/{}/problem", "/rounds/{}", "/rounds/{}/together"),
    "proposal": ("/api/v1/proposals/{}", "/proposals/{}", "/api/v1/proposals/{}/desk-journal"),
    "seat": ("/api/v1/seats/{}", "/seats/{}"),
}


def _opens(world: House, secrets: list[str]) -> Iterator[bool]:
    for secret in secrets:
        for door in DOORS.get(secret.partition("_")[0], ()):
            for role in STAFF:
                got = answer(world, 0, Question(role, door.format(secret), "text/html"))
                yield got.status != 404
