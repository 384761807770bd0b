"""A whole look-back, first to last; read this first."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from matching.lookback.baselines import by_popularity, by_tags
from matching.lookback.cases import KnownCase, World, page
from matching.lookback.learning import judged, learn
from matching.lookback.protocols import Facts, Protocol, by_what_they_see, visible_to
from matching.lookback.scoring import NAMES, Seen, Weighing, see
from matching.lookback.teams import Team, propose
from matching.text import RememberedTexts, TextSimilarity, load_text_model

FOLDS = 10
"""While weights are learned, no more than about one in so many of the known pages is hidden at a time."""

WorldOn = Callable[[date], World]
"""Returns the facts as they were on a day."""
Told = Callable[[str, int, int], None]
"""Told the stage, and how much of it is done."""


@dataclass(frozen=True, eq=False, slots=True)
class Look:
    """One case, looked back on.

    Attributes
    ----------
    ranking, popularity, tags : tuple of str
        All states that could provide, best first: by the engine, by popularity, by counting tags.
    without : dict of str to tuple of str
        The engine's ranking with each criterion switched off.
    weighing : Weighing
        The weights that were used, learned without the case and without everything on its page.
    judged : tuple of str
        The engine's ranking under weights that were never learned.
    team : Team
        Whom a round would have proposed.
    """

    case: KnownCase
    ranking: tuple[str, ...]
    popularity: tuple[str, ...]
    tags: tuple[str, ...]
    without: dict[str, tuple[str, ...]]
    judged: tuple[str, ...]
    weighing: Weighing
    team: Team


def look_back(
    world_on: WorldOn,
    facts: Facts,
    asked: Sequence[KnownCase],
    protocol: Protocol = "leave-one-out",
    *,
    as_of: date,
    learning: bool = True,
    text: TextSimilarity | None = None,
    told: Told = lambda stage, done, total: None,  # noqa: ARG005 - tells nobody
) -> list[Look]:
    """Ask each case as if it were new, and rank all states that could have helped.

    Parameters
    ----------
    world_on : callable
        Returns states, groups and code lists as they were on a day.
    facts : Facts
        Known cases and published offers. What a case may see of them is its protocol's to say.
    asked : sequence of KnownCase
        The cases, each id once.
    protocol : {"leave-one-out", "earlier"}
        See :mod:`matching.lookback.protocols`.
    as_of : date
        The day on which cases are asked; under *earlier*, the first day of the year in which a case began.
    learning : bool
        Whether the weights are learned from what the case sees; else they are the judged ones.
    text : TextSimilarity, optional
        The text model; the published one unless given.
    told : callable
        Told how far it is.

    Returns
    -------
    list of Look
        In the order of ``asked``. Neither that order nor the order of the facts changes any of them.

    Notes
    -----
    About a second per ten cases for the rankings, one fifth of a second per case for the team.
    """
    text = RememberedTexts(text or load_text_model())
    facts = _in_order(facts)
    ordered = sorted(asked, key=lambda case: case.id)
    looks: dict[str, Look] = {}
    for group in _groups(facts, ordered, protocol):
        day = as_of if protocol == "leave-one-out" else _began(group.cases[0], as_of)
        world = _with_helpers(world_on(day), group.teaches)
        told("Learning the weights", len(looks), len(asked))
        weighing = learn(_taught(world, group, day, text)) if learning else judged()
        for case_id, seen in see(world, group.facts, group.cases, day, text).items():
            told("Asking the cases", len(looks), len(asked))
            visible = visible_to(facts, seen.case, protocol)
            looks[case_id] = _look(world, visible, seen, day, weighing, text)
    told("Asking the cases", len(looks), len(asked))
    return [looks[case.id] for case in asked]


@dataclass(frozen=True, slots=True)
class _Group:
    """Cases that see the same and are asked together, with the pages that must teach them nothing."""

    facts: Facts
    cases: tuple[KnownCase, ...]

    @property
    def teaches(self) -> Facts:
        ids = {case.id for case in self.cases}
        cases = tuple(case for case in self.facts.cases if case.id not in ids)
        return Facts(cases, self.facts.offers).without_pages(page(case) for case in self.cases)


def _groups(facts: Facts, asked: Sequence[KnownCase], protocol: Protocol) -> Iterator[_Group]:
    """Yield the cases in groups: those who see the same, split so that enough is left to learn from."""
    for seen, cases in by_what_they_see(facts, asked, protocol):
        known = {page(case) for case in seen.cases}
        pages = sorted({page(case) for case in cases})
        shared = [name for name in pages if name in known]
        folds = max(1, math.ceil(FOLDS * len(shared) / max(len(known), 1)))
        # Those who share no page with what is known are dealt out first, so that every fold hides as many.
        dealt = {name: number % folds for number, name in enumerate(sorted(set(pages) - known) + shared)}
        for fold in range(folds):
            members = tuple(case for case in cases if dealt[page(case)] == fold)
            if members:
                yield _Group(seen, members)


def _taught(world: World, group: _Group, as_of: date, text: TextSimilarity) -> list[Seen]:
    """Return the known cases as seen by each other, without anything of those who are asked."""
    teaches = group.teaches
    teachers = [case for case in teaches.cases if case.helpers]
    return list(see(world, teaches, teachers, as_of, text).values())


def _look(
    world: World, visible: Facts, seen: Seen, as_of: date, weighing: Weighing, text: TextSimilarity
) -> Look:
    return Look(
        case=seen.case,
        ranking=seen.ranking(weighing),
        popularity=by_popularity(world, visible, seen.case),
        tags=by_tags(world, visible, seen.case),
        without={name: seen.ranking(weighing.without(name)) for name in NAMES},
        judged=seen.ranking(judged()),
        weighing=weighing,
        team=propose(world, visible, seen.case, as_of, weighing, text),
    )


def _with_helpers(world: World, facts: Facts) -> World:
    """Return the world in which whoever is on record as having helped could help again."""
    helpers = {state for case in facts.cases for state in case.helpers}
    helpers |= {state for offer in facts.offers for state in offer.providers}
    return replace(world, can_provide=tuple(sorted(helpers.union(world.can_provide))))


def _in_order(facts: Facts) -> Facts:
    return Facts(
        tuple(sorted(facts.cases, key=lambda case: case.id)),
        tuple(sorted(facts.offers, key=lambda offer: offer.id)),
    )


def _began(case: KnownCase, otherwise: date) -> date:
    return otherwise if case.year_start is None else date(case.year_start, 1, 1)
