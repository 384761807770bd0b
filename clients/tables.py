"""How answers look in a terminal."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from rich import box
from rich.table import Table
from rich.text import Text

from clients.models import (
    Candidate,
    Candidates,
    NeedLine,
    NeedSummary,
    OfferLine,
    ProposalLine,
    Round,
)

Columns = Mapping[str, Callable[[Any], str]]
"""Head of each column, and what stands in it."""
REASONS_SHOWN = 3


def _need_title(need: NeedLine | NeedSummary) -> str:
    return need.title if isinstance(need, NeedLine) else need.public_summary


def _provider(offer: OfferLine) -> str:
    return offer.provider.name or offer.label or offer.provider.type


def _seats(proposal: ProposalLine) -> str:
    return ", ".join(f"{number} {state}" for state, number in sorted(proposal.seats.items()))


def _took(one: Round) -> str:
    if one.started_at is None or one.finished_at is None:
        return ""
    return f"{(one.finished_at - one.started_at).total_seconds():.1f} s"


def _points(score: int) -> str:
    """Write a score, told in hundredths of a point, as people read it: of 100."""
    return f"{score / 100:.1f}"


def _joined(values: Sequence[str]) -> str:
    return ", ".join(values)


NEEDS: Columns = {
    "Need": _need_title,
    "Asked by": lambda need: _joined(need.requester_states),
    "Commitments": lambda need: _joined(need.commitments),
    "Stage": lambda need: need.status,
    "Id": lambda need: need.id,
}
OFFERS: Columns = {
    "Offer": lambda offer: offer.title,
    "Provider": _provider,
    "Of": lambda offer: _joined(offer.provider.states),
    "Areas": lambda offer: _joined([expertise.area for expertise in offer.expertise]),
    "State": lambda offer: offer.state if offer.is_reconfirmed else f"{offer.state}, not reconfirmed",
    "Id": lambda offer: offer.id,
}
STAKEHOLDERS: Columns = {
    "Name": lambda one: one.name,
    "Type": lambda one: one.type,
    "States": lambda one: _joined(one.states),
    "Dialogue": lambda one: one.dialogue or "",
    "Id": lambda one: one.id,
}
ROUNDS: Columns = {
    "Asked for": lambda one: f"{one.requested_at:%Y-%m-%d %H:%M}",
    "State": lambda one: one.state,
    "Took": _took,
    "Seed": lambda one: str(one.seed),
    "Fingerprint": lambda one: (one.fingerprint or "")[:12],
    "Id": lambda one: one.id,
}
PROPOSALS: Columns = {
    "Need": lambda proposal: proposal.need_title,
    "Score": lambda proposal: _points(proposal.score),
    "Team from": lambda proposal: _joined(proposal.provider_states),
    "Complete": lambda proposal: "yes" if proposal.complete else "no",
    "Seats": _seats,
    "Could host": lambda proposal: _joined(proposal.hosts),
    "Id": lambda proposal: proposal.id,
}
UNMET: Columns = {
    "Need": lambda unmet: unmet.need_title,
    "Area": lambda unmet: unmet.area or "any",
    "Missing": lambda unmet: str(unmet.missing),
    "Why": lambda unmet: " ".join(reason.text for reason in unmet.reasons) or unmet.reason,
}
CANDIDATES: Columns = {
    "Score": lambda candidate: _points(candidate.score),
    "Offer": lambda candidate: candidate.title,
    "Provider": lambda candidate: candidate.provider_name,
    "Of": lambda candidate: _joined(candidate.provider_states),
    "Id": lambda candidate: candidate.offer,
}


def table_of(rows: Sequence[BaseModel], columns: Columns) -> Table:
    """Return a table of rows. Texts stand in it as they are, never read as markup."""
    table = Table(box=box.SIMPLE_HEAD, caption=_counted(len(rows)), caption_justify="left")
    for head in columns:
        # An id that is cut cannot be copied.
        table.add_column(head, overflow="fold", no_wrap=head == "Id")
    for row in rows:
        table.add_row(*(Text(show(row)) for show in columns.values()))
    return table


def reasons_of(found: Candidates) -> Iterator[Text]:
    """Give, for each candidate, the reasons that count most."""
    for place, candidate in enumerate(found.candidates, start=1):
        yield Text(f"{place}. {candidate.title}", style="bold")
        for text in _strongest(candidate):
            yield Text(f"   {text}")


def ending_of(one: Round) -> Text:
    """Return one line on how a round ended."""
    if one.failure:
        return Text(f"Round {one.id} failed: {one.failure.text}", style="red")
    return Text(f"Round {one.id} {one.state} {_took(one)}".rstrip())


def _strongest(candidate: Candidate) -> list[str]:
    criteria = sorted(candidate.criteria, key=lambda criterion: -criterion.points)
    texts = [reason.text for criterion in criteria if criterion.points > 0 for reason in criterion.reasons]
    return texts[:REASONS_SHOWN]


def _counted(number: int) -> str:
    return "nothing" if number == 0 else f"{number} entries" if number > 1 else "1 entry"
