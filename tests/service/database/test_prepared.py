"""Statements that are put together once ask and write the same as the usual way."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import bindparam, col, insert, select

from service import clock
from service.answers.tables import KeptAnswer
from service.database.engines import Database
from service.database.prepared import IsOneOf, Prepared
from service.needs.tables import Need, NeedComponent
from tests.service.needs.cases import registered
from tests.service.people import desk, ministry
from tests.service.statements import statements_of

WITH = {"languages": [{"code": "fr", "level": "B2"}]}


def test_what_is_found_is_what_the_usual_way_finds(database: Database, moment: datetime) -> None:
    """Moments, dates, lists, yes or no and what is not said come out the same, by place and by name."""
    with clock.set_to(moment), database.writing() as session:
        officer, handler = ministry(database), desk(database)
        components = [{"area": "EXP-DATA", "modality": "MOD-TRAIN", **WITH}]
        need_id = registered(session, officer, handler, ends_on="2027-09-30", components=components).id
        for table, key in ((Need, "id"), (NeedComponent, "need_id")):
            columns = [getattr(table, name) for name in table.model_fields]
            asked = select(*columns).where(getattr(table, key) == bindparam("this"))
            usual = session.connection().execute(asked, {"this": need_id}).all()
            prepared = Prepared(asked)
            assert list(prepared.rows(session, {"this": need_id})) == [tuple(row) for row in usual]
            (named,) = prepared.named_rows(session, {"this": need_id})
            assert named._asdict() == usual[0]._asdict()


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_list_takes_one_place(database: Database, number: int) -> None:
    """Of the listed texts exactly those are found that there are, however many are listed."""
    query = select(NeedComponent.area).where(IsOneOf(col(NeedComponent.area), "listed"))
    listed = ["EXP-DATA", "EXP-VISA", "it's not there"][:number]
    with database.writing() as session:
        registered(session, ministry(database), desk(database))
        assert list(Prepared(query).rows(session, {"listed": listed})) == [("EXP-DATA",)] * (number > 0)
        usual = session.connection().execute(query, {"listed": listed})
        assert [tuple(row) for row in usual] == [("EXP-DATA",)] * (number > 0)


def test_what_the_database_refuses_is_told_in_the_usual_way(database: Database) -> None:
    """A row that is there already is refused as ever, and what was sent is not told along with it."""
    write = Prepared(insert(KeptAnswer))
    with database.writing() as session:
        write.write(session, _answer("twice"))
    with pytest.raises(IntegrityError) as refused, database.writing() as session:
        write.write(session, _answer("twice"))
    assert refused.value.hide_parameters
    assert refused.value.params is None


def test_a_row_is_written_whole(database: Database) -> None:
    """A column that would be filled in by itself may not be left out: nothing would fill it in."""
    with database.writing() as session, pytest.raises(ValueError, match="all of its columns"):
        Prepared(insert(Need)).write(session, {"id": "need_1"})


def test_who_listens_to_statements_hears_of_these(database: Database) -> None:
    """A test that counts statements counts them too."""
    asked = Prepared(select(KeptAnswer.id).where(col(KeptAnswer.id) == bindparam("name")))
    with database.reading() as session, statements_of(session) as statements:
        assert list(asked.rows(session, {"name": "none"})) == []
    assert len(statements) == 1


def _answer(name: str) -> dict[str, Any]:
    digest = "0" * 64
    return {
        "id": name,
        "request_digest": digest,
        "duties_digest": digest,
        "sealed": b"",
        "kept_at": clock.now(),
    }
