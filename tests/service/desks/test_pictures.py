"""Pictures: pure geometry that is the same every time, stays in its frame, and draws no border."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.desks import land
from service.desks.pictures import (
    Edge,
    Link,
    Node,
    Place,
    layers_drawing,
    map_drawing,
    network_drawing,
    partners_of,
)
from service.web.rendering import STATIC

codes = st.lists(
    st.sampled_from([a + b + "X" for a in "ABCDE" for b in "ABCDE"]), min_size=2, max_size=20, unique=True
)


@st.composite
def pictured(draw: st.DrawFn) -> tuple[list[Place], list[Link]]:
    """Give states anywhere on Earth, and links between them."""
    found = draw(codes)
    places = [
        Place(
            code,
            draw(st.text(min_size=1, max_size=30)),
            draw(st.sampled_from(["asks", "offers", "both"])),
            draw(st.floats(-180, 180)),
            draw(st.floats(-55, 80)),
            draw(st.booleans()),
        )
        for code in found
    ]
    pair = st.builds(Link, st.sampled_from(found), st.sampled_from(found), st.integers(1, 50))
    return places, draw(st.lists(pair, max_size=30, unique_by=lambda link: link[:2]))


@given(pictured())
def test_everything_of_a_map_stays_in_its_frame(drawn: tuple[list[Place], list[Link]]) -> None:
    """Marks and names lie within the map, and no link of a state with itself is drawn."""
    places, links = drawn
    picture = map_drawing(places, links)
    assert len(picture.marks) == len(places)
    assert len(picture.lines) == sum(link.offers != link.asks for link in links)
    for mark in picture.marks:
        assert 0 <= mark.x <= picture.width
        assert 0 <= mark.y <= picture.height


@given(pictured(), st.randoms(use_true_random=False))
def test_a_network_is_the_same_in_any_order(drawn: tuple[list[Place], list[Link]], shuffler: object) -> None:
    """The order in which states and links are given moves nothing, and every state is in the frame."""
    places, links = drawn
    first = network_drawing(places, links)
    shuffler.shuffle(places)  # type: ignore[attr-defined]
    shuffler.shuffle(links)  # type: ignore[attr-defined]
    assert network_drawing(places, links) == first
    assert len(first.marks) == len(places)
    assert all(0 <= mark.x <= first.width and 0 <= mark.y <= first.height for mark in first.marks)


@given(pictured())
def test_a_state_grows_with_its_links(drawn: tuple[list[Place], list[Link]]) -> None:
    """A state with more partners is never drawn smaller than one with fewer."""
    places, links = drawn
    sizes = {
        mark.title: mark.size
        for mark in network_drawing([p._replace(name=p.code) for p in places], links).marks
    }
    partners = partners_of(links)
    ranked = sorted(sizes, key=lambda code: len(partners.get(code, [])))
    assert [sizes[code] for code in ranked] == sorted(sizes.values())


def test_what_a_state_does_is_told_by_its_shape_too() -> None:
    """Colour is never the only signal: asking, offering, both and bridging have shapes of their own."""
    places = [
        Place("AAA", "A", "asks"),
        Place("BBB", "B", "offers"),
        Place("CCC", "C", "both"),
        Place("DDD", "D", "offers", is_bridge=True),
    ]
    picture = network_drawing(places, [Link("BBB", "AAA"), Link("DDD", "CCC")])
    assert len({mark.shape for mark in picture.marks}) == 4


@given(st.integers(1, 8), st.integers(0, 8))
def test_boxes_of_a_layer_never_overlap(through: int, offers: int) -> None:
    """However many things are in a layer, each has room of its own, and its text is cut to fit."""
    nodes = [Node("need", "request", "request", "A request with a very long name indeed, of many states")]
    nodes += [Node(f"t{n}", "through", "area", "Expertise " * n, "Kind") for n in range(through)]
    nodes += [Node(f"o{n}", "offer", "offer", f"Offer {n}") for n in range(offers)]
    edges = [Edge("need", "t0"), *(Edge("t0", f"o{n}", is_chosen=n == 0) for n in range(offers))]
    picture = layers_drawing(nodes, [*edges, Edge("need", "absent")])
    assert len(picture.lines) == len(edges)
    for number, box in enumerate(picture.boxes):
        assert box.y >= 0
        assert box.y + box.height <= picture.height
        for other in picture.boxes[number + 1 :]:
            apart = box.x + box.width <= other.x or other.x + other.width <= box.x
            assert apart or box.y + box.height <= other.y or other.y + other.height <= box.y


def test_a_ring_across_180_degrees_is_split() -> None:
    """Land that crosses the date line lies on both edges of the map, and nothing runs across it."""
    square = [[1700, 0], [200, 0], [0, 200], [-200, 0], [0, -200]]
    crossing = [[1700, 0], [-3400, 0], [0, 200], [3400, 0], [0, -200]]
    for steps in (square, crossing):
        topology = {
            "transform": {"scale": [0.1, 0.1], "translate": [0, 0]},
            "arcs": [steps],
            "objects": {"land": {"geometries": [{"type": "Polygon", "arcs": [[0]]}]}},
        }
        path = ET.fromstring(land.land_drawing(topology))[0].attrib["d"]  # noqa: S314 - our own drawing
        rings = [
            [float(part.split()[0]) for part in ring.split("L")] for ring in path.strip("MZ").split("ZM")
        ]
        assert all(max(ring) - min(ring) < land.WIDTH / 2 for ring in rings)
    assert len(rings) == 2


def test_the_carried_land_is_one_shape_without_borders() -> None:
    """The drawing holds land as one filled path: no stroke, no script, no reference elsewhere."""
    drawing = ET.fromstring((STATIC / "land-110m.svg").read_text(encoding="utf-8"))  # noqa: S314 - our own file
    assert [child.tag.partition("}")[2] for child in drawing] == ["path"]
    assert set(drawing[0].attrib) == {"fill", "d"}


@pytest.mark.parametrize("file", sorted(path.name for path in STATIC.iterdir() if path.name != "NOTICES.md"))
def test_every_static_file_is_accounted_for(file: str) -> None:
    """The notices name every file that is carried, with its source."""
    assert f"`{file}`" in (STATIC / "NOTICES.md").read_text(encoding="utf-8")
