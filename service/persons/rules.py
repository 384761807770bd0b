"""Rules of persons' data: who may ask for what, and how it is treated. Pure."""

from typing import Literal, get_args

from service.caller import OFFERING, Caller

Purpose = Literal["sign_in", "news", "conversation", "experts", "files", "decisions", "journal", "requests"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
"""What somebody's data is kept for."""
Treatment = Literal["row", "columns", "kept"]
TREATMENTS: tuple[Treatment, ...] = get_args(Treatment)
"""What erasing does: the row goes, its columns are emptied, or it stays under an id that leads to nobody."""
RequestState = Literal["open", "corrected", "declined"]
REQUEST_STATES: tuple[RequestState, ...] = get_args(RequestState)
Outcome = Literal["corrected", "declined"]

SHOWN_TO_ADMINISTRATORS: frozenset[Purpose] = frozenset({"sign_in", "requests"})
"""What an administrator is shown of somebody else; the rest may be confidential, of states or in letters."""
OWN_WORDS = frozenset({"label", "hint"})
"""What people call their own keys and tokens: nobody else needs it, nor the end of a token."""
MARK = "[erased]"
"""What stands where something was that must not be empty."""
_SHORTEST_NAME = 6


def address_of_nobody(account_id: str) -> str:
    """Return what stands for the address of an account that was erased: no letter can go there.

    >>> address_of_nobody("account_1")
    'account_1@erased.invalid'
    """
    return f"{account_id}@erased.invalid"


def is_telling(words: str) -> bool:
    """Tell whether words name somebody: an address, or a name that is not like any other word.

    >>> is_telling("Ada Example"), is_telling("ada@pool.example"), is_telling("Ali")
    (True, True, False)
    """
    return "@" in words or " " in words.strip() or len(words) >= _SHORTEST_NAME


def may_look_after(caller: Caller, account_id: str) -> bool:
    """Tell whether the caller may see and erase what is kept of an account: its owner, administrators."""
    return caller.account_id == account_id or caller.is_administrator


def may_read_all(caller: Caller, account_id: str | None) -> bool:
    """Tell whether the caller may read all that is kept: the person, or the pool of an expert."""
    return account_id is None or caller.account_id == account_id


def may_settle(caller: Caller, owner_id: str | None) -> bool:
    """Tell whether the caller may settle a request: the owner of the record, or an administrator."""
    return caller.is_administrator if owner_id is None else caller.acts_for(owner_id, *OFFERING)
