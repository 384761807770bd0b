"""The record of processing: for each purpose why, what, to whom and how long. Public."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from service.persons.holdings import holdings
from service.persons.retention import CLOCKS
from service.persons.rules import Purpose
from service.persons.schemas import ClockView, PrivacyView, PurposeView
from service.settings import Settings
from service.texts import N_, translate


class Said(NamedTuple):
    """What is said of a purpose."""

    what: str
    basis: str
    recipients: str
    kept: str


PURPOSES_SAID: Mapping[Purpose, Said] = MappingProxyType(
    {
        "sign_in": Said(
            N_("Accounts, and how people sign in"),
            N_("Only people whom an institution named may act for it here."),
            N_("Administrators of this instance. Passwords and keys are kept so that nobody can read them."),
            N_("As long as the account is open, and then as the clocks below say."),
        ),
        "news": Said(
            N_("News in the inbox and by letter"),
            N_("People have to learn in time what waits for them."),
            N_("The person alone. Administrators see to whom a letter went, never what it said."),
            N_("What a letter says is wiped once it is sent; the rest as the clocks below say."),
        ),
        "conversation": Said(
            N_("Messages about needs and proposals"),
            N_("Both sides have to know what was asked, answered and promised."),
            N_("The readers whom the author chose."),
            N_("As long as the need or proposal is on record, or until the author is erased."),
        ),
        "experts": Said(
            N_("Named experts of pools, and what their offers say of them"),
            N_("The expert agreed with the pool to be proposed under a pseudonym."),
            N_("The expert's own pool; those who asked for help, once both sides agreed."),
            N_("Until the offer ends, or the expert, or the pool, has it erased."),
        ),
        "files": Said(
            N_("Files about experts, and files in messages"),
            N_("They show what an offer or a message says."),
            N_("Whoever may read what they belong to."),
            N_("As long as what they belong to, or until the person is erased."),
        ),
        "decisions": Said(
            N_("Duties, endorsements, consents and decisions"),
            N_("Between states it has to stay provable who decided what."),
            N_("Whoever may read the thing that was decided on."),
            N_("For good. After erasing, under an id that leads to nobody."),
        ),
        "journal": Said(
            N_("The record of what was done, and of who read what is confidential"),
            N_("States have to be able to tell who changed and who read their requests."),
            N_("The parties of each thing. Administrators see that it holds."),
            N_("That something happened stays for good; what is said of a person goes when the person does."),
        ),
        "requests": Said(
            N_("Corrections that people ask for"),
            N_("Everybody may have put right what is wrong about them."),
            N_("Who asked, and the owner of the record."),
            N_("As the clocks below say."),
        ),
    }
)
BACKUPS = N_(
    "Copies that operators take hold what was there at that time, sealed. They must not be kept for more "
    "than {days} days. After one was restored, whoever was erased since is erased again: the log names "
    "their ids."
)


def get_privacy(settings: Settings, language: str) -> PrivacyView:
    """Return the record of processing."""
    return PrivacyView(
        purposes=[_purpose(code, said, language) for code, said in PURPOSES_SAID.items()],
        clocks=[
            ClockView(
                code=one.code,
                what=translate(one.what, language),
                days=one.days(settings),
                why=translate(one.why, language),
            )
            for one in CLOCKS
        ],
        backups=translate(BACKUPS, language, days=settings.backup_retention_days),
    )


def _purpose(code: Purpose, said: Said, language: str) -> PurposeView:
    return PurposeView(
        code=code,
        what=translate(said.what, language),
        basis=translate(said.basis, language),
        categories=[
            f"{one.table}: {', '.join((*one.personal, *one.secret)) or ', '.join(one.accounts)}"
            for one in holdings()
            if one.purpose == code
        ],
        recipients=translate(said.recipients, language),
        kept=translate(said.kept, language),
    )
