"""Lists as files: the same as the page, numbers as numbers, and no formula that somebody typed."""

import csv
from io import BytesIO, StringIO

import pytest
from fastapi.testclient import TestClient
from python_calamine import CalamineWorkbook

from service.database.engines import Database
from service.lists import files
from tests.service.desks.reading import get
from tests.service.needs.cases import a_need
from tests.service.offers.cases import an_offer
from tests.service.people import desk, ministry, pool

FORMULA = '=HYPERLINK("http://example.org")'


def test_a_need_that_looks_like_a_formula_is_text_in_every_file(web: TestClient, database: Database) -> None:
    """Text cells of XLSX hold what was typed, CSV escapes its beginning, JSON is what the API gives."""
    officer, handler = ministry(database, "GHA"), desk(database)
    a_need(database, "screening", officer, handler, title=FORMULA)
    a_need(database, "draft", officer, handler, title="Another one")
    text = get(web, "/lists/needs.csv?status=screening", officer).content.decode()
    assert text.startswith("\ufeff")
    head, row = list(csv.reader(StringIO(text[1:])))
    assert row[head.index("Title")] == f"'{FORMULA}"
    book = CalamineWorkbook.from_filelike(BytesIO(get(web, "/lists/needs.xlsx", officer).content))
    rows = book.get_sheet_by_index(0).to_python()
    assert {row[1] for row in rows[1:]} == {FORMULA, "Another one"}
    assert str(rows[1][rows[0].index("Registered on")]).startswith("20")
    assert type(rows[1][rows[0].index("Registered on")]) is not str
    given = get(web, "/lists/needs.json?status=screening", officer).json()
    assert given == web.get("/api/v1/needs?status=screening", headers=officer.headers).json()


def test_numbers_are_numbers(web: TestClient, database: Database) -> None:
    """How many assignments at a time is a number in a spreadsheet."""
    manager = pool(database)
    an_offer(database, "active", manager, capacity=3)
    book = CalamineWorkbook.from_filelike(BytesIO(get(web, "/lists/offers.xlsx", manager).content))
    head, row = book.get_sheet_by_index(0).to_python()
    assert row[head.index("Assignments at a time")] == 3.0


def test_a_file_holds_every_page_and_nothing_that_its_reader_may_not_see(
    web: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file goes through the query of its list, page by page; another reader's file has no line."""
    monkeypatch.setattr(files, "LARGEST_PAGE", 1)
    officer, handler = ministry(database, "GHA"), desk(database)
    for title in ("First", "Second", "Third"):
        a_need(database, "screening", officer, handler, title=title)
    assert len(get(web, "/lists/needs.json", officer).json()["items"]) == 3
    assert get(web, "/lists/needs.json", ministry(database, "NER")).json()["items"] == []
    assert get(web, "/lists/needs.csv").content.decode().count("\n") == 1


def test_a_list_that_is_too_long_is_refused(
    web: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part of a list would look like the whole: the reader is told to narrow it."""
    monkeypatch.setattr(files, "MOST", 1)
    officer, handler = ministry(database, "GHA"), desk(database)
    for title in ("First", "Second"):
        a_need(database, "screening", officer, handler, title=title)
    refused = get(web, "/lists/needs.csv", officer)
    assert refused.status_code == 409
    assert "Narrow the list" in refused.text


def test_who_reads_a_list_from_a_file_is_noted(web: TestClient, database: Database) -> None:
    """The titles of a file are read as those of a page are."""
    officer, handler = ministry(database, "GHA"), desk(database)
    need = a_need(database, "screening", officer, handler)
    get(web, "/lists/needs.csv", handler)
    reads = web.get(f"/api/v1/needs/{need}/reads", headers=officer.headers).json()["items"]
    assert [one["kind"] for one in reads] == ["line"]


def test_there_are_no_other_files(web: TestClient, database: Database) -> None:
    """What is no list and no kind of file is absent; proposals ask for sign-in."""
    for file in ("needs.pdf", "needs", "accounts.csv"):
        assert get(web, f"/lists/{file}", ministry(database)).status_code == 404
    assert get(web, "/lists/proposals.csv").status_code == 401
