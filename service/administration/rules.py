"""Who may look after an instance. Pure."""

from service.caller import Caller
from service.errors import NotAllowed


def check_may_look(caller: Caller) -> None:
    """Refuse everybody but administrators."""
    if not caller.is_administrator:
        raise NotAllowed
