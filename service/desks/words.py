"""States and stages in words, each with a tone: a tag's colour only repeats what its word says."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from service.texts import N_, translate

Tone = Literal["plain", "good", "wait", "stop"]
Kind = Literal["need", "offer", "seat", "proposal", "round", "escalation"]


class Tag(NamedTuple):
    """A state, as it is shown."""

    text: str
    tone: Tone


WORDS: Mapping[Kind, Mapping[str, Tag]] = MappingProxyType(
    {
        "need": {
            "draft": Tag(N_("Draft"), "plain"),
            "pending_endorsement": Tag(N_("Waits for endorsement"), "wait"),
            "submitted": Tag(N_("Submitted"), "plain"),
            "screening": Tag(N_("Being screened"), "plain"),
            "clarification_requested": Tag(N_("Question to the requester"), "wait"),
            "ineligible": Tag(N_("Not eligible"), "stop"),
            "validated": Tag(N_("Validated"), "plain"),
            "circulated": Tag(N_("Open for matching"), "plain"),
            "partially_matched": Tag(N_("Matched in part"), "wait"),
            "matched": Tag(N_("Matched"), "good"),
            "in_action": Tag(N_("In action"), "good"),
            "suspended": Tag(N_("Suspended"), "wait"),
            "fulfilled": Tag(N_("Fulfilled"), "good"),
            "closed": Tag(N_("Closed"), "plain"),
            "withdrawn": Tag(N_("Withdrawn"), "stop"),
            "unmet": Tag(N_("Unmet"), "stop"),
            "escalated": Tag(N_("Passed on to others"), "wait"),
        },
        "offer": {
            "draft": Tag(N_("Draft"), "plain"),
            "pending_authorisation": Tag(N_("Waits for authorisation"), "wait"),
            "active": Tag(N_("Active"), "good"),
            "on_hold": Tag(N_("On hold"), "wait"),
            "stale": Tag(N_("Not reconfirmed"), "wait"),
            "expired": Tag(N_("Expired"), "stop"),
            "withdrawn": Tag(N_("Withdrawn"), "stop"),
        },
        "escalation": {
            "suggested": Tag(N_("Suggested by the desk"), "plain"),
            "asked": Tag(N_("Waits for an answer"), "wait"),
            "taken_up": Tag(N_("Taken up"), "good"),
            "declined": Tag(N_("Declined"), "stop"),
            "refused": Tag(N_("The requester did not agree"), "stop"),
            "withdrawn": Tag(N_("Withdrawn"), "stop"),
        },
        "seat": {
            "suggested": Tag(N_("Suggested"), "plain"),
            "offered": Tag(N_("Waits for an answer"), "wait"),
            "accepted": Tag(N_("Accepted"), "good"),
            "declined": Tag(N_("Declined"), "stop"),
            "lapsed": Tag(N_("No answer in time"), "stop"),
            "withdrawn": Tag(N_("Withdrawn"), "stop"),
            "confirmed": Tag(N_("Confirmed"), "good"),
            "released": Tag(N_("Released"), "plain"),
            "not_available": Tag(N_("Not available"), "stop"),
        },
        "proposal": {
            "suggested": Tag(N_("Suggested"), "plain"),
            "shortlisted": Tag(N_("Shortlisted"), "plain"),
            "proposed": Tag(N_("Offered to the providers"), "wait"),
            "partly_accepted": Tag(N_("Accepted in part"), "wait"),
            "mutually_accepted": Tag(N_("Accepted by both sides"), "good"),
            "confirmed": Tag(N_("Confirmed"), "good"),
            "project": Tag(N_("Became a project"), "good"),
            "declined": Tag(N_("Declined"), "stop"),
            "lapsed": Tag(N_("No answer in time"), "stop"),
            "superseded": Tag(N_("Replaced by a later round"), "plain"),
            "withdrawn": Tag(N_("Withdrawn"), "stop"),
        },
        "round": {
            "requested": Tag(N_("Requested"), "wait"),
            "queued": Tag(N_("Waiting"), "wait"),
            "gathering": Tag(N_("Gathering"), "wait"),
            "computing": Tag(N_("Computing"), "wait"),
            "checking": Tag(N_("Checking"), "wait"),
            "finished": Tag(N_("Finished"), "good"),
            "failed": Tag(N_("Failed"), "stop"),
            "cancelled": Tag(N_("Cancelled"), "stop"),
        },
    }
)

STAGES: Mapping[str, str] = MappingProxyType(
    {
        "candidates": N_("comparing every need with every offer"),
        "allocation": N_("finding the best allocation"),
        "explanations": N_("writing down the reasons"),
        "verification": N_("verifying every proposal"),
        "unmet": N_("finding out why something stays unmet"),
        "graph": N_("looking at the whole"),
    }
)


def tag(kind: Kind, state: str, language: str) -> Tag:
    """Return a state in words."""
    word = WORDS[kind][state]
    return Tag(translate(word.text, language), word.tone)


def stage_text(stage: str | None, language: str) -> str:
    """Return a stage of a round in words; what is new to these pages says nothing."""
    return translate(STAGES[stage], language) if stage and stage in STAGES else ""
