"""What codes are called in the reader's language; each list of names is read once for a page, if at all."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from sqlmodel import Session

from service.caller import Caller
from service.desks.words import WORDS, Kind, Tag, tag
from service.reference.facts import code_labels, commitment_titles, state_names, theme_titles
from service.stakeholders.queries import find_stakeholders
from service.texts import translate


class Wording:
    """Names for codes."""

    def __init__(self, session: Session, caller: Caller, language: str) -> None:
        self.session = session
        self.caller = caller
        self.language = language
        self._labels: dict[str, Mapping[str, str]] = {}
        self._desks: dict[str, str] = {}

    def say(self, sentence: str) -> str:
        """Return a sentence in the reader's language."""
        return translate(sentence, self.language)

    def listed(self, codes: Iterable[str] | None, names: Mapping[str, str]) -> str:
        """Return codes in words, as one text."""
        return "; ".join(names.get(code, code) for code in codes or ())

    def coded(self, name: str) -> Mapping[str, str]:
        """Return the labels of a code list."""
        if name not in self._labels:
            self._labels[name] = code_labels(self.session, name, self.language)
        return self._labels[name]

    def statuses(self, kind: Kind) -> Mapping[str, str]:
        """Return what the states of a kind of thing are called."""
        return {state: tag(kind, state, self.language).text for state in WORDS[kind]}

    def tag(self, kind: Kind, state: str) -> Tag:
        """Return a state as it is shown."""
        return tag(kind, state, self.language)

    def desk(self, stakeholder_id: str) -> str:
        """Return what a desk is called."""
        if stakeholder_id not in self._desks:
            found = find_stakeholders(self.session, [stakeholder_id])
            self._desks |= {id_: row.name for id_, row in found.items()}
        return self._desks.get(stakeholder_id, "")

    @cached_property
    def states(self) -> Mapping[str, str]:
        """Return the names of all states, in their order."""
        names = state_names(self.session, self.language)
        return dict(sorted(names.items(), key=lambda one: one[1].casefold()))

    @cached_property
    def commitments(self) -> Mapping[str, str]:
        """Return the titles of all commitments."""
        return commitment_titles(self.session, self.language)

    @cached_property
    def themes(self) -> Mapping[str, str]:
        """Return the titles of all themes."""
        return theme_titles(self.session, self.language)
