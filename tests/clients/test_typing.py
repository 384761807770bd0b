"""The clients are as well understood by a type checker as by people."""

from pathlib import Path

from mypy import api


def test_answers_have_their_types() -> None:
    """Strict mypy knows what each call takes and answers in both clients, and finds what is wrong."""
    told, failures, status = api.run([str(Path(__file__).parent / "typed_use.py")])
    assert status == 0, told + failures
