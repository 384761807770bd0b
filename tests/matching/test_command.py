"""The engine as a command, and its published schemas."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from matching.__main__ import main
from matching.foresight.replaying import Replay
from matching.outcome import Outcome
from matching.policy import Policy
from matching.scenarios import Comparison
from matching.schemas import FOLDER, SCHEMAS, schema_text
from tests.matching import worlds

ROOT = Path(__file__).parents[2]


@pytest.fixture
def problem_file(tmp_path: Path) -> Path:
    """A small problem as a file."""
    path = tmp_path / "problem.json"
    path.write_text(worlds.problem().model_dump_json(), encoding="utf-8")
    return path


@pytest.fixture
def policy_file(tmp_path: Path) -> Path:
    """A policy that needs no text model, as a file."""
    path = tmp_path / "policy.json"
    path.write_text(Policy(text_model="character-ngrams").model_dump_json(), encoding="utf-8")
    return path


def _published(name: str) -> dict[str, object]:
    schema: dict[str, object] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return schema


def test_round_prints_an_outcome(
    problem_file: Path, policy_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without --out, the outcome stands on standard output, as JSON that the published schema accepts."""
    assert main(["round", str(problem_file), "--policy", str(policy_file), "--seed", "7"]) == 0
    printed = capsys.readouterr()
    outcome = Outcome.from_json(printed.out)
    assert (outcome.seed, printed.err) == (7, "")
    assert [proposal.need for proposal in outcome.proposals] == ["N1"]
    jsonschema.Draft202012Validator(_published("outcome")).validate(json.loads(printed.out))


def test_round_writes_the_same_bytes_to_a_file(problem_file: Path, policy_file: Path, tmp_path: Path) -> None:
    """With --out, the outcome stands in the file; the same problem, policy and seed give the same bytes."""
    written = [tmp_path / "one.json", tmp_path / "two.json"]
    for path in written:
        assert main(["round", str(problem_file), "--policy", str(policy_file), "--out", str(path)]) == 0
    assert written[0].read_bytes() == written[1].read_bytes()
    assert Outcome.from_json(written[0].read_bytes()).seed == 0


def test_command_runs_as_a_module(problem_file: Path, policy_file: Path) -> None:
    """``python -m matching round`` works from outside, with unmet needs and exit status 0."""
    problem_file.write_text(worlds.problem(offers=()).model_dump_json(), encoding="utf-8")
    command = [sys.executable, "-m", "matching", "round", str(problem_file), "--policy", str(policy_file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert [unmet.reason for unmet in Outcome.from_json(done.stdout).unmet] == ["no_expertise"]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            {"needs": [{"id": "N1", "requesters": ["P-AAA"], "components": []}]},
            "need:N1: components: too_short",
        ),
        ({"as_of": "2027-13-01"}, "problem: as_of: date_parsing"),
        ({"weather": "fine"}, "problem: weather: extra_forbidden"),
        ({"parties": []}, "need:N1: requesters: unknown"),
        (
            {"pins": [{"decision": "maybe", "component": "N1.1", "offer": "O1"}]},
            "pin[0]: decision: literal_error",
        ),
    ],
)
def test_wrong_problem_is_refused_in_one_line(
    problem_file: Path, capsys: pytest.CaptureFixture[str], change: dict[str, object], line: str
) -> None:
    """A refused problem ends with status 2 and one line that names the record and the field."""
    problem_file.write_text(json.dumps(json.loads(problem_file.read_text()) | change), encoding="utf-8")
    assert main(["round", str(problem_file)]) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", f"refused: {line}\n")


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xff\xfe", b"NaN", b"[" * 100_000, b'{"as_of": NaN}'])
def test_what_is_no_problem_is_refused(
    problem_file: Path, capsys: pytest.CaptureFixture[str], text: bytes
) -> None:
    """Bytes that hold no problem are refused in one line, never with a traceback."""
    problem_file.write_bytes(text)
    assert main(["round", str(problem_file)]) == 2
    assert capsys.readouterr().err.startswith("refused: problem: ")


def test_wrong_policy_is_refused(
    problem_file: Path, policy_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A policy out of range is refused by its field."""
    policy_file.write_text('{"minimum_score": 0}', encoding="utf-8")
    assert main(["round", str(problem_file), "--policy", str(policy_file)]) == 2
    assert capsys.readouterr().err == "refused: policy: minimum_score: greater_than_equal\n"


def test_missing_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not there is said to be missing, in one line."""
    assert main(["round", str(tmp_path / "none.json")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_lock_that_cannot_be_kept_is_refused(
    problem_file: Path, policy_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A lock between a pair to which somebody said no is refused by the pin's name."""
    kept_apart = worlds.problem(
        needs=(worlds.need(do_not_pair=("P-BBB",)),),
        pins=(worlds.Pin(decision="lock", component="N1.1", offer="O1"),),
    )
    problem_file.write_text(kept_apart.model_dump_json(), encoding="utf-8")
    assert main(["round", str(problem_file), "--policy", str(policy_file)]) == 2
    assert capsys.readouterr().err == "refused: pin:N1.1/O1: decision: forbidden\n"


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_published_schema_is_current(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The schema in the repository is the one that the values have now; the command prints the same."""
    jsonschema.Draft202012Validator.check_schema(_published(name))
    assert (FOLDER / f"{name}.json").read_text(encoding="utf-8") == schema_text(name)
    assert main(["schema", name]) == 0
    assert capsys.readouterr().out == schema_text(name)


def test_schema_accepts_and_refuses_what_the_engine_does() -> None:
    """A valid problem passes the published schema, an unknown field does not."""
    validator = jsonschema.Draft202012Validator(_published("problem"))
    data = worlds.problem().model_dump(mode="json")
    assert validator.is_valid(data)
    assert not validator.is_valid(data | {"weather": "fine"})


def test_compare_prints_who_gains_and_who_loses(
    problem_file: Path, policy_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two policies over one problem are put side by side: under the stricter one the need loses its team."""
    strict = tmp_path / "strict.json"
    policy = Policy(text_model="character-ngrams", minimum_score=10_000)
    strict.write_text(policy.model_dump_json(), encoding="utf-8")
    assert main(["compare", str(problem_file), str(policy_file), str(strict)]) == 0
    found = Comparison.from_json(capsys.readouterr().out)
    assert (found.lost, found.slots_cost, found.same_problem) == (1, 1, True)


def test_replay_prints_what_three_ways_of_serving_reach(
    policy_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The needs of a problem come in batches; greed, prices and hindsight are compared."""
    world = tmp_path / "world.json"
    needs, offers = (worlds.need(1), worlds.need(2)), (worlds.offer(1), worlds.offer(2))
    world.write_text(worlds.problem(needs=needs, offers=offers).model_dump_json(), encoding="utf-8")
    assert main(["replay", str(world), "--policy", str(policy_file), "--batches", "2"]) == 0
    found = Replay.from_json(capsys.readouterr().out)
    assert (found.needs, found.batches, found.slots, found.hindsight.slots) == (2, 2, 2, 2)
