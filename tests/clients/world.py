"""A small world for the clients: people, a need, an offer, a delivery, and what hangs on them."""

from dataclasses import dataclass
from datetime import date

from clients import Homologue
from clients.models import (
    AgendaItemAddition,
    ComponentEntry,
    CorrectionAsked,
    DeliveryRegistration,
    EngagementConsent,
    ExpertiseStatement,
    LanguageWish,
    MeetingAnnouncement,
    NeedRegistration,
    OfferRegistration,
    OfficeRecord,
    PinDecision,
    RoundRequest,
    WishDeclaration,
)
from service.database.engines import Database
from tests.clients.harms import find_acceptable, see_no_harm
from tests.service.people import Person, administrator, colleague, desk, ministry, pool

LINK = "https://programme.example/actions/41"


@dataclass(frozen=True)
class World:
    """Who is there, and the ids of what they made."""

    officer: Person
    focal_point: Person
    manager: Person
    clerk: Person
    secretary: Person
    administrator: Person
    ids: dict[str, str]

    def people(self) -> dict[str, str | None]:
        """Give the token of each, and none for an outsider."""
        return {
            "officer": self.officer.token,
            "manager": self.manager.token,
            "clerk": self.clerk.token,
            "secretary": self.secretary.token,
            "administrator": self.administrator.token,
            "outsider": None,
        }


def need_of(officer: Person, clerk: Person) -> NeedRegistration:
    """Give a registration."""
    component = ComponentEntry(
        area="EXP-DATA", modality="MOD-TRAIN", languages=[LanguageWish(code="fr", level="B2")]
    )
    return NeedRegistration(
        requesters=[officer.stakeholder_id],
        desk=clerk.stakeholder_id,
        title="Train analysts of migration data",
        commitments=["T4-01"],
        components=[component],
        starts_on=date(2027, 3, 1),
    )


def offer_of(manager: Person, clerk: Person) -> OfferRegistration:
    """Give a registration."""
    return OfferRegistration(
        provider=manager.stakeholder_id,
        desk=clerk.stakeholder_id,
        title="Training in migration statistics",
        expertise=[ExpertiseStatement(area="EXP-DATA", proficiency="advanced")],
        commitments=["T4-01"],
        wishes=WishDeclaration(prefers=[]),
    )


def settled(database: Database, address: str) -> World:
    """Let people fill the service, through the client."""
    officer, manager = ministry(database), pool(database)
    people = World(
        officer=officer,
        focal_point=colleague(database, officer, "national_focal_point"),
        manager=manager,
        clerk=desk(database),
        secretary=desk(database, "RABAT", "dialogue_secretariat"),
        administrator=administrator(database),
        ids={},
    )
    _fill_matters(people, address)
    _fill_dialogue(people, address)
    return people


def _fill_matters(world: World, address: str) -> None:
    ids = world.ids
    with Homologue(address, token=world.officer.token) as client:
        need = client.needs.register(need_of(world.officer, world.clerk))
        see_no_harm(client, need.id)
        client.needs.submit(need.id)
        ids |= {
            "subject": f"need:{need.id}",
            "need_id": need.id,
            "component_id": need.components[0].id,
            "account_id": client.me.get().id,
        }
        ids["person_id"] = ids["account_id"]
        mistake = CorrectionAsked(field="Address", text="It ends with .example")
        ids["request_id"] = client.persons.ask_for_correction(ids["person_id"], mistake).id
        consent = EngagementConsent(dialogue="RABAT", consents=True, message="We look for peers.")
        ids["engagement_id"] = client.needs.engage_dialogue(need.id, consent).id
    with Homologue(address, token=world.focal_point.token) as client:
        client.needs.endorse(need.id)
    with Homologue(address, token=world.manager.token) as client:
        offer = client.offers.register(offer_of(world.manager, world.clerk))
        client.offers.submit(offer.id)
        ids["offer_id"] = client.offers.authorise(offer.id).id
    with Homologue(address, token=world.clerk.token) as client:
        client.needs.start_screening(need.id)
        find_acceptable(client, need.id)
        client.needs.validate(need.id, reason="Enough for a test")
        pin = PinDecision(
            component=ids["component_id"], offer=offer.id, decision="lock", reason="They know each other"
        )
        ids["pin_id"] = client.needs.pin(need.id, pin).id
        ids["round_id"] = client.rounds.request(RoundRequest(desk=world.clerk.stakeholder_id)).id
        registration = DeliveryRegistration(
            topic="Document fraud", requesters=["SEN"], providers=["FRA"], source=LINK
        )
        ids["delivery_id"] = client.deliveries.register(registration).id
    ids["stakeholder_id"] = world.officer.stakeholder_id


def _fill_dialogue(world: World, address: str) -> None:
    ids = world.ids | {"dialogue": "RABAT", "code": "RABAT", "iso3": "GHA", "list_name": "modality"}
    with Homologue(address, token=world.secretary.token) as client:
        item = AgendaItemAddition(title="Return and reintegration", theme="T4", starts_on=date(2027, 1, 1))
        meeting = MeetingAnnouncement(title="Statistics", kind="technical_meeting", held_on=date(2027, 5, 11))
        office = OfficeRecord(office="chair", state="GHA", starts_on=date(2027, 1, 1), source=LINK)
        ids["item_id"] = client.dialogues.add_agenda_item("RABAT", item).id
        ids["meeting_id"] = client.dialogues.announce_meeting("RABAT", meeting).id
        ids["office_id"] = client.dialogues.record_office("RABAT", office).id
    world.ids.update(ids)
