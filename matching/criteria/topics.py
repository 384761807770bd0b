"""What the work is about: topic, meaning of the texts, modality."""

from collections.abc import Iterable
from functools import cached_property

import numpy as np

from matching.criteria.neutral import NEUTRAL
from matching.outcome import Reason
from matching.pairs.columns import MODES, Bools, Floats, Ints, Lists, Topics
from matching.pairs.prepared import Case, Params

AREA_AND_COMMITMENT = 1.0
AREA = 0.9
COMMITMENT = 0.8
"""A shared commitment where a side states no area."""
COMMITMENT_OTHER_AREA = 0.65
"""A shared commitment in another area, where the commitment has no sub-points and so is of one matter."""
RELATED_COMMITMENT = 0.5
"""The offer has the parent or a child of a commitment of the need, and a side states no area."""
AREA_SERVES_COMMITMENT = 0.4
"""An area of one side serves a commitment of the other, and a side states no area."""
HEADLINE_OTHER_AREA = 0.35
"""A shared commitment with sub-points, in another area: it spans matters that have little to do with each
other."""
RELATED_OTHER_AREA = 0.3
SERVES_OTHER_AREA = 0.25
THEME = 0.2

MODALITY_SHARE = 0.75
"""Share of the modality; the rest belongs to the delivery mode."""


class Subject:
    """What is asked for: an area, commitments, and what follows from them in the code lists."""

    def __init__(self, lists: Lists, area: str | None, commitments: tuple[str, ...]) -> None:
        served = lists.served[area] if area is not None else frozenset()
        around = {code for own in commitments for code in lists.relatives.get(own, ())}
        self._lists, self._about = lists, (*commitments, *served)
        self.stated = area is not None or bool(commitments)
        self.area = None if area is None else lists.areas.place[area]
        self.commitments = lists.commitments.places(commitments)
        self.single = lists.commitments.places(set(commitments).difference(lists.headlines))
        self.related = lists.commitments.places(around.difference(commitments))
        self.served = lists.commitments.places(served)
        self.serving = lists.areas.places(code for own in commitments for code in lists.serving.get(own, ()))

    @cached_property
    def themed(self) -> list[int]:
        """Places of the commitments of the same themes."""
        return self._lists.commitments.places(
            code for theme in self._themes for code in self._lists.of_theme[theme]
        )

    @cached_property
    def themed_areas(self) -> list[int]:
        """Places of the areas that serve a commitment of the same themes."""
        return self._lists.areas.places(
            code for place in self.themed for code in self._lists.serving.get(self._names[place], ())
        )

    @property
    def _themes(self) -> set[str]:
        return {self._lists.theme[code] for code in self._about}

    @property
    def _names(self) -> list[str]:
        return self._lists.commitments.names

    def levels(self, topics: Topics) -> Floats:
        """Return how closely each row shares the subject: the highest level that applies, 0 for none.

        Areas that both sides state and that differ speak against the pair.

        Notes
        -----
        Linear in rows times codes of the subject. Another shared commitment never lowers a level.
        """
        shared = _any(topics.commitment, self.commitments)
        area = _any(topics.area, [] if self.area is None else [self.area])
        apart = topics.area_stated & ~area if self.area is not None else np.zeros_like(area)
        serves = _any(topics.area, self.serving) | _any(topics.commitment, self.served)
        theme = _any(topics.commitment, self.themed) | _any(topics.area, self.themed_areas)
        related = _any(topics.commitment, self.related)
        level = np.where(theme, THEME, 0.0)
        level[serves] = np.where(apart, SERVES_OTHER_AREA, AREA_SERVES_COMMITMENT)[serves]
        level[related] = np.where(apart, RELATED_OTHER_AREA, RELATED_COMMITMENT)[related]
        level[shared] = np.where(apart, HEADLINE_OTHER_AREA, COMMITMENT)[shared]
        level[apart & _any(topics.commitment, self.single)] = COMMITMENT_OTHER_AREA
        level[area] = AREA
        level[area & shared] = AREA_AND_COMMITMENT
        return level


def subject(case: Case) -> Subject:
    """Return what a component is about, made once per area and commitments."""
    key = ("subject", case.component.area, case.commitments)
    made: Subject = case.prepared.once(
        key, lambda: Subject(case.prepared.lists, case.component.area, case.commitments)
    )
    return made


def topic(case: Case, rows: Ints) -> tuple[Floats, Bools]:
    """Area first, then commitment, then parent or child, then what an area serves, then theme.

    Each of these is weaker where both sides state areas and share none. 0 only where both sides stated a
    topic and share nothing.
    """
    about = subject(case)
    known = case.offers.topics.stated[rows] & about.stated
    levels = case.once("topic", lambda: about.levels(case.offers.topics))
    return np.where(known, levels[rows], NEUTRAL["topic"]), known


