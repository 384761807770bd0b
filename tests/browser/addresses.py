"""Which pages there are to look at, as whom: from the routes, and from what is written of who may."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import httpx

from service.access.cookies import COOKIE
from tests.browser.house import LONGEST_ANSWER_SECONDS, NOBODY, PLAYED, House, Reader
from tests.rights.matrix import WHO, Operation, address_of
from tests.rights.pages import pages

MORE_QUERIES = {
    "/rounds/{round_id}/comparison": {"with": "$round"},
    "/needs/{need_id}/why-not": {"component": "$component", "offer": "$offer"},
}
REFUSALS_BEGIN_AT = 400
IDLE = frozenset({"steering_member", "funder", "peer_reviewer", "evaluator"})
_TAGS = re.compile(r"<(\w+)((?:\s[^<>]*)?)>")
_KINDS = re.compile(r"\s(?:class|role|type|aria-[a-z]+(?==)|dir)(?:=\"[^\"]*\")?")


class View(NamedTuple):
    """A page as somebody is shown it."""

    path: str
    address: str
    reader: Reader

    def __str__(self) -> str:
        """Name it as a person finds it again."""
        return f"{self.path} as {self.reader.name}"


def page_named(path: str) -> Operation:
    """Return a page by its address with places for ids."""
    return next(one for one in pages() if one.path == path)


def views(house: House, operation: Operation) -> list[View]:
    """Give the page as each sees it who is shown something that is made differently; none of a file."""
    seen: set[str] = set()
    found: list[View] = []
    refused: list[str] = []
    for reader, address, answer in _answers(house, operation):
        if answer.status_code >= REFUSALS_BEGIN_AT:
            refused.append(f"{reader.name} {address} {answer.status_code}")
        elif _is_page(answer) and (made := shape(answer.text)) not in seen:
            seen.add(made)
            found.append(View(operation.path, address, reader))
    assert not refused or found, f"nobody is shown this page; give its ids in tests/rights: {refused[:3]}"
    return found


def _answers(house: House, operation: Operation) -> Iterator[tuple[Reader, str, httpx.Response]]:
    with httpx.Client(base_url=house.address, timeout=LONGEST_ANSWER_SECONDS) as web:
        for reader in _readers(house, operation):
            if address := _address(operation, reader):
                yield reader, address, web.get(address, headers=_headers(reader))


def shape(text: str) -> str:
    """Return how a page is made, whatever it says: each kind of element once, with its classes."""
    return " ".join(sorted({name + "".join(_KINDS.findall(rest)) for name, rest in _TAGS.findall(text)}))


def _readers(house: House, operation: Operation) -> Iterator[Reader]:
    yield from (one for name, one in house.readers.items() if name.startswith(PLAYED))
    may = [role for role in WHO if operation.expects(role, "own") == "may"]
    # Who has nothing to do yet is shown what an observer is shown.
    idle = IDLE if "observer" in may else frozenset()
    yield from (house.reader(role or NOBODY) for role in may if role not in idle)


def _headers(reader: Reader) -> dict[str, str]:
    cookie = {"Cookie": f"{COOKIE}={reader.cookie}"} if reader.cookie else {}
    return {"Accept": "text/html"} | cookie


def _address(operation: Operation, reader: Reader) -> str:
    """Return the address with this reader's ids in it; nothing where there is none of the kind."""
    query = MORE_QUERIES.get(operation.path) or operation.expected.get("query", {})
    try:
        path = address_of(operation, reader.ids)
        filled = {name: str(_filled(value, reader.ids)) for name, value in query.items()}
    except KeyError:
        return ""
    return str(httpx.URL(path, params=filled)) if filled else path


def _filled(value: object, ids: dict[str, str]) -> object:
    return ids[value[1:]] if isinstance(value, str) and value.startswith("$") else value


def _is_page(answer: httpx.Response) -> bool:
    is_html = answer.headers.get("content-type", "").startswith("text/html")
    return answer.status_code == 200 and is_html
