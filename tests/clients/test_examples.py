"""Every public call is documented by an example, and every example is right."""

import ast
import doctest
import inspect
import typing
from collections import defaultdict
from datetime import date

import pytest
from pydantic import BaseModel

import clients
from clients import models
from clients.doors import Door
from tests.clients.surface import Offered, everything


class Recorder:
    """Stands in an example for the client, and notes which call is asked."""

    def __init__(self, path: str = "") -> None:
        self.path = path
        self.asked: dict[str, tuple[tuple[object, ...], dict[str, object]]] = {}

    def __getattr__(self, name: str) -> "Recorder":
        """Give a room, or a call."""
        inner = Recorder(f"{self.path}.{name}".lstrip("."))
        inner.asked = self.asked
        return inner

    def __call__(self, *args: object, **kwargs: object) -> list[object]:
        """Note a call; a list is empty."""
        self.asked[self.path] = (args, kwargs)
        return []


def names_of(example: str) -> set[str]:
    """Give the names that an example takes from elsewhere."""
    return {node.id for node in ast.walk(ast.parse(example)) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("one", everything(), ids=str)
def test_a_call_has_an_example_that_fits(one: Offered) -> None:
    """The example asks just this call, with arguments that it takes and fields that there are."""
    examples = doctest.DocTestParser().get_examples(inspect.cleandoc(one.door.__doc__ or ""))
    (example,) = examples
    client = Recorder()
    known = vars(models) | {"client": client, "date": date}
    given = {name: f"{name} of the example" for name in names_of(example.source) - set(known)}
    exec(example.source, known | {"print": print} | given)  # noqa: S102 - our own documentation
    ((asked, (args, kwargs)),) = client.asked.items()
    assert asked == str(one)
    if isinstance(one.door, Door):
        call = one.door.call(*args, **kwargs)
        assert call.address()
        assert isinstance(call.body, BaseModel | None)
    else:
        inspect.Signature(one.parameters).bind(*args, **kwargs)


def test_the_room_of_a_call_is_told_by_help() -> None:
    """What a client offers shows its own name, its text, its parameters and what it answers."""
    with clients.Homologue() as client:
        offered = client.needs.candidates
    signature = inspect.signature(offered)
    assert list(signature.parameters) == ["need_id", "limit"]
    assert signature.return_annotation is models.Candidates
    assert (offered.__doc__ or "").startswith("Rank one need's candidates")


def test_every_model_is_on_the_face() -> None:
    """What a call takes or answers can be imported from ``clients.models``."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in everything():
        for parameter in one.parameters:
            for kind in (parameter.annotation, *typing.get_args(parameter.annotation)):
                if inspect.isclass(kind) and issubclass(kind, BaseModel):
                    found[kind.__name__].add(str(one))
    assert found
    assert set(found) <= set(models.__all__)
