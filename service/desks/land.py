"""The map's projection, and the land under it.

``python -m service.desks.land land-110m.json > land-110m.svg`` made the drawing that is carried here. Only
land is drawn, no borders, so that no border can be disputed. The projection is Equal Earth, whose areas
compare truly. ``service/web/static/NOTICES.md`` names the source of the land.

References
----------
B. Šavrič, T. Patterson, B. Jenny: The Equal Earth map projection. International Journal of Geographical
Information Science 33 (2019), 454-465.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any, NamedTuple

WIDTH, HEIGHT = 960, 416
SOUTHERNMOST = -58.0
"""Antarctica has no government to ask or to offer, and is left out."""
_SCALE = WIDTH / 5.4133
_TOP = 1.3173
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_HALF_TURN = 180.0


class Point(NamedTuple):
    """A point on the map, from its upper left corner."""

    x: float
    y: float


Position = tuple[float, float]
"""Longitude and latitude in degrees."""


def project(longitude: float, latitude: float) -> Point:
    """Return where a place lies on the map.

    Examples
    --------
    >>> project(0, 0)
    Point(x=480.0, y=233.6)
    """
    theta = asin(sqrt(3) / 2 * sin(radians(latitude)))
    slope = 9 * _A4 * theta**8 + 7 * _A3 * theta**6 + 3 * _A2 * theta**2 + _A1
    x = 2 * sqrt(3) * radians(longitude) * cos(theta) / (3 * slope)
    y = _A4 * theta**9 + _A3 * theta**7 + _A2 * theta**3 + _A1 * theta
    return Point(round(WIDTH / 2 + x * _SCALE, 1), round((_TOP - y) * _SCALE, 1))


def land_drawing(topology: Mapping[str, Any]) -> str:
    """Return the land of a world-atlas topology as an SVG drawing."""
    rings = (part for ring in _rings(topology) if _is_drawn(ring) for part in _split(ring))
    outline = "".join(_outline(ring) for ring in rings)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<path fill="#dfe7ea" d="{outline}"/></svg>\n'
    )


def _rings(topology: Mapping[str, Any]) -> Iterator[list[Position]]:
    arcs = [list(_positions(arc, topology["transform"])) for arc in topology["arcs"]]
    for geometry in topology["objects"]["land"]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for polygon in polygons:
            for ring in polygon:
                yield [place for number in ring for place in _arc(arcs, number)]


def _arc(arcs: list[list[Position]], number: int) -> list[Position]:
    # A negative number is an arc that is read backwards.
    return arcs[number] if number >= 0 else arcs[~number][::-1]


def _positions(arc: Iterable[tuple[int, int]], transform: Mapping[str, Any]) -> Iterator[Position]:
    (scale_x, scale_y), (left, bottom) = transform["scale"], transform["translate"]
    x = y = 0
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        yield left + x * scale_x, bottom + y * scale_y


def _is_drawn(ring: list[Position]) -> bool:
    return max(latitude for _, latitude in ring) > SOUTHERNMOST


def _split(ring: list[Position]) -> Iterator[list[Position]]:
    """Cut a ring that crosses 180 degrees into what lies on this side and what lies beyond."""
    run = [ring[0]]
    for (before, _), (longitude, latitude) in pairwise(ring):
        turns = round((longitude - before) / (2 * _HALF_TURN))
        run.append((run[-1][0] + longitude - before - turns * 2 * _HALF_TURN, latitude))
    for turn in (-1, 0, 1):
        shifted = [(longitude + turn * 2 * _HALF_TURN, latitude) for longitude, latitude in run]
        inside = _cut(_cut(shifted, _HALF_TURN, 1), -_HALF_TURN, -1)
        if len(inside) > 2:  # noqa: PLR2004 - fewer corners enclose nothing
            yield inside


def _cut(ring: list[Position], edge: float, side: int) -> list[Position]:
    """Keep what lies west (side 1) or east (side -1) of a meridian."""
    kept: list[Position] = []
    for (x0, y0), (x1, y1) in pairwise([*ring[-1:], *ring]):
        is_in, was_in = side * (edge - x1) >= 0, side * (edge - x0) >= 0
        if is_in != was_in:
            kept.append((edge, y0 + (y1 - y0) * (edge - x0) / (x1 - x0)))
        if is_in:
            kept.append((x1, y1))
    return kept


def _outline(ring: list[Position]) -> str:
    points: list[Point] = []
    for longitude, latitude in ring:
        point = project(longitude, latitude)
        if not points or point != points[-1]:
            points.append(point)
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z"


if __name__ == "__main__":
    sys.stdout.write(land_drawing(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
