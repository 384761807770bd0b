"""``client.audit``: what happened to a thing in plain words, and whether the journal holds."""

from clients.calls import Call, get
from clients.doors import Room, Way, ask
from clients.models import History, JournalCheck


class Audit(Room[Way]):
    """The journal, for those who may see the thing that it is about."""

    @ask
    def history(self, subject: str) -> Call[History]:
        """Read what happened to a thing, in words: by which office, what, when.

        >>> client.audit.history("need:need_1f2e3d")
        """
        return get("/audit/things/{subject}", subject=subject)

    @ask
    def check(self) -> Call[JournalCheck]:
        """Check every chain and every root of the journal. For administrators.

        >>> client.audit.check()
        """
        return get("/audit/journal")
