"""Every call of the API, each described once, grouped by subject; both clients have the same rooms."""

from typing import Generic

from clients.doors import Way
from clients.rooms.access import Accounts, Me, ServiceHealth
from clients.rooms.administration import AdministrationRoom
from clients.rooms.attachments import Files
from clients.rooms.audit import Audit
from clients.rooms.clocks import Clocks
from clients.rooms.deliveries import Deliveries
from clients.rooms.dialogues import Dialogues
from clients.rooms.engagements import Engagements
from clients.rooms.escalations import Escalations
from clients.rooms.mail import MailRoom
from clients.rooms.matches import Proposals, Rounds, Seats, UnmetRegister
from clients.rooms.needs import Needs
from clients.rooms.network import Networks
from clients.rooms.notifications import Notifications
from clients.rooms.offers import Offers
from clients.rooms.overviews import Overviews
from clients.rooms.people import People
from clients.rooms.persons import PersonRequests, Persons
from clients.rooms.pools import Pools
from clients.rooms.reference import Reference
from clients.rooms.sign_in import OwnSecurity, SignIn
from clients.rooms.stakeholders import Stakeholders
from clients.rooms.threads import Threads
from clients.rooms.webhooks import Webhooks


class Rooms(Generic[Way]):
    """What a client offers."""

    def __init__(self, way: Way) -> None:
        self.way = way
        self.accounts = Accounts(way)
        self.administration = AdministrationRoom(way)
        self.attachments = Files(way)
        self.audit = Audit(way)
        self.clocks = Clocks(way)
        self.deliveries = Deliveries(way)
        self.dialogues = Dialogues(way)
        self.engagements = Engagements(way)
        self.escalations = Escalations(way)
        self.health = ServiceHealth(way)
        self.mail = MailRoom(way)
        self.me = Me(way)
        self.needs = Needs(way)
        self.network = Networks(way)
        self.notifications = Notifications(way)
        self.offers = Offers(way)
        self.overviews = Overviews(way)
        self.people = People(way)
        self.person_requests = PersonRequests(way)
        self.persons = Persons(way)
        self.pools = Pools(way)
        self.proposals = Proposals(way)
        self.reference = Reference(way)
        self.rounds = Rounds(way)
        self.seats = Seats(way)
        self.security = OwnSecurity(way)
        self.sign_in = SignIn(way)
        self.stakeholders = Stakeholders(way)
        self.threads = Threads(way)
        self.unmet = UnmetRegister(way)
        self.webhooks = Webhooks(way)
