"""The rooms of the service, as their files and cards show them."""

import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from pkgutil import walk_packages

from sqlmodel import SQLModel

import service

FOLDER = Path(service.__file__).parent


@dataclass(frozen=True)
class Room:
    """One room."""

    name: str

    def __str__(self) -> str:
        """Give its name."""
        return self.name

    @property
    def folder(self) -> Path:
        """Give where it stands."""
        return FOLDER / self.name

    @property
    def card(self) -> str:
        """Give what it says of itself."""
        return cleandoc(import_module(f"service.{self.name}").__doc__ or "")

    def files(self) -> set[str]:
        """Give the names of its modules, without the one that holds its card."""
        return {file.stem for file in self.folder.glob("*.py")} - {"__init__"}

    def said(self, heading: str) -> str:
        """Give what its card says under a heading."""
        return re.split(
            r"^[A-Z][a-z]+: ", self.card.partition(f"\n{heading}: ")[2], maxsplit=1, flags=re.MULTILINE
        )[0]

    def tables(self) -> set[str]:
        """Give the tables that it declares."""
        if "tables" not in self.files():
            return set()
        module = import_module(f"service.{self.name}.tables")
        return {
            one.__tablename__
            for one in vars(module).values()
            if isinstance(one, type)
            and issubclass(one, SQLModel)
            and one.__module__ == module.__name__
            and hasattr(one, "__table__")
        }


ROOMS = [Room(path.parent.name) for path in sorted(FOLDER.glob("*/__init__.py"))]


@cache
def modules_of_the_service() -> list[str]:
    """Import all of the service but what runs when it is imported, and give the names."""
    found = walk_packages([str(FOLDER)], "service.")
    names = sorted(one.name for one in found if not one.name.endswith("__main__"))
    for name in names:
        import_module(name)
    return names
