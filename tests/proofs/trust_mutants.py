"""trust.mutants: hardly a small change to who may what, to a life or to booking goes by unnoticed.

Each change of :mod:`tests.proofs.mutation` is made in a fork of one process that has loaded all tests, and
the tests that run through the changed lines are run until one fails. What nobody notices and stands where a
module is read is tried once more in a new process, where all that was made from it is made anew.
"""

import ast
import contextlib
import gc
import importlib
import io
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

from tests.proofs.grafting import graft
from tests.proofs.mutation import Mutant, mutants_of
from tests.proofs.proof import Figure

ROOT = Path(__file__).resolve().parents[2]
BOUND = 90
SUBJECTS: dict[str, tuple[str, ...]] = {
    "service/caller.py": ("tests/service/access/test_rules.py",),
    "service/access/rules.py": ("tests/service/access/test_rules.py",),
    "service/attachments/rules.py": (
        "tests/service/attachments/test_rules.py",
        "tests/service/attachments/test_contents.py",
    ),
    "service/deliveries/rules.py": ("tests/service/deliveries/test_rules.py",),
    "service/dialogues/rules.py": ("tests/service/dialogues/test_rules.py",),
    "service/matches/bookings.py": ("tests/service/matches/test_bookings.py",),
    "service/matches/rules.py": ("tests/service/matches/test_rules.py",),
    "service/needs/rules.py": ("tests/service/needs/test_rules.py",),
    "service/needs/widening.py": ("tests/service/needs/test_widening.py",),
    "service/offers/rules.py": ("tests/service/offers/test_rules.py",),
    "service/stakeholders/rules.py": ("tests/service/stakeholders/test_rules.py",),
    "service/threads/rules.py": ("tests/service/threads/test_rules.py",),
}
"""What is changed, and the tests that are there to notice it."""

ALONE: dict[str, frozenset[str]] = {
    "service/needs/widening.py": frozenset(
        {"agree_to_widening", "_found", "_still_stands", "_side_of", "_check_alone", "waits_until"}
    ),
}
"""Of these files only the functions that decide who may, and when."""

EQUIVALENT: dict[tuple[str, str, str], str] = {
    (
        "service/attachments/rules.py",
        "",
        r"'\u200c\u200d' -> 'XX\u200c\u200dXX'",
    ): "Which characters join letters; an X is shown anyway.",
    (
        "service/matches/bookings.py",
        "release_expired",
        (
            "query.order_by(col(Booking.offer_id), col(Booking.id)).with_for_update()"
            " -> query.order_by(col(Booking.offer_id), col(Booking.id))"
        ),
    ): "SQLite locks no rows: a writer has the database to itself. trust.races tries it on PostgreSQL.",
    (
        "service/matches/bookings.py",
        "release_expired",
        "query.order_by(col(Booking.offer_id), col(Booking.id)) -> query",
    ): "The order in which rows are locked; SQLite locks none.",
    (
        "service/matches/bookings.py",
        "_take_all",
        "sorted(set(months)) -> set(months)",
    ): "The order in which months are locked; SQLite locks no rows.",
    (
        "service/matches/bookings.py",
        "_release",
        (
            "select(BookingMonth).where(BookingMonth.booking_id == booking.id)"
            ".order_by(col(BookingMonth.month))"
            " -> select(BookingMonth).where(BookingMonth.booking_id == booking.id)"
        ),
    ): "The order in which months are locked; SQLite locks no rows.",
    (
        "service/matches/bookings.py",
        "_take",
        "'sqlite' -> 'XXsqliteXX'",
    ): "Both databases write an insertion that gives way in the same words.",
}
"""Changes that change nothing here, by file, function and change, with the reason. They count neither way."""

