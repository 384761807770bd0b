"""Whether a need says enough to act on: who, what, by when, what exists already, what would count as done.

Each question gets points out of 100 from what was filled in and from simple signs in the text, and advice on
what to add. Pure; the same text gets the same points for everybody.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from service.search.signals import Signals, signals_of
from service.search.specificity import Answered, Check, Specificity, advice, answered, together
from service.texts import N_

VALIDATED_WITHOUT_REASON_FROM = 50
"""Points out of 100. Below them a desk says why it finds a need fit to be matched all the same."""
WORDS_OF_A_SENTENCE = 5
WORDS_OF_A_RESULT = 8
MOST_VAGUE_WORDS = 5
POINTS_PER_VAGUE_WORD = 10
MOST_LOST = 30

QUESTION_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "who": N_("Who is to be helped"),
        "what": N_("What is asked for"),
        "by_when": N_("By when"),
        "what_exists": N_("What exists already"),
        "done_when": N_("What would count as done"),
    }
)

ADVICE_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "name_the_body": N_("Name the ministry, office or unit whose staff is to be helped."),
        "say_how_many": N_("Say how many people are to be reached, in a number."),
        "choose_area": N_("Part {part}: choose the area of expertise."),
        "choose_form": N_("Part {part}: choose the form of support, such as training or an expert mission."),
        "say_days": N_("Part {part}: say how many days of work you expect of each expert."),
        "describe_result": N_(
            "Say in two or three sentences what will be there afterwards that is not there now."
        ),
        "replace_vague_words": N_("Say what exactly is meant by: {words}."),
        "set_start": N_("Say from when the work could begin."),
        "set_end": N_("Say by when the work has to be done."),
        "describe_what_exists": N_(
            "Say what exists already: laws, systems, staff, earlier help. If there is nothing, say so."
        ),
        "name_what_exists": N_("Name what exists, with its title, office or year."),
        "describe_done": N_("Say by what you will see that the work is done."),
        "measure_done": N_("Give a number that can be checked, such as staff trained or cases handled."),
        "prove_done": N_("Name the document, decision or date that will show that it is done."),
    }
)


@dataclass(frozen=True, slots=True)
class Part:
    """A component, as far as it is asked about."""

    has_area: bool
    has_form: bool
    has_days: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What a need says."""

    language: str
    title: str
    context: str
    expected_result: str
    what_exists: str
    done_when: str
    notes: str
    starts_on: date | None
    ends_on: date | None
    parts: Sequence[Part]


def specificity_of(said: Said) -> Specificity:
    """Return how specific a need is."""
    return together(
        (
            answered("who", _who(said)),
            _less_vague(said, answered("what", _what(said))),
            answered("by_when", _by_when(said)),
            answered("what_exists", _what_exists(said)),
            answered("done_when", _done_when(said)),
        )
    )


def _who(said: Said) -> Iterator[Check]:
    text = _signals(said, said.title, said.context, said.expected_result, said.notes)
    yield 50, text.names > 0, advice("name_the_body")
    yield 50, text.numbers > 0, advice("say_how_many")


def _what(said: Said) -> Iterator[Check]:
    yield from _by_part(said, 35, "choose_area", [part.has_area for part in said.parts])
    yield from _by_part(said, 25, "choose_form", [part.has_form for part in said.parts])
    yield from _by_part(said, 15, "say_days", [part.has_days for part in said.parts])
    yield 25, _signals(said, said.expected_result).words >= WORDS_OF_A_RESULT, advice("describe_result")


def _by_part(said: Said, points: int, code: str, held: Sequence[bool]) -> Iterator[Check]:
    """Yield the points for all parts, less those of the parts where something is missing."""
    share = points // max(len(said.parts), 1)
    for number, holds in enumerate(held, start=1):
        # What does not divide evenly goes with the first part.
        yield share + (points - share * len(held) if number == 1 else 0), holds, advice(code, part=number)


def _by_when(said: Said) -> Iterator[Check]:
    dated = _signals(said, said.context, said.expected_result, said.done_when, said.notes).dates > 0
    yield 70, said.ends_on is not None or dated, advice("set_end")
    yield 30, said.starts_on is not None, advice("set_start")


def _what_exists(said: Said) -> Iterator[Check]:
    text = _signals(said, said.what_exists)
    yield 60, text.words >= WORDS_OF_A_SENTENCE, advice("describe_what_exists")
    yield 40, text.names + text.dates + text.numbers > 0, advice("name_what_exists")


def _done_when(said: Said) -> Iterator[Check]:
    text = _signals(said, said.done_when)
    yield 40, text.words >= WORDS_OF_A_SENTENCE, advice("describe_done")
    yield 35, text.numbers > 0, advice("measure_done")
    yield 25, text.names + text.dates > 0, advice("prove_done")


def _less_vague(said: Said, what: Answered) -> Answered:
    """Take points off for vague words, fewer where numbers and names make them plain."""
    text = _signals(said, said.title, said.expected_result)
    open_words = text.vague[text.numbers + text.names // 2 :][:MOST_VAGUE_WORDS]
    if not open_words:
        return what
    lost = min(len(open_words) * POINTS_PER_VAGUE_WORD, MOST_LOST)
    missing = advice("replace_vague_words", words=", ".join(open_words))
    return what._replace(points=max(what.points - lost, 0), advice=(*what.advice, missing))


def _signals(said: Said, *texts: str) -> Signals:
    return signals_of("\n".join(text for text in texts if text), said.language)
