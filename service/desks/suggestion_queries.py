"""Commitments that a need's text comes near to: suggested, never set."""

from sqlmodel import Session

from service.caller import Caller
from service.desks.choosing import near_commitments
from service.needs.queries import find_handled_need
from service.reference.facts import commitment_titles
from service.web.schemas import View


class SuggestionView(View):
    """A commitment that may fit."""

    commitment: str
    title: str
    nearness: float
    """From 0 to 1, as the texts are compared."""


class SuggestionsView(View):
    """Commitments that may fit, the nearest first. None of them is set by that."""

    items: list[SuggestionView]


def suggest_commitments(
    session: Session, caller: Caller, need_id: str, model: str, language: str
) -> SuggestionsView:
    """Return the commitments that a need's text comes near to. For those who ask and the desk."""
    row = find_handled_need(session, caller, need_id)
    titles = commitment_titles(session, language)
    text = f"{row.title} {row.context} {row.expected_result}"
    return SuggestionsView(
        items=[
            SuggestionView(commitment=code, title=titles[code], nearness=round(near, 3))
            for code, near in near_commitments(session, text, model)
        ]
    )