NOTICED, UNNOTICED, NO_PROGRAM = 10, 11, 12
LONGEST_SECONDS = 20
PYTEST = ("-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT), "-s", "--tb=no")


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Change the rules in many small ways; ``size`` is how many changes are drawn (none: all)."""
    began = time.monotonic()
    run = _Run(_drawn(seed, size))
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()) as told:
        status = pytest.main([*PYTEST, f"--basetemp={folder}/tests", *_files()], plugins=[run])
    if status != 0 or run.trouble:
        raise RuntimeError(f"{run.trouble}\n{told.getvalue()[-4000:]}")
    survivors = [mutant for mutant in run.unnoticed if mutant.is_run_later or not _is_noticed_afresh(mutant)]
    for mutant in survivors:
        print(f"survived {mutant.line_of_report}", flush=True)
    number = len(run.unnoticed) + run.noticed
    score = 100 * (number - len(survivors)) / max(number, 1)
    figure = f"score={score:.1f}% survived={len(survivors)} seconds={time.monotonic() - began:.0f}"
    yield Figure("trust.mutants", figure, f"{BOUND}%", score >= BOUND, number)


def _files() -> list[str]:
    return sorted({file for files in SUBJECTS.values() for file in files})


def _tree(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text("utf-8"))


def _name(file: str) -> str:
    return file.removesuffix(".py").replace("/", ".")


def _all_mutants() -> list[Mutant]:
    found = [mutant for file in SUBJECTS for mutant in mutants_of(file, _tree(file))]
    return [one for one in found if one.file not in ALONE or one.within in ALONE[one.file]]


def _unchanged() -> list[Mutant]:
    """Return one change for each file that changes nothing: nobody may notice it."""
    return [Mutant(file, 0, 0, "", False, range(0), "nothing", int, _tree(file)) for file in SUBJECTS]  # noqa: FBT003 - read at once


def _drawn(seed: int, size: int | None) -> list[Mutant]:
    open_ones = [one for one in _all_mutants() if (one.file, one.within, one.change) not in EQUIVALENT]
    if size is None or size >= len(open_ones):
        return open_ones
    return random.Random(seed).sample(open_ones, size)  # noqa: S311 - a draw that can be repeated


@dataclass
class _Seen:
    """A test as it ran on the program as it is."""

    item: pytest.Item
    seconds: float = 0
    lines: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))


class _Run:
    """The plugin that runs the tests once, and then again and again with a change each."""

    def __init__(self, mutants: list[Mutant]) -> None:
        self.mutants = mutants
        self.unnoticed: list[Mutant] = []
        self.noticed = 0
        self.seen: list[_Seen] = []
        self.has_failed = False
        self.trouble = ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Let a property that fails fail at once: nobody reads the smallest example."""
        from hypothesis import Phase, settings  # noqa: PLC0415 - pytest wants to be the first who loads it

        settings.register_profile("mutants", settings.default, phases=(Phase.explicit, Phase.generate))
        settings.load_profile("mutants")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Notice a failure."""
        self.has_failed = self.has_failed or report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run all tests as they are, then those that each change calls for."""
        if session.testsfailed:
            return self._stop("The tests cannot be read.")
        self.seen = [_Seen(item) for item in session.items]
        for one in self.seen:
            self._run_as_it_is(one)
        if self.has_failed:
            return self._stop("A test fails without any change.")
        gc.collect()
        gc.freeze()
        odd = [one.file for one, end in _in_forks(_unchanged(), self._fork) if end != UNNOTICED]
        if odd:
            return self._stop(f"A test fails the second time, though nothing was changed: {odd}")
        for mutant, end in _in_forks(self.mutants, self._fork):
            self.noticed += end == NOTICED
            if end == UNNOTICED:
                self.unnoticed.append(mutant)
        return True

    def _stop(self, trouble: str) -> bool:
        self.trouble = trouble
        return True

    def _run_as_it_is(self, one: _Seen) -> None:
        watched = {str(ROOT / file): file for file in SUBJECTS}

        def watch(frame: FrameType, event: str, _value: Any) -> Any:
            file = watched.get(frame.f_code.co_filename)
            if file is not None and event in {"call", "line"}:
                one.lines[file].add(frame.f_lineno)
            return watch if file is not None else None

        began = time.monotonic()
        threading.settrace(watch)
        sys.settrace(watch)
        try:
            self._run(one.item)
        finally:
            sys.settrace(None)
            threading.settrace(None)  # type: ignore[arg-type]
        one.seconds = time.monotonic() - began

    def _run(self, item: pytest.Item) -> None:
        # A test of another file comes next, so that what all share stays.
        other = next((one.item for one in self.seen if one.item.path != item.path), None)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=other)

    def _called_for(self, mutant: Mutant) -> list[_Seen]:
        found: list[_Seen] = []
        if mutant.is_run_later:
            found = [one for one in self.seen if not one.lines[mutant.file].isdisjoint(mutant.lines)]
        if not found:
            files = {ROOT / file for file in SUBJECTS[mutant.file]}
            found = [one for one in self.seen if one.item.path in files]
        return sorted(found, key=lambda one: one.seconds)

    def _fork(self, mutant: Mutant) -> "_Fork":
        tests = self._called_for(mutant)
        limit = LONGEST_SECONDS + 3 * sum(one.seconds for one in tests)
        pid = os.fork()
        if pid == 0:
            os._exit(self._outcome(mutant, tests))
        return _Fork(pid, mutant, time.monotonic() + limit)

    def _outcome(self, mutant: Mutant, tests: list[_Seen]) -> int:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        mutant.make()
        try:
            graft(importlib.import_module(_name(mutant.file)), mutant.tree)
        except Exception:  # noqa: BLE001 - whatever cannot even be read is no program
            return NO_PROGRAM
        try:
            for one in tests:
                self._run(one.item)
                if self.has_failed:
                    return NOTICED
        except BaseException:  # noqa: BLE001 - whatever stops the tests is noticed
            return NOTICED
        return UNNOTICED


