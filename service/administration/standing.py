"""How the service is doing, in plain words: the figures that operators have, each with what to do."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from sqlmodel import Session, col, func, select

from service import clock
from service.administration.rules import check_may_look
from service.administration.schemas import HealthCheck, ServiceStanding
from service.caller import Caller
from service.jobs.gauges import outbox_lag, outbox_messages
from service.journal.tables import JournalRoot
from service.mail.gauges import letters
from service.matches.rules import ROUND_UNDER_WAY
from service.matches.tables import MatchRound
from service.settings import Settings
from service.texts import N_, translate

LATE_SECONDS = 300
LOOKED_BACK = timedelta(days=30)

SAID: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "seconds_behind": (
            N_("Seconds that the oldest change has waited for what follows from it"),
            N_("See that a worker runs; without one, no news, letters or rounds follow."),
        ),
        "changes_waiting": (N_("Changes whose consequences are still to come"), ""),
        "changes_failed": (
            N_("Consequences that failed and are tried again"),
            N_("They are tried again by themselves; if the number stays, the worker's log says why."),
        ),
        "changes_given_up": (
            N_("Consequences that were given up"),
            N_("The worker's log says why. Mend the cause, then tell those who look after the programme."),
        ),
        "letters_waiting": (
            N_("Letters that wait to be sent"),
            N_("See that a mail server is set and answers, then let them be tried at once."),
        ),
        "letters_given_up": (
            N_("Letters that were given up"),
            N_("Look at the addresses and at what the mail server said."),
        ),
        "rounds_under_way": (N_("Rounds under way"), ""),
        "rounds_failed": (
            N_("Rounds that failed in the last 30 days"),
            N_("The page of the round says why; ask for it again."),
        ),
    }
)
"""What each figure counts, and what to do where it is not fine."""


def get_service_standing(
    session: Session, caller: Caller, settings: Settings, language: str
) -> ServiceStanding:
    """Return how the service is doing. For administrators."""
    check_may_look(caller)
    figures = _figures(session)
    fine = _fine(figures, has_mail_server=bool(settings.smtp_host))
    root = session.exec(select(func.max(col(JournalRoot.made_at)))).one()
    return ServiceStanding(
        checks=[
            HealthCheck(
                code=code,
                label=translate(label, language),
                figure=figures[code],
                is_fine=fine[code],
                advice=translate(advice, language) if advice and not fine[code] else "",
            )
            for code, (label, advice) in SAID.items()
        ],
        database=session.connection().dialect.name,
        durability=settings.durability,
        has_mail_server=bool(settings.smtp_host),
        text_model=settings.text_model,
        last_root_at=root,
    )


def _figures(session: Session) -> dict[str, int]:
    changes = {labels[0]: int(value) for labels, value in outbox_messages.ask(session)}
    mail = {labels[0]: int(value) for labels, value in letters.ask(session)}
    lag = next(iter(value for _, value in outbox_lag.ask(session)), 0)
    under_way = col(MatchRound.state).in_(ROUND_UNDER_WAY)
    failed = MatchRound.state == "failed", col(MatchRound.requested_at) > clock.now() - LOOKED_BACK
    return {
        "seconds_behind": int(lag),
        **{f"changes_{state}": number for state, number in changes.items()},
        **{f"letters_{state}": number for state, number in mail.items()},
        "rounds_under_way": _rounds(session, under_way),
        "rounds_failed": _rounds(session, *failed),
    }


def _rounds(session: Session, *conditions: object) -> int:
    query = select(func.count()).select_from(MatchRound).where(*conditions)  # type: ignore[arg-type]
    return session.exec(query).one()


def _fine(figures: Mapping[str, int], *, has_mail_server: bool) -> dict[str, bool]:
    always = {"changes_waiting": True, "rounds_under_way": True}
    some = {
        "seconds_behind": figures["seconds_behind"] <= LATE_SECONDS,
        "letters_waiting": has_mail_server or not figures["letters_waiting"],
    }
    return {code: (always | some).get(code, figures[code] == 0) for code in SAID}
