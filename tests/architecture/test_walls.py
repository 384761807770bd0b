"""The import contracts hold, and each of them would notice a violation."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("service", "matching", "clients", "migrations")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

PLANTED = {
    "engine-is-pure": ("matching/policy.py", "import sqlmodel"),
    "clients-stand-alone": ("clients/calls.py", "import matching.policy"),
    "three-doors-to-the-engine": ("service/needs/queries.py", "import matching.policy"),
    "only-main-mounts-clients": ("service/needs/api.py", "import clients.errors"),
    "floors": ("service/needs/queries.py", "import service.offers.queries"),
    "rules-are-pure": ("service/needs/rules.py", "import sqlmodel"),
}
UPWARD = {
    "service/stakeholders/queries.py": "import service.access.queries",
    "service/reference/queries.py": "import service.needs.queries",
    "service/database/engines.py": "import service.web.paging",
    "service/journal/commands.py": "import service.jobs.durable",
    "service/access/queries.py": "import service.matches.queries",
    "service/matches/queries.py": "import service.app",
}


def _contracts_kept(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    only = [argument for contract in contracts for argument in ("--contract", contract)]
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache", *only],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Give a copy of the code that a test may spoil."""
    for package in PACKAGES:
        skipped = shutil.ignore_patterns("__pycache__", "data", "static", "versions", "locale")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=skipped)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_is_kept(house: Path) -> None:
    """The code as it stands keeps every contract."""
    found = _contracts_kept(house)
    assert found.returncode == 0, found.stdout


def test_every_contract_has_a_planted_violation() -> None:
    """No contract goes without a test that shows that it bites."""
    assert {contract["id"] for contract in CONTRACTS} == set(PLANTED)


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_violation_is_noticed(house: Path, contract: str) -> None:
    """An import that a contract forbids, planted in the code, breaks just that contract."""
    file, line = PLANTED[contract]
    _plant(house / file, line)
    found = _contracts_kept(house, contract)
    assert found.returncode != 0
    assert "BROKEN" in found.stdout


@pytest.mark.parametrize("file", UPWARD)
def test_an_import_upwards_is_noticed(house: Path, file: str) -> None:
    """An import from a lower floor to a higher one is noticed, on every floor."""
    _plant(house / file, UPWARD[file])
    assert _contracts_kept(house, "floors").returncode != 0


def _plant(file: Path, line: str) -> None:
    file.write_text(f"{file.read_text()}\n{line}\n")