@dataclass(frozen=True)
class _Fork:
    """A process that runs tests on a change."""

    pid: int
    mutant: Mutant
    ends_at: float


def _in_forks(mutants: list[Mutant], start: Callable[[Mutant], _Fork]) -> Iterator[tuple[Mutant, int]]:
    """Start a process for each change, as many at once as there are cores, and give how each ended."""
    waiting, running = list(reversed(mutants)), list[_Fork]()
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            running.append(start(waiting.pop()))
        for fork in list(running):
            end = _end_of(fork)
            if end is not None:
                running.remove(fork)
                yield fork.mutant, end
        time.sleep(0.002)


def _end_of(fork: _Fork) -> int | None:
    if time.monotonic() > fork.ends_at:
        os.kill(fork.pid, signal.SIGKILL)
        os.waitpid(fork.pid, 0)
        return NOTICED
    pid, status = os.waitpid(fork.pid, os.WNOHANG)
    if pid == 0:
        return None
    end = os.waitstatus_to_exitcode(status)
    return end if end in {UNNOTICED, NO_PROGRAM} else NOTICED


def _is_noticed_afresh(mutant: Mutant) -> bool:
    number = next(number for number, one in enumerate(_all_mutants()) if _key(one) == _key(mutant))
    program = f"from tests.proofs.trust_mutants import run_afresh; raise SystemExit(run_afresh({number}))"
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False)
    return ended.returncode != 0


def run_afresh(number: int) -> int:
    """Run the tests of a subject on one change, in a process that has loaded nothing of the project yet."""
    mutant = _all_mutants()[number]
    mutant.make()
    program = compile(ast.fix_missing_locations(mutant.tree), str(ROOT / mutant.file), "exec")
    as_it_is = SourceFileLoader.get_code

    def changed(loader: SourceFileLoader, fullname: str) -> CodeType | None:
        return program if fullname == _name(mutant.file) else as_it_is(loader, fullname)

    SourceFileLoader.get_code = changed  # type: ignore[method-assign]
    with tempfile.TemporaryDirectory() as folder:
        return int(pytest.main([*PYTEST, "-x", f"--basetemp={folder}/tests", *SUBJECTS[mutant.file]]))


def _key(mutant: Mutant) -> tuple[str, int, int, str]:
    return mutant.file, mutant.line, mutant.column, mutant.change
