"""What a list is made of: its filters, its lines in words, the columns of its file."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlmodel import Session

from service.caller import Caller
from service.desks.words import Tag
from service.lists.wording import Wording
from service.web.fields import Option
from service.web.paging import PageAsked
from service.web.schemas import Page

Cell = str | int | float | bool | date | datetime | None
Chosen = Mapping[str, str]
"""What the list is narrowed to, by filter; ``q`` for words, ``sort`` for its order."""
Counts = Mapping[str, Mapping[str, int]]
WORDS, SORT, CURSOR = "q", "sort", "cursor"


class Row(NamedTuple):
    """A thing in its list."""

    address: str
    title: str
    language: str | None
    about: Sequence[str]
    """Who, what about, since when: as far as known."""
    status: Tag | None
    beside: str = ""


class Filter(NamedTuple):
    """Something that a list can be narrowed to."""

    name: str
    label: str
    names: Callable[[Wording], Mapping[str, str]] | None = None
    """What its codes are called; none: it is chosen by links and the API only, never from a menu."""
    is_at_hand: bool = False
    """Whether its menu stands open."""


class Found(NamedTuple):
    """A page of a list, with how many there are; none: not counted."""

    page: Page[Any]
    counts: Counts
    total: int | None


class Listing(NamedTuple):
    """A list as people see it."""

    name: str
    title: str
    nothing: str
    """What an empty list says: what to do next."""
    filters: Sequence[Filter]
    sorts: Sequence[tuple[str, str]]
    find: Callable[[Session, Caller, Chosen, PageAsked], Page[Any]]
    tally: Callable[[Session, Caller, Chosen], tuple[Counts, int | None]]
    row: Callable[[Wording, Any], Row]
    columns: Sequence[tuple[str, Callable[[Wording, Any], Cell]]]
    adds: tuple[str, str] | None = None
    """Where one adds something to it, and what that is called."""
    may_add: Callable[[Caller], bool] = lambda _: False
    needs_sign_in: bool = False

    @property
    def address(self) -> str:
        """Return the address of the list's page."""
        return f"/{self.name}"


class Menu(NamedTuple):
    """A filter as the page shows it."""

    name: str
    label: str
    options: Sequence[Option]
    is_at_hand: bool


class Chip(NamedTuple):
    """Something by which the list is narrowed now, and the address of the list without it."""

    label: str
    text: str
    without: str
