"""Who is who on the offering side of a seat. Pure."""

from collections.abc import Iterable

from service.caller import OFFERING, Caller, Role
from service.matches.tables import Seat


def may_release(caller: Caller, seat: Seat) -> bool:
    """Staff are released by the institution's focal point; for its own offer either duty may answer."""
    roles: Iterable[Role] = ("provider_focal_point",) if seat.is_named_expert else OFFERING
    return caller.acts_for(seat.provider_id, *roles)


def is_expert(caller: Caller, seat: Seat) -> bool:
    """Tell whether the caller is the named expert of a seat, released by the institution."""
    return (
        seat.is_named_expert
        and caller.account_id is not None
        and caller.account_id == seat.expert_account_id
        and caller.acts_for(seat.provider_id, "expert")
    )


def is_yes_missing(caller: Caller, seat: Seat) -> bool:
    """Tell whether a yes to a seat is missing that the caller can give."""
    return (may_release(caller, seat) and seat.release_given_at is None) or (
        is_expert(caller, seat) and seat.expert_accepted_at is None
    )


def may_leave(caller: Caller, seat: Seat) -> bool:
    """Tell whether the caller may decline a seat or give it back: its provider, and the named expert."""
    return caller.acts_for(seat.provider_id, *OFFERING) or is_expert(caller, seat)


def declares_as(caller: Caller, seat: Seat) -> list[str]:
    """Return as which parties of a seat the caller declares interests."""
    found = ["institution"] if caller.acts_for(seat.provider_id, *OFFERING) else []
    return [*found, "expert"] if is_expert(caller, seat) else found
