"""Whole journeys through the pages, told once and walked by whoever has the hands for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from secrets import token_hex

import httpx
import xlsxwriter  # type: ignore[import-untyped]
from playwright.sync_api import expect

from clients import Homologue
from clients.models import (
    ComponentEntry,
    ExpertiseStatement,
    InterestStatement,
    Need,
    NeedRegistration,
    OfferRegistration,
    PinDecision,
    RoundRequest,
    SeatAcceptance,
)
from service.matches.consents import CONSENT_TEXT, TEXTS
from service.needs.harms import harms
from tests.browser.hands import Hands
from tests.browser.house import House
from tests.clients.harms import find_acceptable, see_no_harm
from tests.service import people
from tests.service.people import Person

POLICY = {"text_model": "character-ngrams"}
TITLE = "Train analysts of migration data"
CONTEXT = "The statistics office has four analysts, and the register of residence permits is new to them."
OFFER = "Trainers in migration statistics"

Walker = Callable[[Person], Hands]
"""Gives somebody the hands and a page of their own."""


@dataclass(frozen=True)
class Cast:
    """Who takes part in one journey; nobody else's things are near theirs."""

    address: str
    officer: Person
    focal: Person
    desk: Person
    manager: Person
    releaser: Person

    def client(self, who: Person) -> Homologue:
        """Give somebody's program, for what is not told on pages here."""
        return Homologue(self.address, token=who.token)

    @cached_property
    def desk_name(self) -> str:
        """Give what the desk is called."""
        return self._name_of(self.desk)

    @cached_property
    def pool_name(self) -> str:
        """Give what the pool is called."""
        return self._name_of(self.manager)

    def _name_of(self, who: Person) -> str:
        headers = {"Authorization": f"Bearer {who.token}"}
        found = httpx.get(f"{self.address}/api/v1/stakeholders/{who.stakeholder_id}", headers=headers)
        return str(found.json()["name"])


def a_cast(house: House) -> Cast:
    """Give people whom nobody else knows, of institutions that are called as no other is."""
    word = token_hex(4)
    with house.database() as database, database.writing() as session:
        ministry = people.stakeholder(session, "ministry_or_agency", "GHA", name=f"Ministry {word}")
        pool = people.stakeholder(session, "expert_pool", "NLD", name=f"Pool {word}")
        secretariat = people.stakeholder(
            session, "dialogue_secretariat", is_desk=True, name=f"Secretariat {word}"
        )
        return Cast(
            house.address,
            people.person(session, "requester_officer", ministry),
            people.person(session, "national_focal_point", ministry),
            people.person(session, "case_officer", secretariat),
            people.person(session, "pool_manager", pool),
            people.person(session, "provider_focal_point", pool),
        )


# A state, from the registration of a need to consent


def a_state_registers_and_agrees(cast: Cast, walk: Walker) -> None:
    """An officer registers a need step by step; a team is found, asked, and agreed to."""
    _offer(cast)
    officer = walk(cast.officer)
    need = _register(officer, cast)
    focal = walk(cast.focal)
    focal.page.goto("/")
    focal.follow("What waits for your endorsement")
    focal.press("Endorse version %(version)s")
    focal.reads("Nothing waits for your endorsement. A need comes here when your colleagues hand it in.")
    _screen(cast, need)
    _match(cast, need)
    officer.page.goto("/")
    officer.follow("Why this team")
    officer.unfold("Offer the seats")
    officer.tick(TEXTS[CONSENT_TEXT]["name_need"])
    officer.press("Offer the seats")
    _take_seat(cast)
    officer.page.reload()
    officer.unfold("Confirm the team")
    officer.press("Confirm the team")
    officer.reads("Confirmed")


