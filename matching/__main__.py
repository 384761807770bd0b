"""The engine as a command: run a round over a problem file, or print a published JSON schema.

::

    python -m matching round PROBLEM.json [--policy POLICY.json] [--seed N] [--out OUTCOME.json]
    python -m matching schema problem|policy|outcome

The exit status is 0 with an outcome, unmet needs included, and 2 for a refused problem or policy, with one
line on standard error that names the record and the field.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from matching.errors import InvalidProblem, UnknownSetting
from matching.schemas import SCHEMAS, schema_text

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
        text = schema_text(asked.value) if asked.command == "schema" else _round(asked)
        _deliver(text, getattr(asked, "out", None))
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
    run.add_argument("problem", type=Path, help="problem as JSON (see: schema problem)")
    run.add_argument(
        "--policy", type=Path, help="policy as JSON (see: schema policy); default: the published"
    )
    run.add_argument("--seed", type=int, default=0, help="seed of the round, kept in the outcome; default: 0")
    run.add_argument("--out", type=Path, help="file for the outcome; default: standard output")
    schema = commands.add_parser("schema", help="print the JSON schema of a value")
    schema.add_argument("value", choices=sorted(SCHEMAS))
    return parser


def _round(asked: Namespace) -> str:
    from matching.policy import Policy
    from matching.problem import Problem
    from matching.round import run_round

    problem = Problem.from_json(asked.problem.read_bytes())
    policy = Policy.from_json(asked.policy.read_bytes()) if asked.policy else Policy()
    return run_round(problem, policy, seed=asked.seed).model_dump_json(indent=2) + "\n"


def _deliver(text: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
