"""Looking at a page with axe-core, and at whether it scrolls sideways."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Page

AXE = Path(__file__).parent / "axe" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""The rules of WCAG 2.2, levels A and AA, and what axe recommends beyond."""
MOST_NODES = 3

_RUN = """
async (options) => {
  const found = await axe.run(document, {...options, resultTypes: ["violations"]});
  return found.violations.map((one) => ({
    rule: one.id,
    help: one.help,
    count: one.nodes.length,
    nodes: one.nodes.map((node) => node.target.join(" ") + "  " + node.html.slice(0, 160)
      + "  " + [...node.any, ...node.all, ...node.none].map((one) => one.message).join("; ").slice(0, 260)),
  }));
}
"""
_WIDER = """
() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const out = [...document.querySelectorAll("body *")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width > 0 && (box.right > root.clientWidth + 1 || box.left < -1) && !one.closest(".scroll");
  });
  return [`${root.scrollWidth} px`, ...out.slice(-3).map((one) => one.outerHTML.slice(0, 160))];
}
"""


class Fault(NamedTuple):
    """Something on a page that keeps somebody from using it."""

    where: str
    what: str


def told(found: Iterable[Fault]) -> str:
    """Tell of faults, each once with all places that have it."""
    by_what: dict[str, list[str]] = {}
    for fault in found:
        by_what.setdefault(fault.what, []).append(fault.where)
    return "\n".join(f"{what}\n    on {'; '.join(places)}" for what, places in by_what.items())


def faults(page: Page, where: str, *, only: str | None = None) -> list[Fault]:
    """Return what axe finds on a page: the rule, and the first elements that break it."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    chosen = {"type": "rule", "values": [only]} if only else {"type": "tag", "values": TAGS}
    found: list[dict[str, Any]] = page.evaluate(_RUN, {"runOnly": chosen})
    return [Fault(where, _told(one)) for one in found]


def sideways(page: Page, where: str) -> list[Fault]:
    """Return what makes a page scroll sideways, if it does."""
    wider: list[str] = page.evaluate(_WIDER)
    return [Fault(where, "scrolls sideways: " + "\n    ".join(wider))] if wider else []


def _told(found: dict[str, Any]) -> str:
    nodes = "".join(f"\n    {node}" for node in found["nodes"][:MOST_NODES])
    return f"{found['rule']} ({found['help']}) at {found['count']}{nodes}"


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")
