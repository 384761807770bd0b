"""Taking lines of a spreadsheet in as offers: through the commands of offers, with the rules of their form.

A dry run does the same and takes it back. So it finds what the import would find, and nothing else.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from service.caller import Caller
from service.errors import ChangedMeanwhile, InvalidInput, Refusal
from service.offers.commands import (
    change_confidentiality,
    record_person,
    register_offer,
    revise_offer,
    submit_offer,
)
from service.offers.errors import OfferTooVague
from service.offers.queries import get_offer
from service.offers.schemas import (
    LevelChange,
    OfferRegistration,
    OfferRevision,
    OfferView,
    PersonDetails,
)
from service.offers.tables import Offer, OfferPerson
from service.pools.columns import BY_NAME, REFERENCE, CellFault, read_cells
from service.pools.rules import Finding
from service.pools.tables import PoolImport, PoolImportLine, PoolReference
from service.stakeholders.tables import Stakeholder
from service.texts import N_
from service.web.fields import OTHERWISE, SENTENCES

LONGEST_REFERENCE = 64
NEEDED = N_("This is needed.")
TWICE = N_("This is named twice.")
TOO_LONG = N_("This is too long.")
_PERSON: Mapping[str, str] = {"person_name": "name", "person_contact": "contact"}
_KIND_STAYS = N_("An offer stays what it is. Give the other one a reference of its own.")
_COLUMN_OF: Mapping[str, str] = {
    "person": "person_name",
    "person.name": "person_name",
    "name": "person_name",
    "person.contact": "person_contact",
    "contact": "person_contact",
}


class Taken(NamedTuple):
    """What became of a line."""

    finding: Finding
    offer_id: str | None = None
    changes: tuple[str, ...] = ()


class LineAtFault(Exception):
    """Cells of a line that cannot be read."""

    def __init__(self, faults: Iterable[CellFault]) -> None:
        super().__init__()
        self.faults = list(faults)


class _TakenBack(Exception):
    """The end of a dry run of one line."""


def look_at_line(session: Session, caller: Caller, about: PoolImport, line: PoolImportLine) -> None:
    """Find what taking a line in would do, without doing it."""
    if line.faults:
        line.finding = "faulty"
        return
    found: list[Taken] = []
    try:
        with session.begin_nested():
            found.append(_take_in(session, caller, about, line))
            raise _TakenBack  # noqa: TRY301 - the savepoint is left the one way that undoes it
    except _TakenBack:
        line.finding, line.changes = found[0].finding, list(found[0].changes)
    except (LineAtFault, ValidationError, Refusal, IntegrityError) as error:
        line.finding, line.faults = "faulty", [fault._asdict() for fault in faults_of(error)]


def take_line_in(session: Session, caller: Caller, about: PoolImport, line: PoolImportLine) -> None:
    """Take a line in, or keep what is wrong with it; nothing of a faulty line is done."""
    if line.finding == "faulty":
        line.outcome = "faulty"
        return
    try:
        with session.begin_nested():
            taken = _take_in(session, caller, about, line)
    except (LineAtFault, ValidationError, Refusal, IntegrityError) as error:
        line.outcome, line.faults = "faulty", [fault._asdict() for fault in faults_of(error)]
    else:
        line.outcome, line.offer_id, line.changes = taken.finding, taken.offer_id, list(taken.changes)
        line.cells = {}


def first_faults(reference: str, seen: set[str]) -> list[CellFault]:
    """Return what is wrong with the reference of a line, by those of the lines before it."""
    if not reference:
        return [CellFault(REFERENCE, NEEDED)]
    if len(reference) > LONGEST_REFERENCE:
        return [CellFault(REFERENCE, TOO_LONG)]
    return [CellFault(REFERENCE, TWICE)] if reference in seen else []


def faults_of(error: Exception) -> list[CellFault]:
    """Return what is wrong with a line, by column, from what refused it."""
    if isinstance(error, LineAtFault):
        return error.faults
    if isinstance(error, ValidationError):
        told = [
            (".".join(str(step) for step in one["loc"] if isinstance(step, str)), one["type"])
            for one in error.errors()
        ]
        return _each_once(CellFault(_column(place), SENTENCES.get(kind, OTHERWISE)) for place, kind in told)
    if isinstance(error, InvalidInput):
        return _each_once(CellFault(_column(fault.field), fault.message) for fault in error.faults())
    if isinstance(error, Refusal):
        return [CellFault("", error.sentence)]
    return [CellFault("", ChangedMeanwhile.sentence)]


def _each_once(faults: Iterable[CellFault]) -> list[CellFault]:
    return list(dict.fromkeys(faults))


def _column(place: str) -> str:
    name = _COLUMN_OF.get(place) or place.partition("[")[0].partition(".")[0]
    name = _COLUMN_OF.get(name, name)
    return name if name in BY_NAME else ""


def _take_in(session: Session, caller: Caller, about: PoolImport, line: PoolImportLine) -> Taken:
    said, faults = read_cells(line.cells)
    if faults:
        raise LineAtFault(faults)
    known = session.get(PoolReference, (about.stakeholder_id, line.reference))
    if known is None:
        return _register(session, caller, about, line.reference, said)
    return _revise(session, caller, session.get_one(Offer, known.offer_id), said)


def _register(
    session: Session, caller: Caller, about: PoolImport, reference: str, said: Mapping[str, Any]
) -> Taken:
    given = {name: value for name, value in said.items() if value is not None}
    person = {field: given.pop(name) for name, field in _PERSON.items() if name in given}
    if "desk" in given:
        given["desk"] = _desk_id(session, given["desk"])
    whole = {**given, "provider": about.stakeholder_id, **({"person": person} if person else {})}
    if "title" not in whole:
        raise LineAtFault([CellFault("title", NEEDED)])
    provider = session.get_one(Stakeholder, about.stakeholder_id)
    registration = OfferRegistration.model_validate(whole)
    row = register_offer(session, caller, registration, demonstration=provider.is_demonstration)
    session.add(PoolReference(stakeholder_id=about.stakeholder_id, reference=reference, offer_id=row.id))
    session.flush()
    if about.hands_in:
        _hand_in(session, caller, row.id)
    return Taken("new", row.id)


def _hand_in(session: Session, caller: Caller, offer_id: str) -> None:
    # One that says too little to be handed in stays a draft.
    try:
        with session.begin_nested():
            submit_offer(session, caller, offer_id)
    except OfferTooVague:
        return


def _revise(session: Session, caller: Caller, row: Offer, said: Mapping[str, Any]) -> Taken:
    changed = _changed(session, get_offer(session, caller, row.id), said)
    if not changed:
        return Taken("unchanged", row.id)
    if "kind" in changed:
        raise LineAtFault([CellFault("kind", _KIND_STAYS)])
    names = tuple(name for name in BY_NAME if name in changed)
    person = {name: changed.pop(name) for name in _PERSON if name in changed}
    level = changed.pop("confidentiality", None)
    if changed:
        revise_offer(session, caller, row.id, OfferRevision.model_validate(changed))
    if level is not None:
        change_confidentiality(
            session, caller, row.id, LevelChange.model_validate({"confidentiality": level})
        )
    if person:
        _record_person(session, caller, row.id, said)
    return Taken("changed", row.id, names)


def _record_person(session: Session, caller: Caller, offer_id: str, said: Mapping[str, Any]) -> None:
    there = session.get(OfferPerson, offer_id)
    stands = {"name": there.name if there else None, "contact": there.contact if there else None}
    given = {field: said[name] for name, field in _PERSON.items() if name in said}
    record_person(session, caller, offer_id, PersonDetails.model_validate({**stands, **given}))


def _changed(session: Session, offer: OfferView, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a line says otherwise than it stands there."""
    stands = _standing(session, offer)
    given = dict(said)
    if given.get("desk"):
        given["desk"] = _desk_id(session, given["desk"])
    for name, merge in (("expertise", _with_evidence), ("languages", _with_basis)):
        if given.get(name):
            given[name] = merge(offer, given[name])
    return {name: value for name, value in given.items() if _plain(value) != _plain(stands[name])}


