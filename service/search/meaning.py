"""How near texts are in meaning: the door to the engine's text model, for what is like something else."""

from collections.abc import Sequence
from threading import Lock

from matching.text import RememberedTexts, load_text_model, similarity

MOST_REMEMBERED = 5_000
"""Vectors that a process keeps, so that the same texts are not read again by the model."""
LONGEST_TEXT = 1_500
"""How much of a text is compared."""

_remembered: dict[str, RememberedTexts] = {}
_turn = Lock()


def nearness(text: str, others: Sequence[str], model: str) -> list[float]:
    """Return how near a text is to each of the others, from 0 to 1.

    Examples
    --------
    >>> others = ["train border police", "Fishing rights"]
    >>> same, another = nearness("Train border police", others, "character-ngrams")
    >>> same > 0.99 > 0.5 > another
    True
    """
    if not others:
        return []
    cut = [other[:LONGEST_TEXT] for other in others]
    with _turn:  # the vectors are shared by all threads of the process
        near = similarity([text[:LONGEST_TEXT]], cut, _model(model))
    return [float(one) for one in near[0]]


def _model(name: str) -> RememberedTexts:
    remembered = _remembered.get(name)
    if remembered is None or len(remembered.vectors) > MOST_REMEMBERED:
        remembered = _remembered[name] = RememberedTexts(load_text_model(name))
    return remembered


def forget_texts() -> None:
    """Forget every text that this process compared."""
    with _turn:
        _remembered.clear()
