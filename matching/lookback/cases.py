"""What a look-back is given: documented cases, published offers, and the facts that are always known.

A case that is asked shows the engine only what a requester knows on the day of the request. Who helped in the
end, how the work went and what was noted about it are kept for the comparison.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from matching.problem import Area, Commitment, Group, Membership, State


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A documented case: a request, and who is known to have helped.

    Attributes
    ----------
    requesters, providers : tuple of str
        States by code. Where a body asks, ``body`` names it and ``requesters`` may be empty.
    year_start, year_end : int or None
        None: the page does not say.
    source : str
        The page that it was read on.
    """

    id: str
    requesters: tuple[str, ...]
    body: str | None = None
    text: str = ""
    theme: str | None = None
    commitments: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    year_start: int | None = None
    year_end: int | None = None
    providers: tuple[str, ...] = ()
    source: str | None = None

    @property
    def helpers(self) -> tuple[str, ...]:
        """The providers without those who asked: the ones that could have been found."""
        return tuple(sorted(set(self.providers).difference(self.requesters)))


@dataclass(frozen=True, slots=True)
class KnownOffer:
    """A published offer. Whom it names as recipients is not kept: that may be the answer."""

    id: str
    providers: tuple[str, ...]
    text: str = ""
    commitments: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class World:
    """The facts that every case sees: code lists, states, groups and who belongs to them."""

    as_of: date
    modalities: tuple[str, ...]
    states: tuple[State, ...]
    commitments: tuple[Commitment, ...]
    areas: tuple[Area, ...]
    groups: tuple[Group, ...]
    memberships: tuple[Membership, ...]
    can_provide: tuple[str, ...]
    """States that are ranked."""

    def members(self, body: str | None) -> tuple[str, ...]:
        """Return the member states of a regional body; none where there is no body."""
        return tuple(
            sorted(
                place.state
                for place in self.memberships
                if body is not None
                and (place.kind, place.group) == ("regional_body", body)
                and place.role == "member"
            )
        )


def scored(cases: Iterable[KnownCase]) -> list[KnownCase]:
    """Return the cases of which somebody who helped is known."""
    return [case for case in cases if case.helpers]


def beyond(case: KnownCase, states: Iterable[str]) -> bool:
    """Tell whether a state helped that is none of ``states``."""
    return not set(case.helpers).issubset(states)


def page(record: KnownCase | KnownOffer) -> str:
    """Return what two records of one page have in common; a record without a page has one of its own.

    Examples
    --------
    >>> one = KnownCase(id="A", requesters=(), source="https://example.org/visit/")
    >>> page(one) == page(KnownOffer(id="B", providers=(), source="http://example.org/visit"))
    True
    """
    if record.source is None:
        return f"{type(record).__name__} {record.id}"
    return record.source.strip().removeprefix("https://").removeprefix("http://").rstrip("/").casefold()
