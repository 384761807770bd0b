"""Worked problems with published answers; the working stands in ``golden/README.md``."""

import json
from pathlib import Path
from typing import Any

import pytest

from matching import Outcome, Policy, Problem, run_round

FOLDER = Path(__file__).parent / "golden"
NAMES = sorted(path.name.removesuffix(".problem.json") for path in FOLDER.glob("*.problem.json"))


def _answer(outcome: Outcome) -> dict[str, Any]:
    """What the engine says, in the form in which the answers are published."""
    seats = [seat for proposal in outcome.proposals for seat in proposal.seats]
    certificates = {unmet.component: unmet.certificate.model_dump(mode="json") for unmet in outcome.unmet}
    for certificate in certificates.values():
        certificate["components"].sort()
        certificate["offers"].sort()
    return {
        "seats": sorted([seat.component, seat.offer, seat.experts] for seat in seats),
        "complete": {proposal.need: proposal.complete for proposal in outcome.proposals},
        "hosts": {
            proposal.need: [f"{host.kind}:{host.code}" for host in proposal.hosts]
            for proposal in outcome.proposals
        },
        "unmet": {unmet.component: [unmet.reason, unmet.missing] for unmet in outcome.unmet},
        "certificates": certificates,
    }


@pytest.mark.parametrize("name", NAMES)
def test_worked_problem_has_its_published_answer(name: str) -> None:
    """Seats, completeness, hosts, reasons and certificates are those worked out by hand."""
    problem = Problem.from_json((FOLDER / f"{name}.problem.json").read_bytes())
    outcome = run_round(problem, Policy(text_model="character-ngrams"))
    assert _answer(outcome) == json.loads((FOLDER / f"{name}.answer.json").read_text(encoding="utf-8"))


def test_worked_problems_are_there() -> None:
    """The folder holds the worked problems that its README explains."""
    assert NAMES == ["every-reason", "scarce-experts"]
