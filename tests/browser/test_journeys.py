"""The three journeys: by keyboard alone, without scripts, and one of them in Arabic."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Open
from tests.browser.hands import Hands, Keyboard, Pointer
from tests.browser.house import House
from tests.browser.story import (
    Walker,
    a_cast,
    a_desk_screens_and_releases,
    a_pool_imports_and_deploys,
    a_state_registers_and_agrees,
)
from tests.service.people import Person

WAYS: dict[str, tuple[type[Hands], dict[str, Any]]] = {
    "keyboard": (Keyboard, {}),
    "no-scripts": (Pointer, {"java_script_enabled": False}),
}


@pytest.fixture
def walker(opened: Open) -> Callable[..., Walker]:
    """Give what gives people hands and a page."""

    def of(way: str, language: str = "en") -> Walker:
        hands, more = WAYS[way]

        def walk(who: Person) -> Hands:
            page = opened(cookie=who.cookie, locale=language, **more)
            return hands(page, language)

        return walk

    return of


@pytest.mark.parametrize("way", WAYS)
def test_a_state_from_registration_to_consent(way: str, house: House, walker: Callable[..., Walker]) -> None:
    """A state registers a need in its own words, and in the end says yes to a team."""
    a_state_registers_and_agrees(a_cast(house), walker(way))


@pytest.mark.parametrize("way", WAYS)
def test_a_pool_from_import_to_deployment(
    way: str, house: House, walker: Callable[..., Walker], tmp_path: Path
) -> None:
    """A pool takes its offers in from a spreadsheet, and in the end one of them is deployed."""
    a_pool_imports_and_deploys(a_cast(house), walker(way), tmp_path)


@pytest.mark.parametrize("way", WAYS)
def test_a_secretariat_from_round_to_release(way: str, house: House, walker: Callable[..., Walker]) -> None:
    """A secretariat screens a need, runs a round, and in the end offers the seats of a team."""
    a_desk_screens_and_releases(a_cast(house), walker(way))


def test_a_state_in_arabic(house: House, walker: Callable[..., Walker]) -> None:
    """The same words are there for who reads from right to left."""
    a_state_registers_and_agrees(a_cast(house), walker("keyboard", "ar"))
