"""The JSON door to the network, to a dialogue's reach, and to what a round says of several needs together."""

from service.matches import network, together
from service.matches.network_schemas import IntroductionView, NetworkView, ReachView, TogetherView
from service.web.doors import Doors
from service.web.requests import Language, Reading, SignedIn
from service.web.schemas import CodeText

router = Doors(tags=["matches"])


@router.get("/network")
def get_network(
    session: Reading,
    caller: SignedIn,
    language: Language,
    dialogue: CodeText | None = None,
    other: CodeText | None = None,
) -> NetworkView:
    """Show who brokers between two dialogues (or all), who belongs together and who should talk.

    Needs and offers count only as far as you may see them.
    """
    return network.get_network(session, caller, [code for code in (dialogue, other) if code], language)


@router.get("/network/introductions")
def get_introduction(
    session: Reading, caller: SignedIn, language: Language, start: CodeText, end: CodeText
) -> IntroductionView:
    """Show through whom one state could be introduced to another."""
    return network.get_introduction(session, caller, start, end, language)


@router.get("/dialogues/{dialogue}/reach")
def get_reach(session: Reading, caller: SignedIn, language: Language, dialogue: str) -> ReachView:
    """Show how much a dialogue could deliver among its members at most, from what you may see."""
    return network.get_reach(session, caller, dialogue, language)


@router.get("/rounds/{round_id}/together")
def get_together(session: Reading, caller: SignedIn, language: Language, round_id: str) -> TogetherView:
    """Show coalitions, the one team that could serve each, and mutual exchanges. For the round's desk."""
    return together.get_together(session, caller, round_id, language)
