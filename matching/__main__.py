"""The engine as a command: run a round, compare two policies, replay arrivals, or print a JSON schema.

::

    python -m matching round PROBLEM.json [--policy POLICY.json] [--seed N] [--out OUTCOME.json]
    python -m matching compare PROBLEM.json FIRST.json SECOND.json [--seed N] [--out COMPARISON.json]
    python -m matching replay PROBLEM.json [--policy POLICY.json] [--batches N] [--seed N] [--out REPLAY.json]
    python -m matching schema problem|policy|outcome

The exit status is 0 with an outcome, unmet needs included, and 2 for a refused problem or policy, with one
line on standard error that names the record and the field.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from matching.errors import InvalidProblem, UnknownSetting
from matching.schemas import SCHEMAS, schema_text

if TYPE_CHECKING:
    from matching.policy import Policy
    from matching.problem import Problem
    from matching.records import Record

REFUSED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    Parameters
    ----------
    arguments : sequence of str, optional
        Arguments after the program's name; default: those that the program was called with.

    Returns
    -------
    int
        0, or 2 for input that is refused.
    """
    asked = _parser().parse_args(arguments)
    try:
        _deliver(ANSWERS[asked.command](asked), getattr(asked, "out", None))
    except (InvalidProblem, UnknownSetting) as refusal:
        print(f"refused: {refusal}", file=sys.stderr)
        return REFUSED
    except OSError as trouble:
        print(f"refused: {trouble.filename}: {trouble.strerror}", file=sys.stderr)
        return REFUSED
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m matching", description="Homologue's matching engine.")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("round", help="match the needs of a problem with its offers")
    compare = commands.add_parser("compare", help="put the rounds of two policies side by side")
    replay = commands.add_parser("replay", help="what holding capacity back would have gained over greed")
    for command in (run, compare, replay):
        command.add_argument("problem", type=Path, help="problem as JSON (see: schema problem)")
        command.add_argument("--seed", type=int, default=0, help="seed of all that is drawn; default: 0")
        command.add_argument("--out", type=Path, help="file for the answer; default: standard output")
    for command in (run, replay):
        command.add_argument("--policy", type=Path, help="policy as JSON; default: the published one")
    for name in ("first", "second"):
        compare.add_argument(name, type=Path, help="policy as JSON (see: schema policy)")
    replay.add_argument("--batches", type=int, default=8, help="in how many batches needs come; default: 8")
    schema = commands.add_parser("schema", help="print the JSON schema of a value")
    schema.add_argument("value", choices=sorted(SCHEMAS))
    return parser


def _round(asked: Namespace) -> str:
    from matching.round import run_round

    return _written(run_round(_problem(asked.problem), _policy(asked.policy), seed=asked.seed))


def _compare(asked: Namespace) -> str:
    from matching.round import run_round
    from matching.scenarios import compare

    problem = _problem(asked.problem)
    first, second = (
        run_round(problem, _policy(path), seed=asked.seed) for path in (asked.first, asked.second)
    )
    return _written(compare(first, second, problem))


def _replay(asked: Namespace) -> str:
    from matching.foresight.replaying import replay

    problem, policy = _problem(asked.problem), _policy(asked.policy)
    return _written(replay(problem, policy, batches=asked.batches, seed=asked.seed))


def _schema(asked: Namespace) -> str:
    return schema_text(asked.value)


ANSWERS: dict[str, Callable[[Namespace], str]] = {
    "round": _round,
    "compare": _compare,
    "replay": _replay,
    "schema": _schema,
}


def _problem(path: Path) -> "Problem":
    from matching.problem import Problem

    return Problem.from_json(path.read_bytes())


def _policy(path: Path | None) -> "Policy":
    from matching.policy import Policy

    return Policy.from_json(path.read_bytes()) if path else Policy()


def _written(answer: "Record") -> str:
    return answer.model_dump_json(indent=2) + "\n"


def _deliver(text: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
