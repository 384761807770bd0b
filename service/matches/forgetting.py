"""Forgetting what a named expert's offer said: in the problems that rounds keep, and in this process."""

import gzip
import json
from collections.abc import Collection
from typing import Any

from sqlmodel import Session, col, select

from service.matches.engine import _made_ready, _making, _remembered
from service.matches.tables import RoundFile
from service.search.meaning import forget_texts


def blank_in_problems(session: Session, offers: Collection[str]) -> int:
    """Blank the texts of offers in the problems that rounds were computed from; return how many held any.

    What was decided about them stays: an area, a language, a score. Computed again, such a round reads no
    text of theirs, and its digest tells that something is gone.
    """
    if not offers:
        return 0
    blanked = 0
    rounds = session.exec(select(RoundFile.round_id).where(RoundFile.kind == "problem")).all()
    for round_id in rounds:
        row = session.get_one(RoundFile, (round_id, "problem"))
        content = gzip.decompress(row.packed)
        if any(offer.encode() in content for offer in offers):
            document = json.loads(content)
            if _blank(document, offers):
                row.packed = gzip.compress(_written(document), compresslevel=6, mtime=0)
                session.add(row)
                session.flush()
                blanked += 1
        session.expire(row)
    return blanked


def forget_remembered() -> None:
    """Forget the texts that this process compared, and the offers that it made ready to be ranked.

    Other processes make the offers ready anew when they see the change.
    """
    with _making:
        _remembered.clear()
        _made_ready.clear()
    forget_texts()


def texts_in_problems(session: Session, offers: Collection[str]) -> list[dict[str, Any]]:
    """Return what the problems of rounds say of offers."""
    found: list[dict[str, Any]] = []
    query = select(RoundFile).where(RoundFile.kind == "problem").order_by(col(RoundFile.round_id))
    for row in session.exec(query.execution_options(yield_per=1)) if offers else ():
        said = json.loads(gzip.decompress(row.packed)).get("offers", ())
        found += [{"round_id": row.round_id, "offer": one} for one in said if one.get("id") in offers]
        session.expunge(row)
    return found


def _blank(document: dict[str, Any], offers: Collection[str]) -> bool:
    said = [one for one in document.get("offers", ()) if one.get("id") in offers and one.get("text")]
    for one in said:
        one["text"] = ""
    return bool(said)


def _written(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
