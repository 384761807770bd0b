"""Where things stand in a picture: the map, the network of a round, and the layers of one proposal.

Plain values in, plain values out; the templates draw and escape them. Nothing here is random: the same things
always stand at the same places. Every picture has a table beside it that says the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import hypot, sqrt
from typing import Literal, NamedTuple

import networkx as nx

from service.desks.land import HEIGHT, WIDTH, Point, project

Part = Literal["asks", "offers", "both", "stood_next"]
"""What a state does in a picture."""
Shape = Literal["circle", "square", "triangle", "diamond"]

NETWORK_WIDTH, NETWORK_HEIGHT = 960, 640
_MARGIN = 60
_LETTER = 0.56
"""Width of a letter on average, as a part of the size of the type."""
_TYPE = 13.0
_SEED = 20
_ROUNDS_OF_LAYOUT = 200


class Place(NamedTuple):
    """A state on the map or in the network."""

    code: str
    name: str
    part: Part
    longitude: float = 0.0
    latitude: float = 0.0
    is_bridge: bool = False


class Link(NamedTuple):
    """From a state that offers to one that asks."""

    offers: str
    asks: str
    proposals: int = 1
    is_chosen: bool = True


class Line(NamedTuple):
    """A line of a picture."""

    path: str
    kind: str
    width: float


class Mark(NamedTuple):
    """A state in a picture. ``shape`` tells what ``kind`` tells by colour."""

    x: float
    y: float
    size: float
    shape: Shape
    kind: str
    title: str
    label: str = ""
    label_x: float = 0.0
    label_y: float = 0.0
    anchor: str = "start"


class Drawing(NamedTuple):
    """A picture of states and the lines between them."""

    width: int
    height: int
    lines: list[Line]
    marks: list[Mark]


# The map


def map_drawing(places: Sequence[Place], links: Iterable[Link]) -> Drawing:
    """Draw states at their capitals, with an arc from each provider to each requester."""
    points = {place.code: project(place.longitude, place.latitude) for place in places}
    lines = [
        Line(_arc(points[link.offers], points[link.asks]), _line_kind(link), _width(link))
        for link in links
        if link.offers in points and link.asks in points and link.offers != link.asks
    ]
    marks = [
        Mark(*points[place.code], 5.0, _shape(place), place.part, place.name)
        for place in sorted(places, key=lambda place: place.code)
    ]
    return Drawing(WIDTH, HEIGHT, lines, _labelled(marks, WIDTH, HEIGHT))


def _arc(start: Point, end: Point) -> str:
    """Return a curve that bends towards the north, the more the longer it is."""
    length = hypot(end.x - start.x, end.y - start.y)
    x, y = (start.x + end.x) / 2, (start.y + end.y) / 2 - length * 0.22
    return f"M{start.x:g} {start.y:g}Q{x:.1f} {max(y, 4.0):.1f} {end.x:g} {end.y:g}"


def _line_kind(link: Link) -> str:
    return "chosen" if link.is_chosen else "next"


def _width(link: Link) -> float:
    return round(min(1.0 + 0.6 * sqrt(link.proposals), 5.0), 1)


def _shape(place: Place) -> Shape:
    if place.is_bridge:
        return "diamond"
    shapes: dict[Part, Shape] = {"asks": "square", "both": "triangle"}
    return shapes.get(place.part, "circle")


# The network of a round


def network_drawing(places: Sequence[Place], links: Sequence[Link]) -> Drawing:
    """Draw states that proposals link near each other; a state grows with its number of links."""
    graph = _graph(places, links)
    points = _layout(graph)
    lines = [
        Line(f"M{points[a].x:g} {points[a].y:g}L{points[b].x:g} {points[b].y:g}", "link", _thin(weight))
        for a, b, weight in sorted(graph.edges(data="weight", default=1))
    ]
    by_size = sorted(places, key=lambda place: (not place.is_bridge, -graph.degree(place.code), place.code))
    marks = [
        Mark(
            *points[place.code],
            round(4.0 + 1.9 * sqrt(graph.degree(place.code)), 1),
            _shape(place),
            "bridge" if place.is_bridge else place.part,
            place.name,
        )
        for place in by_size
    ]
    return Drawing(NETWORK_WIDTH, NETWORK_HEIGHT, lines, _labelled(marks, NETWORK_WIDTH, NETWORK_HEIGHT))


def partners_of(links: Iterable[Link]) -> dict[str, list[str]]:
    """Return for each state those that proposals link it with."""
    found: dict[str, set[str]] = {}
    for link in links:
        if link.offers != link.asks:
            found.setdefault(link.offers, set()).add(link.asks)
            found.setdefault(link.asks, set()).add(link.offers)
    return {code: sorted(partners) for code, partners in sorted(found.items())}


def _graph(places: Iterable[Place], links: Iterable[Link]) -> "nx.Graph[str]":
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(sorted(place.code for place in places))
    for link in sorted(links):
        if link.offers == link.asks:
            continue
        before = graph.get_edge_data(link.offers, link.asks, {"weight": 0})
        graph.add_edge(link.offers, link.asks, weight=before["weight"] + link.proposals)
    return graph


def _layout(graph: "nx.Graph[str]") -> dict[str, Point]:
    if not graph:
        return {}
    spread = 2.6 / sqrt(len(graph))
    found = nx.spring_layout(graph, k=spread, iterations=_ROUNDS_OF_LAYOUT, seed=_SEED, weight=None)
    # By rank half, by distance half: what is crowded in the middle gets room.
    x = _spread([float(place[0]) for place in found.values()])
    y = _spread([float(place[1]) for place in found.values()])
    return {
        code: Point(
            round(_MARGIN + x[number] * (NETWORK_WIDTH - 2 * _MARGIN), 1),
            round(_MARGIN / 2 + y[number] * (NETWORK_HEIGHT - _MARGIN), 1),
        )
        for number, code in enumerate(found)
    }


def _spread(values: Sequence[float]) -> list[float]:
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    ranks = {place: rank for rank, place in enumerate(sorted(range(len(values)), key=values.__getitem__))}
    last = max(len(values) - 1, 1)
    return [((value - low) / span + ranks[place] / last) / 2 for place, value in enumerate(values)]


def _thin(weight: int) -> float:
    return round(min(0.6 + 0.4 * sqrt(weight), 3.0), 1)


# The network of dialogues


class Circle(NamedTuple):
    """A dialogue or body in the network, with the letter of the community that it belongs to."""

    key: str
    name: str
    letter: str = ""
    """Empty where it shares its members with no other."""
    is_chosen: bool = False


class Sitting(NamedTuple):
    """A place of a state in a dialogue or body."""

    state: str
    circle: str


_COMMUNITY_SHAPES: Mapping[str, Shape] = {"A": "square", "B": "triangle"}


def communities_drawing(
    circles: Sequence[Circle], states: Mapping[str, str], sittings: Iterable[Sitting]
) -> Drawing:
    """Draw dialogues and bodies near those of their community, and between them the states that broker.

    The letter beside a name tells the community; shape and colour repeat it.
    """
    lines = sorted(set(sittings))
    points = _layout(_community_graph(circles, states, lines))
    marks = [Mark(*points[code], 7.0, "diamond", "bridge", name) for code, name in states.items()]
    marks += [_circle_mark(circle, points[circle.key]) for circle in circles]
    return Drawing(
        NETWORK_WIDTH,
        NETWORK_HEIGHT,
        [
            Line(
                f"M{points[line.state].x:g} {points[line.state].y:g}"
                f"L{points[line.circle].x:g} {points[line.circle].y:g}",
                "link",
                1.0,
            )
            for line in lines
        ],
        _labelled(marks, NETWORK_WIDTH, NETWORK_HEIGHT),
    )


def _circle_mark(circle: Circle, point: Point) -> Mark:
    return Mark(
        *point,
        10.0 if circle.is_chosen else 7.0,
        _COMMUNITY_SHAPES.get(circle.letter, "circle"),
        f"part-{circle.letter.lower() if circle.letter in _COMMUNITY_SHAPES else 'more'}"
        if circle.letter
        else "part-alone",
        f"{circle.name} ({circle.letter})" if circle.letter else circle.name,
    )


def _community_graph(
    circles: Sequence[Circle], states: Mapping[str, str], lines: Iterable[Sitting]
) -> "nx.Graph[str]":
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(sorted([*states, *(circle.key for circle in circles)]))
    graph.add_edges_from(lines)
    first: dict[str, str] = {}
    for circle in sorted(circles):
        # Not drawn: what belongs together is held together.
        if circle.letter and first.setdefault(circle.letter, circle.key) != circle.key:
            graph.add_edge(first[circle.letter], circle.key)
    return graph


# Labels


class _Frame(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Frame") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def text_width(text: str, size: float = _TYPE) -> float:
    """Return about how wide a text is; letters of East Asia are square."""
    return sum(size if ord(letter) >= 0x2E80 else size * _LETTER for letter in text)  # noqa: PLR2004 - CJK


def _labelled(marks: Sequence[Mark], width: int, height: int) -> list[Mark]:
    """Write each name where there is room beside its mark, first come first served; others have the table."""
    taken = [
        _Frame(mark.x - mark.size, mark.y - mark.size, mark.x + mark.size, mark.y + mark.size)
        for mark in marks
    ]
    shown = []
    for mark in marks:
        found = _room(mark, taken, width, height)
        if found:
            taken.append(found[0])
            mark = mark._replace(  # noqa: PLW2901 - the same mark, with its label
                label=mark.title, label_x=found[1], label_y=found[2], anchor=found[3]
            )
        shown.append(mark)
    return shown


def _room(
    mark: Mark, taken: Sequence[_Frame], width: int, height: int
) -> tuple[_Frame, float, float, str] | None:
    length, gap = text_width(mark.title), mark.size + 4
    for x, y, anchor in (
        (mark.x + gap, mark.y + 4.5, "start"),
        (mark.x - gap, mark.y + 4.5, "end"),
        (mark.x, mark.y - gap, "middle"),
        (mark.x, mark.y + gap + 9, "middle"),
    ):
        left = {"start": x, "end": x - length, "middle": x - length / 2}[anchor]
        frame = _Frame(left, y - 11, left + length, y + 3)
        is_inside = frame.left >= 0 and frame.right <= width and frame.top >= 0 and frame.bottom <= height
        if is_inside and not any(frame.meets(other) for other in taken):
            return frame, round(x, 1), round(y, 1), anchor
    return None


# The layers of one proposal

LAYERS_WIDTH = 960
_BOX_HEIGHT, _BOX_GAP = 48, 14
_COLUMNS: Mapping[str, tuple[int, int]] = {"request": (0, 220), "through": (330, 280), "offer": (700, 260)}
"""Left edge and width of each layer."""
_BOX_TYPE = 15.0


class Node(NamedTuple):
    """Something in a layer: the request, what links it (a commitment, a dialogue), or an offer."""

    key: str
    layer: Literal["request", "through", "offer"]
    kind: str
    title: str
    detail: str = ""


class Edge(NamedTuple):
    """A connection between two things of neighbouring layers."""

    source: str
    target: str
    is_chosen: bool = True


class Box(NamedTuple):
    """A box with one or two lines of text, cut to its width; ``title`` says all of it."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    lines: list[str]
    title: str


