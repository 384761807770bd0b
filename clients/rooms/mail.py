"""``client.mail``: whether letters go out, for administrators."""

from clients.calls import Call, get, listing, post
from clients.doors import Room, Way, ask, paged
from clients.models import Letter, LettersHurried, Mail, Page


class MailRoom(Room[Way]):
    """Whether letters go out."""

    @ask
    def get(self) -> Call[Mail]:
        """Read whether a mail server is set and how many letters wait.

        >>> client.mail.get()
        """
        return get("/mail")

    @paged
    def letters(self, *, standing: str | None = None) -> Call[Page[Letter]]:
        """List letters, newest first, without what they say.

        >>> for letter in client.mail.letters(standing="given_up"):
        ...     print(letter.recipient, letter.failure)
        """
        return listing("/mail/letters", standing=standing)

    @ask
    def try_now(self) -> Call[LettersHurried]:
        """Let all waiting letters be tried at once, as after a repair of the mail server.

        >>> client.mail.try_now()
        """
        return post("/mail/try-now")
