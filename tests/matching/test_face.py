"""The face of the engine: what others import, and examples that run."""

import doctest
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import matching

PACKAGE = Path(matching.__file__).parent
MODULES = sorted(
    module.name
    for module in walk_packages([str(PACKAGE)], "matching.")
    if not module.name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_run(name: str) -> None:
    """Every example gives what it shows."""
    assert doctest.testmod(import_module(name)).failed == 0


def test_example_in_the_readme_runs() -> None:
    """The README's example gives what it shows."""
    result = doctest.testfile(str(PACKAGE / "README.md"), module_relative=False)
    assert result.attempted > 0
    assert result.failed == 0


def test_readme_names_every_file_and_room() -> None:
    """The map of the README leaves no file and no room out, and names none that is not there."""
    text = (PACKAGE / "README.md").read_text(encoding="utf-8")
    files = {path.name for path in PACKAGE.glob("*.py")} - {"__init__.py"}
    rooms = {f"{path.name}/" for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert {name for name in files | rooms if f"`{name}`" not in text} == set()
    named = set(re.findall(r"`((?!tests/)[a-z_/]+(?:\.py|/))`", text))
    assert {name for name in named if not (PACKAGE / name).exists()} == set()


@pytest.mark.parametrize("name", matching.__all__)
def test_every_promised_name_is_there(name: str) -> None:
    """Each name of the package's face can be imported from it."""
    assert getattr(matching, name) is not None


def test_unknown_name_is_an_attribute_error() -> None:
    """A name that the engine does not have is missed in the usual way."""
    with pytest.raises(AttributeError, match="no attribute 'magic'"):
        _ = matching.magic


def test_comparing_texts_loads_no_solver() -> None:
    """Who only compares texts does not wait for the solver or the graph library."""
    program = "import sys, matching.text; print(sorted({'ortools', 'networkx', 'scipy'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PACKAGE.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
