"""Whether an offer says enough to be found and believed: what, by whom, how much, when, in which languages.

Each question gets points out of 100 from what was filled in and from simple signs in the text, and advice on
what to add. Pure; the same offer gets the same points for everybody.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from service.search.signals import signals_of
from service.search.specificity import Check, Specificity, advice, answered, together
from service.texts import N_

ENOUGH = 50
"""Points out of 100 from which an offer says enough, as far as a rule can tell."""
WORDS_OF_A_DESCRIPTION = 12

QUESTION_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "what": N_("What is offered"),
        "who": N_("Who would come"),
        "capacity": N_("How much"),
        "when": N_("When"),
        "languages": N_("In which languages"),
        "evidence": N_("What speaks for it"),
    }
)

ADVICE_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "choose_area": N_("Choose the areas of expertise."),
        "choose_form": N_("Choose the forms of support, such as a training or an expert mission."),
        "describe_offer": N_("Describe in two or three sentences what you would do, and for whom."),
        "replace_vague_words": N_("Say what exactly is meant by: {words}."),
        "name_the_unit": N_("Name the office or unit that the experts come from."),
        "say_what_they_did": N_("Say what they have done: a number of years, of cases or of missions."),
        "say_proficiency": N_("Say how proficient you are in each area."),
        "say_assignments": N_("Say how many assignments you can take on at a time."),
        "say_experts": N_("Say how many experts you can send to one assignment."),
        "say_days_per_year": N_("Say how many days of work a year you can give."),
        "say_months": N_("Say in which months you are available, or from when until when."),
        "say_languages": N_("Say in which languages you can work."),
        "say_language_levels": N_("Say how well you work in each language, from A1 to C2."),
        "say_evidence": N_("Say on whose word the expertise stands."),
        "prove_expertise": N_(
            "Ask your employer to confirm the expertise, or a desk to look at documents or earlier work."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Said:
    """What an offer says."""

    language: str
    title: str
    description: str
    areas: int
    proficiencies: int
    """How many of the areas have one."""
    evidence: Sequence[str]
    """Of the areas that have any."""
    has_forms: bool
    capacity: int | None
    sends: int | None
    days_per_year: int | None
    has_time: bool
    """Whether months, or a first or last day, are stated."""
    languages: int
    """Languages that the provider stated, not those that were derived."""
    language_levels: int


def specificity_of(said: Said) -> Specificity:
    """Return how specific an offer is."""
    return together(
        (
            answered("what", _what(said)),
            answered("who", _who(said)),
            answered("capacity", _capacity(said)),
            answered("when", [(100, said.has_time, advice("say_months"))]),
            answered("languages", _languages(said)),
            answered("evidence", _evidence(said)),
        )
    )


def _what(said: Said) -> Iterator[Check]:
    text = signals_of(f"{said.title}\n{said.description}", said.language)
    vague = text.vague[text.numbers + text.names // 2 :]
    yield 35, said.areas > 0, advice("choose_area")
    yield 20, said.has_forms, advice("choose_form")
    yield 30, text.words >= WORDS_OF_A_DESCRIPTION, advice("describe_offer")
    yield 15, not vague, advice("replace_vague_words", words=", ".join(vague))


def _who(said: Said) -> Iterator[Check]:
    text = signals_of(f"{said.title}\n{said.description}", said.language)
    yield 40, text.names > 0, advice("name_the_unit")
    yield 30, text.numbers > 0, advice("say_what_they_did")
    yield 30, 0 < said.areas == said.proficiencies, advice("say_proficiency")


def _capacity(said: Said) -> Iterator[Check]:
    yield 40, said.capacity is not None, advice("say_assignments")
    yield 30, said.sends is not None, advice("say_experts")
    yield 30, said.days_per_year is not None, advice("say_days_per_year")


def _languages(said: Said) -> Iterator[Check]:
    yield 60, said.languages > 0, advice("say_languages")
    yield 40, 0 < said.languages == said.language_levels, advice("say_language_levels")


def _evidence(said: Said) -> Iterator[Check]:
    yield 40, 0 < said.areas == len(said.evidence), advice("say_evidence")
    yield 60, bool(set(said.evidence) - {"self_declared"}), advice("prove_expertise")
