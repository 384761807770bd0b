"""A whole round on a generated world: seconds of each stage, and the most memory that it held.

Run as ``python tests/benchmarks/round.py --size L --seed 1``, or with ``--needs 1360 --offers 2080``. The
world and the vectors of its texts are made before, as a running instance has them; what that takes is
printed apart. Exit status 1 if a bound is not met: at size L, 30 seconds and 2 GiB in all; at every size,
neither explanations nor verification take longer than everything else together.
"""

import argparse
import random
import resource
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[2]))  # a plain script does not know the checkout

from matching import (
    Area,
    Commitment,
    Component,
    Delivery,
    Expertise,
    Group,
    Language,
    Membership,
    Need,
    Offer,
    Outcome,
    Party,
    Policy,
    Problem,
    State,
    run_round,
)
from matching.text import TextSimilarity, load_text_model

SIZES = {"S": (200, 1_000), "M": (2_000, 10_000), "L": (10_000, 100_000)}
MOST_SECONDS, MOST_MEGABYTES = 30.0, 2048.0
"""What a whole round may take at size L."""
TEXTS_AT_A_TIME = 4_000
STATES, AREAS, COMMITMENTS, GROUPS, THEMES = 190, 38, 38, 60, 5
LANGUAGES = ("ar", "en", "es", "fr", "pt", "ru")
MODALITIES = ("MOD-EVENT", "MOD-PEER", "MOD-STUDY", "MOD-TRAIN")
INCOMES: tuple[Any, ...] = ("low", "lower_middle", "upper_middle", "high", None)
PROFICIENCIES: tuple[Any, ...] = (None, "awareness", "practitioner", "advanced", "authority")
URGENCIES: tuple[Any, ...] = ("routine", "routine", "priority", "urgent", "emergency")
WORDS = (
    "return counselling register border asylum training remittance passport integration children labour"
    " diaspora shelter statistics consular smuggling recognition climate mobility health census visa"
)
STAGES = ("candidates", "allocation", "explanations", "unmet", "graph", "verification")


