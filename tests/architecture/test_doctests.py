"""Examples in the service's docstrings and in all documents give what they show.

Those in the engine's docstrings are run with the engine's own tests, those in the client's with the client's.
"""

import doctest
from importlib import import_module

import pytest

from tests.architecture.documents import ROOT, Document, documents
from tests.architecture.rooms import modules_of_the_service

FINDER = doctest.DocTestFinder()


def _has_examples(name: str) -> bool:
    return any(one.examples for one in FINDER.find(import_module(name)))


WITH_EXAMPLES = [name for name in modules_of_the_service() if _has_examples(name)]


def test_examples_are_found() -> None:
    """No file of the service that holds an example is passed over."""
    holding = {
        ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for file in (ROOT / "service").rglob("*.py")
        if "\n    >>> " in file.read_text(encoding="utf-8")
    }
    assert holding == set(WITH_EXAMPLES) != set()


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_in_docstrings_run(name: str) -> None:
    """Every example gives what it shows."""
    assert doctest.testmod(import_module(name)).failed == 0


@pytest.mark.parametrize("document", [one for one in documents() if ">>> " in one.text], ids=str)
def test_examples_in_documents_run(document: Document) -> None:
    """Every example that a document gives in Python gives what it shows."""
    result = doctest.testfile(str(document.path), module_relative=False)
    assert result.attempted > 0
    assert result.failed == 0