def topic_reasons(case: Case, row: int) -> tuple[Reason, ...]:
    """The strongest thing shared, with the codes that both sides share."""
    offer, area = case.offers.offers[row], case.component.area
    offered = f"offer:{offer.id}"
    shared = [code for code in case.commitments if code in offer.commitments]
    commitments = tuple(f"commitment:{code}" for code in shared)
    reasons = []
    if area is not None and any(item.area == area for item in offer.expertise):
        reasons.append(Reason(code="same_area", params={"area": area}, evidence=(f"area:{area}", offered)))
    if shared:
        reasons.append(
            Reason(
                code="same_commitment", params={"commitments": len(shared)}, evidence=(*commitments, offered)
            )
        )
    return tuple(reasons) or _weaker_reasons(case, row)


def _weaker_reasons(case: Case, row: int) -> tuple[Reason, ...]:
    about, topics, lists = subject(case), case.offers.topics, case.prepared.lists
    offered = f"offer:{case.offers.offers[row].id}"

    def found(places: list[int], *, areas: bool = False) -> tuple[str, ...]:
        matrix, codes, kind = (
            (topics.area, lists.areas, "area")
            if areas
            else (topics.commitment, lists.commitments, "commitment")
        )
        return tuple(f"{kind}:{codes.names[place]}" for place in places if matrix[place, row])

    ladder = (
        ("related_commitment", found(about.related)),
        ("area_serves_commitment", (*found(about.serving, areas=True), *found(about.served))),
        ("same_theme", (*found(about.themed), *found(about.themed_areas, areas=True))),
    )
    for code, evidence in ladder:
        if evidence:
            return (Reason(code=code, evidence=(*evidence, offered)),)
    return ()


def meaning(case: Case, rows: Ints) -> tuple[Floats, Bools]:
    """How near the need's text is to the offer's: :func:`matching.text.nearness`, which cuts nothing off."""
    near = case.near_offers(rows)
    known = near >= 0
    return np.where(known, near, NEUTRAL["meaning"]), known


def meaning_reasons(case: Case, row: int) -> tuple[Reason, ...]:
    """That the texts are near to each other, with the model that says so."""
    near = case.once(f"near {row}", lambda: float(case.near_offers(np.array([row]))[0]))
    if near < 0:
        return ()
    params: Params = {"nearness": round(near, 3), "model": case.prepared.text.name}
    offered = case.offers.offers[row].id
    return (Reason(code="texts_near", params=params, evidence=(f"need:{case.need.id}", f"offer:{offered}")),)


def modality(case: Case, rows: Ints) -> tuple[Floats, Bools]:
    """Whether the offer comes in the modality asked for, and in the delivery mode."""
    offers, asked = case.offers, case.component.modality
    known_modality = offers.modality_stated[rows] & (asked is not None)
    known_mode = offers.mode_stated[rows] & (case.need.delivery is not None)
    fits = _any(offers.modality, [case.prepared.lists.modalities.place[asked]] if asked else [])[rows]
    met = _any(offers.mode, _modes_that_meet(case.need.delivery))[rows]
    of_modality = np.where(known_modality, fits, NEUTRAL["modality"])
    of_mode = np.where(known_mode, met, NEUTRAL["modality"])
    return MODALITY_SHARE * of_modality + (1 - MODALITY_SHARE) * of_mode, known_modality | known_mode


def _modes_that_meet(delivery: str | None) -> list[int]:
    """Return the modes that meet what was asked; hybrid meets everything and is met by everything."""
    if delivery is None:
        return []
    names = sorted(MODES)
    return [number for number, name in enumerate(names) if "hybrid" in (delivery, name) or name == delivery]


def modality_reasons(case: Case, row: int) -> tuple[Reason, ...]:
    """Whether modality and mode fit, each where both sides stated theirs."""
    offer, asked, delivery = case.offers.offers[row], case.component.modality, case.need.delivery
    evidence = (f"offer:{offer.id}",)
    reasons = []
    if asked is not None and offer.modalities is not None:
        code = "modality_offered" if asked in offer.modalities else "modality_not_offered"
        reasons.append(Reason(code=code, params={"modality": asked}, evidence=evidence))
    if delivery is not None and offer.modes is not None:
        met = any("hybrid" in (delivery, mode) or mode == delivery for mode in offer.modes)
        code = "delivery_mode_offered" if met else "delivery_mode_not_offered"
        reasons.append(Reason(code=code, params={"delivery": delivery}, evidence=evidence))
    return tuple(reasons)


def _any(matrix: Bools, places: Iterable[int]) -> Bools:
    found = np.zeros(matrix.shape[1], dtype=bool)
    for place in places:
        found |= matrix[place]
    return found