def _standing(session: Session, offer: OfferView) -> dict[str, Any]:
    person = session.get(OfferPerson, offer.id)
    return {
        **offer.model_dump(mode="json"),
        "person_name": person.name if person else None,
        "person_contact": person.contact if person else None,
    }


def _with_evidence(offer: OfferView, said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return areas with the evidence that they have already: a file says nothing of it."""
    there = {(one.area, one.proficiency): one.evidence for one in offer.expertise}
    return [
        {
            "area": one["area"],
            "proficiency": one.get("proficiency"),
            "evidence": there.get((one["area"], one.get("proficiency"))),
        }
        for one in said
    ]


def _with_basis(offer: OfferView, said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    there = {(one.code, one.level): one.basis for one in offer.languages or ()}
    return [
        {
            "code": one["code"],
            "level": one.get("level"),
            "basis": there.get((one["code"], one.get("level")), "stated"),
        }
        for one in said
    ]


def _plain(value: Any) -> Any:
    """Return a value so that like is like: lists in no order, and no list as an empty one."""
    if isinstance(value, list):
        return sorted((str(sorted(one.items())) if isinstance(one, dict) else one) for one in value)
    return [] if value is None else value


def _desk_id(session: Session, said: str) -> str:
    """Return the id of a desk that a cell names; a name that none has is left for the offer's own rules."""
    query = select(Stakeholder.id).where(
        Stakeholder.name == said, col(Stakeholder.is_desk), col(Stakeholder.retired_at).is_(None)
    )
    found = session.exec(query).all()
    return found[0] if len(found) == 1 else said
