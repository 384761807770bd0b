"""The handler to compare with: a list and a create over the same tables, and nothing else.

Plain functions; one select in order with a limit, one insert with one commit; the same fields go in and out,
and the database is opened in the same way. Nobody is asked who they are, nothing is noted. What does not
stand in a need's own row is not read: it is filled with as much as stands there, so that both answers weigh
the same.

    python -m tests.proofs.bare ADDRESS PORT
"""

import sys
from datetime import UTC, datetime
from typing import Any

import uvicorn
from fastapi import FastAPI
from sqlmodel import col, select

from service.database.columns import new_id
from service.database.engines import open_database
from service.metadata import metadata
from service.needs.schemas import (
    ComponentView,
    NeedHandling,
    NeedLine,
    NeedRegistration,
    NeedView,
    RequesterView,
)
from service.needs.tables import Need
from service.web.schemas import Page

LINE: dict[str, Any] = {
    "commitments": ["T1-01", "T2-01"],
    "themes": ["T1", "T2"],
    "requester_states": ["GHA"],
    "requesters": ["Invented ministry or agency 3"],
}


def bare_app(address: str) -> FastAPI:
    """Return the application."""
    metadata()  # tables point at each other
    database = open_database(address)
    app = FastAPI()

    @app.get("/needs")
    def list_needs() -> Page[NeedLine]:
        with database.reading() as session:
            order = col(Need.registered_at).desc(), col(Need.id).desc()
            rows = session.exec(select(Need).order_by(*order).limit(50)).all()
            return Page(items=[NeedLine(**_named(row, NeedLine), **LINE) for row in rows])

    @app.post("/needs", status_code=201)
    def register_need(said: NeedRegistration) -> NeedView:
        now = datetime.now(UTC)
        columns = {name: value for name, value in said.model_dump().items() if name in Need.model_fields}
        row = Need(
            id=new_id("need"),
            lead_id=said.requesters[0],
            desk_id=said.desk,
            registered_at=now,
            changed_at=now,
            **columns,
        )
        with database.writing() as session:
            session.add(row)
        return _shown(row, said)

    return app


def _named(row: Need, view: type[NeedLine | NeedView | NeedHandling]) -> dict[str, Any]:
    return {shown: getattr(row, column) for shown, column in _COLUMNS[view]}


def _columns_of(view: type[NeedLine | NeedView | NeedHandling]) -> list[tuple[str, str]]:
    named = [(name, {"status": "state", "desk": "desk_id"}.get(name, name)) for name in view.model_fields]
    return [(shown, column) for shown, column in named if column in Need.model_fields]


_COLUMNS = {view: _columns_of(view) for view in (NeedLine, NeedView, NeedHandling)}


def _shown(row: Need, said: NeedRegistration) -> NeedView:
    lists = {
        "preferred": said.preferred,
        "excluded": said.excluded,
        "do_not_pair": said.do_not_pair,
        "named_providers": said.named_providers,
        "moves": ["submit", "withdraw"],
    }
    return NeedView(
        **_named(row, NeedView),
        commitments=said.commitments,
        themes=["T4"],
        dialogues=said.dialogues,
        components=[ComponentView(id=new_id("comp"), **one.model_dump()) for one in said.components],
        requesters=[_requester(id_) for id_ in said.requesters],
        desk_name="Invented dialogue secretariat 2",
        desk_dialogue=None,
        is_unendorsed_emergency=False,
        handling=NeedHandling(**_named(row, NeedHandling), **lists, awaits_confirmation=False),
    )


def _requester(id_: str) -> RequesterView:
    return RequesterView(
        stakeholder=id_,
        name="Invented ministry or agency 3",
        type="ministry_or_agency",
        states=["GHA"],
        is_lead=True,
        endorsed_at=None,
        endorsed_text_version=None,
    )


if __name__ == "__main__":
    uvicorn.run(bare_app(sys.argv[1]), port=int(sys.argv[2]), log_level="warning", access_log=False)
