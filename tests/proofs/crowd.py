"""Many needs and offers, quickly: copies of those that are there, under new ids."""

import hashlib
from typing import Any

from sqlalchemy import insert, select

from service.database.engines import open_database
from service.metadata import metadata

COPIED = {
    "need": {
        "need": "id",
        "need_requester": "need_id",
        "need_commitment": "need_id",
        "need_component": "need_id",
    },
    "offer": {
        "offer": "id",
        "offer_expertise": "offer_id",
        "offer_commitment": "offer_id",
        "offer_modality": "offer_id",
        "offer_language": "offer_id",
        "offer_target": "offer_id",
    },
}
OWN_IDS = {"need_component": "id"}
DROPPED = {"need": ("case_number",), "offer": ("source_code",)}


def multiply(address: str, copies: int) -> dict[str, int]:
    """Copy every need and offer so many times; return how many there are then."""
    database = open_database(address, pool_size=1)
    tables = metadata().tables
    counts = {}
    with database.writing() as session:
        for kind, parts in COPIED.items():
            for name, owner in parts.items():
                rows = [dict(row) for row in session.execute(select(tables[name])).mappings()]
                made = [_copy(name, row, owner, number) for number in range(copies) for row in rows]
                if made:
                    session.execute(insert(tables[name]), made)
                if name == kind:
                    counts[kind] = len(rows) + len(made)
    database.close()
    return counts


def _copy(name: str, row: dict[str, Any], owner: str, number: int) -> dict[str, Any]:
    changed = {owner: _renamed(row[owner], number)}
    if name in OWN_IDS:
        changed[OWN_IDS[name]] = _renamed(row[OWN_IDS[name]], number)
    if "title" in row:
        changed["title"] = f"{row['title']} ({number + 2})"
    return row | changed | dict.fromkeys(DROPPED.get(name, ()))


def _renamed(thing_id: str, number: int) -> str:
    kind, _, rest = thing_id.partition("_")
    return f"{kind}_{hashlib.sha256(f'{rest}{number}'.encode()).hexdigest()[:32]}"
