"""It is written for every operation and every page who may; nothing is written of what is not there."""

from fastapi import FastAPI

from service.caller import ROLES
from tests.rights.matrix import GROUPS, expectations, operations
from tests.rights.pages import addresses, page_expectations

OUTCOMES = {"may", "401", "403", "404"}
SAID = {"may", "told_no", "told_to_sign_in", "own"}


def test_every_operation_has_an_expectation(shared_app: FastAPI) -> None:
    """A new operation fails here until it is written who may do it; what went is written no more."""
    there = {one.name for one in operations(shared_app.openapi())}
    assert there == expectations().keys()


def test_every_page_has_an_expectation() -> None:
    """A new page fails here until it is written who is shown it; what went is written no more."""
    assert set(addresses()) == page_expectations().keys()


def test_expectations_speak_of_roles_that_there_are() -> None:
    """A misspelt role or outcome would expect nothing of anybody."""
    for expected in (*expectations().values(), *page_expectations().values()):
        named = {*expected.get("may", ()), *expected.get("told_no", ())}
        for relation in ("own", "other", "absent"):
            assert expected.get(relation, {}).keys() <= OUTCOMES
            named |= {role for among in expected.get(relation, {}).values() for role in among}
        assert named <= {*ROLES, *GROUPS}


def test_every_expectation_says_something() -> None:
    """An empty row would be as good as none."""
    assert all(SAID & row.keys() for row in expectations().values())
    assert all(SAID & row.keys() for row in page_expectations().values())
