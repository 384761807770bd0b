"""States and moves of pools in words, and the months of a calendar."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Literal, NamedTuple

from babel.dates import format_date

from service.pools.columns import BY_NAME
from service.pools.schemas import OfferMoved
from service.texts import N_, counted, translate
from service.web.rendering import locale_of


class Tag(NamedTuple):
    """A state, as it is shown; the tone only repeats what the word says."""

    text: str
    tone: Literal["plain", "good", "wait", "stop", "past"]


OFFER_WORDS: Mapping[str, Tag] = MappingProxyType(
    {
        "draft": Tag(N_("Draft"), "plain"),
        "pending_authorisation": Tag(N_("Waits for authorisation"), "wait"),
        "active": Tag(N_("Active"), "good"),
        "on_hold": Tag(N_("On hold"), "wait"),
        "stale": Tag(N_("Not reconfirmed"), "wait"),
    }
)
MONTH_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "free": N_("Free"),
        "asked": N_("Asked for"),
        "held": N_("Held"),
        "booked": N_("Booked"),
        "closed": N_("Not available"),
    }
)
MONTH_MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "free": N_("Nothing of it is held or booked."),
        "asked": N_("A seat waits for your answer. Nothing is held yet."),
        "held": N_("You said yes to a seat; its team is not confirmed yet."),
        "booked": N_("The team of a seat is confirmed."),
        "closed": N_("On hold, not active yet, or outside the months in which it can be had."),
    }
)
MOVE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "reconfirm": N_("Say that it still stands"),
        "hold": N_("Put it on hold"),
        "resume": N_("Take it up again"),
        "submit": N_("Hand it in"),
        "authorise": N_("Authorise the offer"),
    }
)
FINDING_WORDS: Mapping[str, Tag] = MappingProxyType(
    {
        "new": Tag(N_("New"), "good"),
        "changed": Tag(N_("Changed"), "wait"),
        "unchanged": Tag(N_("Unchanged"), "plain"),
        "faulty": Tag(N_("At fault"), "stop"),
    }
)
IMPORT_WORDS: Mapping[str, Tag] = MappingProxyType(
    {
        "checking": Tag(N_("Being looked at"), "wait"),
        "checked": Tag(N_("Waits for your word"), "wait"),
        "importing": Tag(N_("Being taken in"), "wait"),
        "done": Tag(N_("Taken in"), "good"),
        "failed": Tag(N_("Failed"), "stop"),
        "discarded": Tag(N_("Discarded"), "plain"),
    }
)


def spoken(tags: Mapping[str, Tag], language: str) -> dict[str, Tag]:
    """Return tags with their words in a language."""
    return {code: Tag(translate(tag.text, language), tag.tone) for code, tag in tags.items()}


def column_name(name: str, language: str) -> str:
    """Return what a column of a file is called."""
    column = BY_NAME.get(name)
    return translate(column.label, language) if column else translate(N_("The whole line"), language)


def month_name(month: str, language: str, *, is_short: bool = False) -> str:
    """Return the name of a month (``2027-03``) with its year."""
    first = date(int(month[:4]), int(month[5:]), 1)
    return format_date(first, "LLL yy" if is_short else "LLLL y", locale=locale_of(language))


def outcome_of(moved: Sequence[OfferMoved], language: str) -> str:
    """Return in words how many offers were moved, and why others were not."""
    done = sum(1 for one in moved if one.is_done)
    text = counted("{number} offer was changed.", "{number} offers were changed.", done, language)
    causes = dict.fromkeys(one.text for one in moved if one.text)
    return " ".join([text.format(number=done), *causes])
