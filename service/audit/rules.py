"""Who may check the journal. Pure."""

from service.caller import Caller
from service.errors import NotAllowed


def check_may_check(caller: Caller) -> None:
    """Refuse everybody but administrators: a check names things by their ids."""
    if not caller.is_administrator:
        raise NotAllowed
