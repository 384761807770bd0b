"""What forms let people choose from: stakeholders by name, desks, codes in words."""

from collections.abc import Iterable, Mapping, Sequence

from sqlmodel import Session

from service.caller import Caller
from service.errors import NotFound
from service.reference.facts import code_labels, commitment_titles, group_names, known_codes, state_names
from service.search.meaning import nearness
from service.stakeholders.queries import (
    StakeholderFilter,
    find_stakeholder,
    find_stakeholders,
    list_stakeholders,
    states_of,
)
from service.texts import DEFAULT_LANGUAGE, N_, translate
from service.unmet.rules import ADDRESSEES
from service.web.fields import Field, Option, Values
from service.web.paging import LARGEST_PAGE, PageAsked

FOUND_AT_ONCE = 15
SUGGESTED = 5
"""Commitments that are put first because the text is near to them."""
LANGUAGE_LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")


def coded(session: Session, list_name: str, language: str) -> list[Option]:
    """Return the codes of a list that are in use, in words."""
    known = known_codes(session, list_name)
    return [Option(*one) for one in code_labels(session, list_name, language).items() if one[0] in known]


def states(session: Session, language: str) -> list[Option]:
    """Return all states by name."""
    known = known_codes(session, "state")
    return _by_name(Option(*one) for one in state_names(session, language).items() if one[0] in known)


def dialogues(session: Session, language: str) -> list[Option]:
    """Return all dialogues by name."""
    known = known_codes(session, "dialogue")
    found = group_names(session, "dialogue", language).items()
    return _by_name(Option(*one) for one in found if one[0] in known)


def desks(session: Session, caller: Caller) -> list[Option]:
    """Return the desks that handle needs."""
    wanted = StakeholderFilter(desks_only=True)
    found = list_stakeholders(session, caller, wanted, PageAsked(LARGEST_PAGE, None)).items
    return [Option(one.id, one.name) for one in found]


def addressees(session: Session, caller: Caller) -> list[Option]:
    """Return to whom an unmet need can be passed on: the secretariats of dialogues, and funds."""
    page = PageAsked(LARGEST_PAGE, None)
    kinds = sorted(ADDRESSEES)
    found = [
        one
        for kind in kinds
        for one in list_stakeholders(session, caller, StakeholderFilter(kind), page).items
    ]
    return _by_name(Option(one.id, _with_states(one.name, one.states)) for one in found)


def own(session: Session, ids: Iterable[str]) -> list[Option]:
    """Return stakeholders of one's own, by name."""
    return _by_name(Option(row.id, row.name) for row in find_stakeholders(session, ids).values())


MAY_FIT = N_("May fit: your text comes near to it.")


def commitments(session: Session, language: str, text: str, model: str) -> list[Option]:
    """Return all commitments; what the text is near to stands first, and says so. None is chosen by that."""
    known = known_codes(session, "commitment")
    rows = [one for one in commitment_titles(session, language).items() if one[0] in known]
    near = near_commitments(session, text, model)
    help_ = translate(MAY_FIT, language)
    titles = dict(rows)
    first = [Option(code, titles[code], help_) for code, _ in near]
    return [*first, *(Option(*one) for one in rows if one[0] not in dict(near))]


def near_commitments(session: Session, text: str, model: str) -> list[tuple[str, float]]:
    """Return the codes of the commitments that a text is nearest to, the nearest first, with how near."""
    if not text.strip():
        return []
    known = known_codes(session, "commitment")
    # In the language of the commitments themselves, so that it is the same for readers of all languages.
    rows = [one for one in commitment_titles(session, DEFAULT_LANGUAGE).items() if one[0] in known]
    near = nearness(text, [title for _, title in rows], model)
    ranked = sorted(range(len(rows)), key=lambda place: -near[place])[:SUGGESTED]
    return [(rows[place][0], near[place]) for place in ranked]


def searched(
    session: Session, caller: Caller, fields: Iterable[Field], values: Values
) -> dict[str, Sequence[Option]]:
    """Return for each field that is searched what is chosen, and what its words find."""
    return {
        field.name: _searched(
            session, caller, values.get(field.name, ()), values.get(f"find-{field.name}", ())
        )
        for field in fields
        if field.kind == "found"
    }


def named(session: Session, caller: Caller, ids: Iterable[str]) -> Mapping[str, str]:
    """Return the names of stakeholders that the caller may see."""
    return {id_: _name(session, caller, id_) for id_ in ids}


def _searched(session: Session, caller: Caller, chosen: Iterable[str], words: Sequence[str]) -> list[Option]:
    found = [Option(*one) for one in named(session, caller, chosen).items()]
    if words and words[0]:
        page = PageAsked(FOUND_AT_ONCE, None)
        lines = list_stakeholders(session, caller, StakeholderFilter(words=words[0]), page).items
        there = {option.code for option in found}
        found += [Option(one.id, _with_states(one.name, one.states)) for one in lines if one.id not in there]
    return found


def _name(session: Session, caller: Caller, id_: str) -> str:
    try:
        row = find_stakeholder(session, caller, id_)
    except NotFound:
        return id_
    return _with_states(row.name, states_of(session, [row.id])[row.id])


def _with_states(name: str, codes: Sequence[str]) -> str:
    return f"{name} ({', '.join(codes)})" if codes else name


def _by_name(options: Iterable[Option]) -> list[Option]:
    return sorted(options, key=lambda option: (option.name.casefold(), option.code))
