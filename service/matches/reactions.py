"""What this room does when something happened."""

from sqlmodel import Session

from service.jobs.durable import start_job
from service.journal.reactions import Happening, on
from service.matches.commands import queue_round
from service.matches.jobs import JOB
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
