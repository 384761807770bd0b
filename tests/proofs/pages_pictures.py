"""pages.pictures: pictures of the ten main pages, wide, narrow and in Arabic, three of them in the README."""

from collections.abc import Iterable

from tests.browser.pictures import CARRIED, LOOKS, MAIN_PAGES, main
from tests.proofs.instance import ROOT
from tests.proofs.proof import Figure

ITEM = "pages.pictures"


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Take them all anew, and look for those of the README there."""
    del seed, size
    taken = main()
    wanted = len(LOOKS) * len(MAIN_PAGES)
    yield Figure(ITEM, f"pictures={len(taken)}", f"{wanted}", len(taken) == wanted, wanted)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = sum(f"service/web/static/pictures/{name}.png" in readme for name in CARRIED.values())
    yield Figure(ITEM, f"in_readme={shown}", f"{len(CARRIED)}", shown == len(CARRIED), len(CARRIED))
