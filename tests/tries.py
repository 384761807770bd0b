"""How often a property is tried with random examples.

The number at a property is what ``make test`` does, always with the same examples. ``make prove
ITEM=engine.properties`` does that many times over, with others for each seed.
"""

import os

VARIABLE = "PROPERTIES_TIMES"
TIMES = int(os.environ.get(VARIABLE, "1"))


def tries(number: int) -> int:
    """Return how many examples a property is tried with, whose number in ``make test`` is this."""
    return number * TIMES