class Layers(NamedTuple):
    """A picture in layers."""

    width: int
    height: int
    lines: list[Line]
    boxes: list[Box]


def layers_drawing(nodes: Sequence[Node], edges: Iterable[Edge]) -> Layers:
    """Draw the request on the left, what links it in the middle, the offers on the right."""
    columns = {
        layer: [node for node in nodes if node.layer == layer] for layer in ("request", "through", "offer")
    }
    rows = max(len(column) for column in columns.values())
    height = max(rows * (_BOX_HEIGHT + _BOX_GAP) - _BOX_GAP, _BOX_HEIGHT) + 16
    boxes = {
        node.key: _box(node, place, len(column), height)
        for column in columns.values()
        for place, node in enumerate(column)
    }
    lines = [
        Line(_bow(boxes[edge.source], boxes[edge.target]), _edge_kind(edge), 2.5 if edge.is_chosen else 1.5)
        # What was chosen is drawn last, so that it lies on top.
        for edge in sorted(edges, key=lambda edge: edge.is_chosen)
        if edge.source in boxes and edge.target in boxes
    ]
    return Layers(LAYERS_WIDTH, height, lines, list(boxes.values()))


def _edge_kind(edge: Edge) -> str:
    return "chosen" if edge.is_chosen else "next"


def _box(node: Node, place: int, among: int, height: int) -> Box:
    left, width = _COLUMNS[node.layer]
    step = height / among
    lines = [_cut(text, width - 24) for text in (node.title, node.detail) if text]
    title = f"{node.title}: {node.detail}" if node.detail else node.title
    y = round(step * place + (step - _BOX_HEIGHT) / 2, 1)
    return Box(left + 2, y, width - 4, _BOX_HEIGHT, node.kind, lines, title)


def _bow(start: Box, end: Box) -> str:
    x0, y0 = start.x + start.width, start.y + start.height / 2
    x1, y1 = end.x, end.y + end.height / 2
    middle = (x0 + x1) / 2
    return f"M{x0:g} {y0:g}C{middle:g} {y0:g} {middle:g} {y1:g} {x1:g} {y1:g}"


def _cut(text: str, width: float) -> str:
    if text_width(text, _BOX_TYPE) <= width:
        return text
    kept = text
    while kept and text_width(kept + "…", _BOX_TYPE) > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"
