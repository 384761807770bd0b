"""What this room does when something happened."""

from sqlmodel import Session

from service.jobs.durable import start_job
from service.journal.reactions import Happening, on
from service.matches.commands import queue_round
from service.matches.jobs import JOB, REFILL
from service.matches.lapsing import drop_offer
from service.matches.proposal_commands import drop_proposals_of


@on("round.requested", "matches.start_round")
def start_round(session: Session, happening: Happening) -> None:
    """Queue the job of a round that was asked for."""
    round_id = happening.subject.partition(":")[2]
    queue_round(session, round_id)
    start_job(JOB, round_id)


@on("need.withdrawn", "matches.drop_proposals")
def drop_proposals(session: Session, happening: Happening) -> None:
    """Give up the proposals for a need that was withdrawn."""
    drop_proposals_of(session, happening.subject.partition(":")[2])


@on("offer.withdrawn", "matches.drop_offer")
def drop_withdrawn_offer(session: Session, happening: Happening) -> None:
    """Take the seats of an offer that was withdrawn from it."""
    drop_offer(session, happening.subject.partition(":")[2])


@on("offer.expired", "matches.drop_expired_offer")
def drop_expired_offer(session: Session, happening: Happening) -> None:
    """Take the seats of an offer that nobody reconfirmed from it."""
    drop_offer(session, happening.subject.partition(":")[2])


@on("proposal.news-released", "matches.suggest_refills")
def suggest_refills(session: Session, happening: Happening) -> None:
    """Look for who could take the places of those that were told to be lost."""
    del session
    for seat_id in happening.details["seats"]:
        start_job(REFILL, seat_id)