def _register(officer: Hands, cast: Cast) -> str:
    officer.page.goto("/")
    officer.follow("Register a need")
    officer.choose("Desk", cast.desk_name)
    officer.write("Title", TITLE)
    officer.press("Save and go on")
    need = officer.page.url.rpartition("/needs/")[2].partition("/")[0]
    officer.follow("What is needed")
    officer.write("Context", CONTEXT)
    officer.write("Expected result", "Twelve analysts publish the yearly profile on their own.")
    officer.write("What exists already", "A first profile, written by visitors.")
    officer.write("What would count as done", "The profile of the next year is published by the office.")
    officer.press("Save")
    _name_commitment(officer)
    officer.follow("Parts of the need")
    officer.follow("Change")
    officer.choose("Expertise", "Migration data, statistics and research")
    officer.choose("Form", "Training workshop")
    officer.press("Save")
    officer.follow("Go on with the other steps")
    officer.follow("Who may know of it")
    officer.pick("Level", "The desk only")
    officer.press("Save")
    officer.follow("Providers that you want, or do not")
    officer.write("Search by name", cast.pool_name)
    officer.press("Search")
    officer.tick(cast.pool_name)
    officer.press("Save")
    officer.follow("What harm it could do")
    for harm in harms():
        officer.pick(harm.name, "No")
    officer.press("Keep the answers")
    officer.page.goto(f"/needs/{need}/check")
    officer.reads(TITLE)
    officer.press("Hand it in")
    return need


def _name_commitment(officer: Hands) -> None:
    officer.follow("Commitments that it serves")
    first = officer.page.get_by_role("checkbox").first
    officer.tick(first.evaluate("(one) => one.labels[0].textContent.trim()"))
    officer.press("Save")


def _offer(cast: Cast) -> None:
    with cast.client(cast.manager) as pool, cast.client(cast.releaser) as releaser:
        offer = pool.offers.register(
            OfferRegistration(
                provider=cast.manager.stakeholder_id,
                title=OFFER,
                expertise=[ExpertiseStatement(area="EXP-DATA", proficiency="advanced")],
                commitments=["T4-01"],
                modalities=["MOD-TRAIN"],
                capacity=1,
            )
        )
        pool.offers.submit(offer.id)
        releaser.offers.authorise(offer.id)


def _screen(cast: Cast, need: str) -> None:
    with cast.client(cast.desk) as desk:
        desk.needs.start_screening(need)
        find_acceptable(desk, need)
        desk.needs.validate(need, reason="The desk knows the ministry's plan")
        desk.needs.circulate(need)


def _match(cast: Cast, need: str) -> None:
    """Run a round of the desk, which keeps this pool for the need: others may offer the same here."""
    with cast.client(cast.desk) as desk, cast.client(cast.manager) as pool:
        (offer,) = pool.offers.list(provider=cast.manager.stakeholder_id)
        asked = desk.needs.get(need)
        assert isinstance(asked, Need)
        (component,) = asked.components
        why = "They know each other."
        desk.needs.pin(need, PinDecision(component=component.id, offer=offer.id, decision="lock", reason=why))
        round_ = desk.rounds.request(RoundRequest(desk=cast.desk.stakeholder_id, policy=POLICY))
        assert desk.rounds.wait(round_.id).state == "finished"


def _take_seat(cast: Cast) -> None:
    with cast.client(cast.releaser) as releaser:
        (seat,) = releaser.seats.list()
        releaser.seats.accept(seat.id, SeatAcceptance(interest=InterestStatement(stance="none")))


# A pool, from the import of its offers to deployment


def a_pool_imports_and_deploys(cast: Cast, walk: Walker, folder: Path) -> None:
    """A manager takes offers in from a spreadsheet; one is asked for, says yes, and is deployed."""
    manager = walk(cast.manager)
    manager.page.goto("/")
    manager.follow("Pool calendar")
    manager.follow("Take offers in from a spreadsheet")
    manager.attach("File", _spreadsheet(folder))
    manager.press("Show what it would do")
    _wait_for(manager, "button", "Take in what is new or changed")
    manager.reads("This is what each line would do")
    manager.tick("Hand new offers in for authorisation at once")
    manager.press("Take in what is new or changed")
    _wait_for(manager, "link", "Back to the calendar")
    manager.follow("Back to the calendar")
    manager.reads(OFFER)
    _authorise(cast)
    _ask_with(cast)
    releaser = walk(cast.releaser)
    releaser.page.goto("/")
    releaser.follow("All your seats, and what waits for your answer")
    releaser.follow("Migration data, statistics and research")
    releaser.pick("Conflict of interest", "There is none")
    releaser.press("Say yes to this seat")
    releaser.reads("Accepted")
    _confirm(cast)
    manager.page.goto("/")
    manager.follow("Pool calendar")
    manager.reads("Booked")


