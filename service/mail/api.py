"""The JSON door to mail."""

from fastapi import Request

from service.mail import commands, queries
from service.mail.rules import Standing
from service.mail.schemas import LettersHurried, LetterView, MailView
from service.web.doors import Doors
from service.web.paging import Paging
from service.web.requests import Reading, SignedIn, Writing
from service.web.schemas import Page

router = Doors(tags=["mail"])


@router.get("/mail")
def get_mail(session: Reading, caller: SignedIn, request: Request) -> MailView:
    """Show whether a mail server is set and how many letters wait. Administrators may."""
    return queries.get_mail(session, caller, request.app.state.settings)


@router.get("/mail/letters")
def list_letters(
    session: Reading, caller: SignedIn, page: Paging, standing: Standing | None = None
) -> Page[LetterView]:
    """List letters, newest first, without what they say. Administrators may."""
    return queries.list_letters(session, caller, page, standing)


@router.post("/mail/try-now")
def try_letters_now(session: Writing, caller: SignedIn) -> LettersHurried:
    """Let all waiting letters be tried at once, as after a repair of the mail server. Administrators may."""
    return LettersHurried(letters=commands.try_letters_now(session, caller))
