"""The instance that browsers look at: the demonstration with its round, and in it two sides with everybody.

It runs as a process of its own, as it does for those who try it.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx
from sqlmodel import Session, col, select

from service.access.cookies import COOKIE
from service.caller import ROLES
from service.database.engines import Database, open_database
from service.demonstration import people
from service.demonstration.show import FOLDER
from service.matches.tables import MatchRound, Proposal, Seat
from service.needs.tables import Need, NeedComponent
from tests.proofs.instance import an_instance
from tests.rights.world import two_sides

SETTINGS = {
    "text_model": "character-ngrams",
    "password_memory_kib": "64",
    "password_passes": "1",
    "durability": "relaxed",
}
PLAYED = "demonstration:"
NOBODY = "nobody"
LONGEST_ANSWER_SECONDS = 60
"""What an answer may take on a busy machine."""


@dataclass(frozen=True)
class Reader:
    """Somebody who looks at pages, and the ids of what is theirs."""

    name: str
    cookie: str
    ids: dict[str, str]


@dataclass(frozen=True)
class House:
    """Where the instance answers, and who is there."""

    address: str
    folder: str
    readers: Mapping[str, Reader]

    def reader(self, name: str) -> Reader:
        """Give somebody by role, or by the part that they play in the demonstration."""
        return self.readers[name]

    @contextmanager
    def database(self) -> Iterator[Database]:
        """Give the database that the instance works on."""
        opened = open_database(f"sqlite:///{Path(self.folder) / FOLDER / 'homologue.db'}", pool_size=2)
        try:
            yield opened
        finally:
            opened.close()

    def written(self) -> str:
        """Write it as text, for other processes."""
        return json.dumps(asdict(self))


def read_house(text: str) -> House:
    """Read what was written."""
    said = json.loads(text)
    readers = {name: Reader(**reader) for name, reader in said.pop("readers").items()}
    return House(**said, readers=readers)


@contextmanager
def demonstration(folder: Path) -> Iterator[House]:
    """Give the demonstration with its round done and everybody in it; it ends with this."""
    with an_instance(folder, ("demo",), **SETTINGS) as instance:
        instance.start()
        house = House(instance.address, str(folder), {})
        yield House(house.address, house.folder, _readers(house))


def _readers(house: House) -> dict[str, Reader]:
    with house.database() as database:
        own, _ = two_sides(database)
        with database.reading() as session:
            played = _played(session)
    found: dict[str, Reader] = {
        role: Reader(role, own.people[role].cookie, own.own_ids(role)) for role in ROLES
    }
    found[NOBODY] = Reader(NOBODY, "", own.own_ids(None))
    for who in people.EVERYBODY:
        name = PLAYED + who
        found[name] = Reader(name, sign_in(house.address, who), played)
    return found


def sign_in(address: str, who: str) -> str:
    """Sign in as somebody of the demonstration, and return what the browser then holds."""
    own = {"Origin": address, "Sec-Fetch-Site": "same-origin"}
    answer = httpx.post(
        f"{address}/demonstration/sign-in", data={"who": who}, headers=own, timeout=LONGEST_ANSWER_SECONDS
    )
    return str(answer.cookies[COOKIE])


def _played(session: Session) -> dict[str, str]:
    """Give the ids of what the round of the demonstration came to, for the one who asks most."""
    ministry = next(part for part in people.parts(session) if part.who == "ministry")
    mine = select(Proposal).join(Need).where(col(Need.lead_id) == ministry.stakeholder_id)
    proposal = session.exec(mine.order_by(col(Proposal.score).desc(), col(Proposal.id)).limit(1)).one()
    seat = session.exec(select(Seat).where(Seat.proposal_id == proposal.id).order_by(col(Seat.id))).first()
    need = session.get_one(Need, proposal.need_id)
    component = session.exec(select(NeedComponent.id).where(NeedComponent.need_id == need.id)).first()
    round_id = session.exec(select(MatchRound.id).where(MatchRound.id == proposal.round_id)).one()
    assert seat is not None
    assert component is not None
    return {
        "need": need.id,
        "component": component,
        "offer": seat.offer_id,
        "proposal": proposal.id,
        "seat": seat.id,
        "round": round_id,
        "ministry": ministry.stakeholder_id,
        "dialogue": "RABAT",
        "subject": f"need:{need.id}",
        "desk": need.desk_id or "",
    }