class World:
    """A generator of problems: the same seed gives the same problem."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - no secret depends on it
        self.states = tuple(f"S{number:03}" for number in range(STATES))
        self.areas = tuple(f"EXP-{number:02}" for number in range(AREAS))
        self.commitments = tuple(f"T{1 + number % THEMES}-{number:02}" for number in range(COMMITMENTS))

    def problem(self, needs: int, offers: int) -> Problem:
        """Return a problem with so many needs and offers, and a delivery for every tenth offer."""
        return Problem(
            as_of=date(2027, 1, 15),
            modalities=MODALITIES,
            states=tuple(self.state(number, code) for number, code in enumerate(self.states)),
            commitments=tuple(Commitment(code=code, theme=code[:2]) for code in self.commitments),
            areas=tuple(Area(code=code, commitments=self.some(self.commitments, 2)) for code in self.areas),
            groups=tuple(self.group(number) for number in range(GROUPS)),
            memberships=tuple(self.memberships()),
            parties=tuple(
                Party(id=f"P-{code}", type="ministry_or_agency", name=code, states=(code,), public_body=True)
                for code in self.states
            ),
            needs=tuple(self.need(number) for number in range(needs)),
            offers=tuple(self.offer(number) for number in range(offers)),
            deliveries=tuple(self.delivery(number) for number in range(offers // 10)),
        )

    def some(self, values: tuple[str, ...], most: int) -> tuple[str, ...]:
        """Return between one and ``most`` of the values, each once."""
        return tuple(self.chance.sample(values, self.chance.randint(1, most)))

    def text(self) -> str:
        """Return a text of a dozen words."""
        return " ".join(self.chance.choices(WORDS.split(), k=12))

    def languages(self) -> tuple[Language, ...] | None:
        """Return up to three languages with levels; two sides in five state none."""
        if self.chance.random() < 0.4:
            return None
        return tuple(
            Language(code=code, level=self.chance.choice(("B2", "C1", None)))
            for code in self.some(LANGUAGES, 3)
        )

    def state(self, number: int, code: str) -> State:
        """Return a state somewhere on earth."""
        return State(
            code=code,
            region=f"R{number % 5}",
            subregion=f"R{number % 5}-{number % 20}",
            income=self.chance.choice(INCOMES),
            ldc=self.chance.random() < 0.2,
            languages=self.some(LANGUAGES, 2),
            latitude=self.chance.uniform(-50, 65),
            longitude=self.chance.uniform(-180, 180),
        )

    def group(self, number: int) -> Group:
        """Return a dialogue with a few commitments on its agenda."""
        return Group(kind="dialogue", code=f"G{number}", commitments=self.some(self.commitments, 6))

    def memberships(self) -> Iterable[Membership]:
        """Give each group 5 to 60 member states."""
        for number in range(GROUPS):
            for code in self.chance.sample(self.states, self.chance.randint(5, 60)):
                yield Membership(kind="dialogue", group=f"G{number}", state=code, role="member")

    def need(self, number: int) -> Need:
        """Return a need of one to four components, with a window of half a year."""
        start = 1 + number % 6
        return Need(
            id=f"N{number}",
            requesters=(f"P-{self.chance.choice(self.states)}",),
            commitments=self.some(self.commitments, 2),
            text=self.text(),
            urgency=self.chance.choice(URGENCIES),
            starts_on=date(2027, 1 + start, 1),
            ends_on=date(2027, 6 + start, 28),
            components=tuple(
                Component(
                    id=f"N{number}.{place}",
                    area=self.chance.choice(self.areas),
                    modality=self.chance.choice(MODALITIES),
                    languages=self.languages(),
                    slots=self.chance.randint(1, 2),
                    mandatory=self.chance.random() < 0.8,
                )
                for place in range(self.chance.randint(1, 4))
            ),
        )

    def offer(self, number: int) -> Offer:
        """Return an offer in one or two areas, open in half of the months."""
        return Offer(
            id=f"O{number}",
            party=f"P-{self.chance.choice(self.states)}",
            named_expert=self.chance.random() < 0.5,
            expertise=tuple(
                Expertise(area=area, proficiency=self.chance.choice(PROFICIENCIES))
                for area in self.some(self.areas, 2)
            ),
            commitments=self.some(self.commitments, 2),
            modalities=self.some(MODALITIES, 3),
            languages=self.languages(),
            text=self.text(),
            capacity=self.chance.choice((None, 1, 2, 3)),
            months=tuple(sorted(self.chance.sample(range(1, 13), 6))),
        )

    def delivery(self, number: int) -> Delivery:
        """Return a delivery between two states, in one to two areas."""
        helped, helper = self.chance.sample(self.states, 2)
        return Delivery(
            id=f"D{number}",
            requesters=(helped,),
            providers=(helper,),
            areas=self.some(self.areas, 2),
            commitments=self.some(self.commitments, 2),
            text=self.text(),
            year_from=self.chance.randint(2010, 2026),
        )


class Watch:
    """Takes the time of each stage of a round."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(STAGES, 0.0)
        self._began = dict.fromkeys(STAGES, 0.0)
        self._processor_began = time.process_time()

    def processor(self) -> float:
        """Return the processor time since the watch was made: a busy machine lengthens the rest."""
        return time.process_time() - self._processor_began

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Note when a stage begins and ends; this is what a round calls."""
        now = time.perf_counter()
        if not done and not self._began[stage]:
            self._began[stage] = now
        if done == total:
            self.seconds[stage] = now - self._began[stage]


class Remembered:
    """A text model with the vectors of a problem's texts made before, as an instance keeps them."""

    def __init__(self, model: TextSimilarity, problem: Problem) -> None:
        self.name = model.name
        self._model = model
        records: tuple[Need | Offer | Delivery, ...] = (*problem.needs, *problem.offers, *problem.deliveries)
        self._texts = sorted({record.text for record in records})
        width = model.encode(self._texts[:1]).shape[1]
        self._vectors = np.empty((len(self._texts), width), dtype=np.float32)
        for first in range(0, len(self._texts), TEXTS_AT_A_TIME):
            part = slice(first, first + TEXTS_AT_A_TIME)
            self._vectors[part] = model.encode(self._texts[part])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors, without a second copy where all are asked for."""
        return self._vectors if list(texts) == self._texts else self._model.encode(texts)


def peak_megabytes() -> float:
    """Most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def standing_megabytes() -> float:
    """Memory that this process holds now, where the system tells it; else the most that it has held."""
    told = Path("/proc/self/statm")
    if not told.exists():
        return peak_megabytes()
    return int(told.read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 2**20


def report(outcome: Outcome, watch: Watch, total: float, *, is_large: bool) -> bool:
    """Print the figures; return whether the bounds are met."""
    figures = outcome.figures
    seats = sum(len(proposal.seats) for proposal in outcome.proposals)
    print(
        f"{figures.candidates} candidates, {len(outcome.proposals)} proposals with {seats} seats,"
        f" {len(outcome.unmet)} components unmet, fingerprint {outcome.fingerprint[:16]}"
    )
    for stage in STAGES:
        print(f"{stage}: {watch.seconds[stage]:.2f} s")
    print(f"between the stages (prices, digests, fingerprint): {total - sum(watch.seconds.values()):.2f} s")
    peak = peak_megabytes()
    print(f"total: {total:.2f} s (processor {watch.processor():.2f} s), peak memory: {peak:.0f} MB")
    met = all(watch.seconds[stage] <= total / 2 for stage in ("explanations", "verification"))
    print(f"neither explanations nor verification take half of the time: {'yes' if met else 'no'}")
    if is_large:
        within = total <= MOST_SECONDS and peak <= MOST_MEGABYTES
        print(f"within {MOST_SECONDS:.0f} s and {MOST_MEGABYTES:.0f} MB: {'yes' if within else 'no'}")
        met = met and within
    return met


def main(arguments: list[str] | None = None) -> int:
    """Print one run's figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="S")
    parser.add_argument("--needs", type=int)
    parser.add_argument("--offers", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--text-model", choices=["character-ngrams", "sentence-encoder"])
    asked = parser.parse_args(arguments)
    needs, offers = asked.needs or SIZES[asked.size][0], asked.offers or SIZES[asked.size][1]
    policy = Policy(text_model=asked.text_model or "character-ngrams")
    started = time.perf_counter()
    problem = World(asked.seed).problem(needs, offers)
    made = time.perf_counter()
    text = Remembered(load_text_model(policy.text_model), problem)
    components = sum(len(need.components) for need in problem.needs)
    print(f"{needs} needs ({components} components) x {offers} offers, seed {asked.seed}")
    vectors = time.perf_counter() - made
    print(f"before: world {made - started:.1f} s, vectors of texts {vectors:.1f} s", end="")
    print(f", memory {standing_megabytes():.0f} MB (at most {peak_megabytes():.0f} MB)", flush=True)
    watch, started = Watch(), time.perf_counter()
    outcome = run_round(problem, policy, progress=watch, text=text)
    total = time.perf_counter() - started
    is_large = (needs, offers) >= SIZES["L"]
    return 0 if report(outcome, watch, total, is_large=is_large) else 1


if __name__ == "__main__":
    sys.exit(main())
