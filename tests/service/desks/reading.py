"""Reading pages in tests: asking for one as a browser does, and checking how it is made."""

from collections import Counter
from html.parser import HTMLParser
from typing import Any

from fastapi.testclient import TestClient
from httpx import Response

from tests.service.people import Person

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def get(web: TestClient, path: str, who: Person | None = None) -> Response:
    """Ask for a page as a browser does."""
    return web.get(path, headers=BROWSER | (who.headers if who else {}))


class Made(HTMLParser):
    """How a page is made. Feeding it fails where tags do not close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.counts: Counter[str] = Counter()
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that opens."""
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute of {tag} stands twice"
        self.counts[tag] += 1
        self.attributes.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that opens and closes at once, as those of pictures do."""
        self.counts[tag] += 1
        self.attributes.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Note a tag that closes."""
        assert self.open, f"{tag} closes and never opened"
        assert self.open.pop() == tag, f"{tag} closes out of order, at {self.getpos()}"

    def handle_data(self, data: str) -> None:
        """Keep a text under the tag that holds it."""
        if self.open and data.strip():
            self.texts.setdefault(self.open[-1], []).append(data.strip())

    def all(self, name: str) -> list[str]:
        """Return the values of an attribute, wherever it stands."""
        return [
            value or ""
            for _, attributes in self.attributes
            for key, value in attributes.items()
            if key == name
        ]

    def of(self, tag: str) -> list[dict[str, Any]]:
        """Return the attributes of each tag of a kind."""
        return [attributes for found, attributes in self.attributes if found == tag]


def check(answer: Response, status: int = 200, language: str = "en") -> Made:
    """Check what every page promises, and return how it is made."""
    assert answer.status_code == status, answer.text[:400]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    made = Made(answer.text)
    assert made.of("html")[0]["lang"] == language
    assert made.of("html")[0]["dir"] == ("rtl" if language == "ar" else "ltr")
    assert made.counts["h1"] == made.counts["main"] == 1
    assert len(made.texts["title"][0]) > len(" - Homologue"), "the page has no title of its own"
    assert made.of("a")[0]["href"] == "#main", "the first link leads to the main content"
    ids = made.all("id")
    assert len(ids) == len(set(ids)), "an id stands twice"
    _check_safe(made, scripts_run="script-src 'self'" in answer.headers["content-security-policy"])
    _check_pictures(made, ids)
    return made


def _check_safe(made: Made, *, scripts_run: bool) -> None:
    # Only from files of ours, and only where the page is told to run them.
    assert bool(made.counts["script"]) <= scripts_run
    assert all(set(script) == {"src", "defer"} for script in made.of("script"))
    assert "script" not in made.texts
    assert not made.counts["style"]
    assert not made.all("style")
    assert not [name for _, attributes in made.attributes for name in attributes if name.startswith("on")]
    for address in made.all("src") + [link["href"] for link in made.of("link")]:
        assert address.startswith("/static/"), address
    for link in made.of("a"):
        assert link["href"].startswith(("/", "#", "?", "http://", "https://"))


def _check_pictures(made: Made, ids: list[str]) -> None:
    told = [svg for svg in made.of("svg") if svg.get("aria-hidden") != "true"]
    for svg in told:
        assert svg["role"] == "img"
        assert set(svg["aria-labelledby"].split()) <= set(ids)
    twins = [details for details in made.of("details") if details.get("class") == "twin"]
    assert len(twins) == len(told), "every picture has a table beside it"
    for region in [found for _, found in made.attributes if found.get("tabindex") == "0"]:
        assert region["role"] == "region"
        assert region["aria-label"]
    assert all("alt" in image for image in made.of("img"))