def _spreadsheet(folder: Path) -> Path:
    file = folder / "pool.xlsx"
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    sheet.write_row(
        0, 0, ["reference", "kind", "title", "expertise", "modalities", "commitments", "capacity"]
    )
    sheet.write_row(1, 0, ["A-1", "institution", OFFER, "EXP-DATA=advanced", "MOD-TRAIN", "T4-01", 1])
    book.close()
    return file


def _wait_for(hands: Hands, role: str, name: str) -> None:
    """Look again until the work is done; the page does so by itself where it may."""
    give_up_at = datetime.now(UTC).timestamp() + 60
    while not hands.called(role, name).is_visible():
        assert datetime.now(UTC).timestamp() < give_up_at, f"{name} did not come"
        hands.page.reload()


def _authorise(cast: Cast) -> None:
    with cast.client(cast.releaser) as releaser:
        (offer,) = releaser.offers.list(provider=cast.manager.stakeholder_id)
        releaser.offers.authorise(offer.id)


def _ask_with(cast: Cast) -> None:
    with cast.client(cast.officer) as officer, cast.client(cast.focal) as focal:
        need = a_need(cast)
        see_no_harm(officer, need)
        officer.needs.submit(need)
        focal.needs.endorse(need)
        _screen(cast, need)
        _match(cast, need)
        (proposal,) = officer.proposals.list(need=need)
        officer.proposals.propose(proposal.id, names_need=True)


def a_need(cast: Cast) -> str:
    """Register a need for the officer, as its draft."""
    with cast.client(cast.officer) as officer:
        registered = officer.needs.register(
            NeedRegistration(
                requesters=[cast.officer.stakeholder_id],
                desk=cast.desk.stakeholder_id,
                title=TITLE,
                context=CONTEXT,
                expected_result="Twelve analysts publish the yearly profile on their own.",
                commitments=["T4-01"],
                preferred=[cast.manager.stakeholder_id],
                components=[ComponentEntry(area="EXP-DATA", modality="MOD-TRAIN")],
            )
        )
    return registered.id


def _confirm(cast: Cast) -> None:
    with cast.client(cast.officer) as officer:
        (proposal,) = officer.proposals.list()
        officer.proposals.confirm(proposal.id)


# A secretariat, from screening through a round to release


def a_desk_screens_and_releases(cast: Cast, walk: Walker) -> None:
    """A desk screens what came in, runs a round, locks what it wants kept, and offers the seats."""
    _offer(cast)
    need = _hand_in(cast)
    desk = walk(cast.desk)
    desk.page.goto("/")
    desk.follow("What waits for screening")
    desk.follow(TITLE)
    desk.press("Start screening")
    for harm in harms():
        desk.pick(harm.name, "Acceptable")
    desk.press("Keep the judgement")
    desk.write("Reason", "The desk knows the ministry's plan.")
    desk.press("Validate")
    desk.press("Circulate")
    desk.follow("Home")
    desk.follow("Ask for a new round")
    desk.press("Ask for the round")
    _wait_for(desk, "link", "Why this team")
    desk.follow("Why this team")
    desk.unfold("Keep in view")
    desk.press("Keep in view")
    with cast.client(cast.officer) as officer:
        (proposal,) = officer.proposals.list(need=need)
        officer.proposals.agree(proposal.id, names_need=True)
    desk.page.reload()
    desk.unfold("Offer the seats")
    desk.press("Offer the seats")
    expect(desk.page.get_by_role("main")).to_contain_text(desk.say("Offered"))


def _hand_in(cast: Cast) -> str:
    need = a_need(cast)
    with cast.client(cast.officer) as officer, cast.client(cast.focal) as focal:
        see_no_harm(officer, need)
        officer.needs.submit(need)
        focal.needs.endorse(need)
    return need
