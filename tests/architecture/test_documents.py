"""The documents say what is true: what they link to is there, what they tell one to type works."""

import re
import sys
import tomllib
from importlib.util import find_spec

import pytest
from sqlmodel import select

from clients.connection import DEFAULT_URL as ADDRESS
from clients.connection import TOKEN_VARIABLE, URL_VARIABLE
from service.__main__ import main
from service.access.queries import identify
from service.access.tables import DutyRow
from service.app import create_app
from service.caller import ROLES
from service.database.engines import Database
from service.errors import Refusal
from service.settings import PREFIX, Settings
from tests.architecture.documents import ROOT, Document, documents
from tests.architecture.rooms import ROOMS, Room, modules_of_the_service
from tests.service import people
from tests.serving import served

DOCUMENTS = documents()
README = Document(ROOT / "README.md")
SERVICE = Document(ROOT / "service" / "README.md")
EXPECTED = {
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "service/README.md",
    "matching/README.md",
    "tests/README.md",
}
TEST_DATABASE = "HOMOLOGUE_TEST_DATABASE"

_COMMAND = re.compile(r"(?:^|\s)homologue((?: [a-z][a-z-]*(?!\S))+)(.*)")
_SETTING = re.compile(rf"\b{PREFIX}[A-Z_]*[A-Z]\b")


def everything_to_type(pattern: str) -> list[tuple[str, str]]:
    """Give what the pattern finds in the code of all documents, each with its document."""
    found = {
        (str(one), match)
        for one in DOCUMENTS
        for line in one.code()
        for match in re.findall(pattern, line, re.ASCII)
    }
    return sorted(found)


def test_the_documents_are_there() -> None:
    """Whoever comes finds what this is, how it is built, what changed and how to report a weakness."""
    assert {str(one) for one in DOCUMENTS} >= EXPECTED


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_links_lead_somewhere(document: Document) -> None:
    """Every link and picture within the project is there, and so is the heading it points at."""
    for link in document.links():
        path, _, heading = link.partition("#")
        target = document.path.parent / path if path else document.path
        assert target.exists(), f"{document}: {link}"
        assert not heading or heading in Document(target).headings(), f"{document}: {link}"


def test_make_knows_every_target_that_is_named() -> None:
    """Every ``make`` that a document tells one to type is a target."""
    named = everything_to_type(r"\bmake ([a-z][a-z-]*)")
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"demo", "test"} <= {target for _, target in named}
    assert [(where, target) for where, target in named if target not in targets] == []


def test_every_target_is_in_a_document() -> None:
    """Every target that explains itself is also told of in a document."""
    explained = set(re.findall(r"^([a-z][a-z-]*):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert explained - {target for _, target in everything_to_type(r"\bmake ([a-z][a-z-]*)")} == {"help"}


def test_every_proof_that_is_named_can_be_run() -> None:
    """An item that a document gives to ``make prove`` is one, and every item is in a document."""
    named = {item for _, item in everything_to_type(r"\bmake prove ITEM=([a-z.]+)")}
    files = (ROOT / "tests" / "proofs").glob("[a-z]*_[a-z]*.py")
    assert named == {file.stem.replace("_", ".", 1) for file in files}


def _commands() -> list[tuple[str, tuple[str, ...]]]:
    found = set()
    for document in DOCUMENTS:
        for line in document.code():
            for words, rest in _COMMAND.findall(line):
                options = re.findall(r"(?<=\s)--[a-z][a-z-]*", rest)
                found.add((words.strip(), tuple(options)))
    return sorted(found)


@pytest.mark.parametrize(("words", "options"), _commands())
def test_commands_are_there(
    words: str,
    options: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Every command that a document tells one to type exists, and takes the options shown with it."""
    monkeypatch.setattr(sys, "argv", ["homologue", *words.split(), "--help"])
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as ended:
        main()
    shown = capsys.readouterr()
    assert ended.value.code == 0, shown.err
    assert "Usage:" in shown.out
    assert [option for option in options if option not in shown.out] == []


def test_the_commands_of_the_service_are_all_named() -> None:
    """The README names the commands that an operator needs."""
    named = {words.split()[0] for words, _ in _commands()}
    assert named >= {"serve", "work", "migrate", "sync-reference", "account", "token", "api"}


def test_modules_that_are_run_are_there() -> None:
    """Every ``python -m`` that a document tells one to type names a module that there is."""
    named = everything_to_type(r"python -m ([a-z_.]+)")
    assert named
    assert [(where, module) for where, module in named if find_spec(module) is None] == []


def test_the_example_of_the_client_runs(app_settings: Settings, database: Database) -> None:
    """What the README does with the client can be done, by the administrator that it makes before."""
    (example,) = re.findall(r"^```python\n(.*?)^```", README.text, re.MULTILINE | re.DOTALL)
    assert ADDRESS in example
    with served(create_app(app_settings, database, identify)) as url:
        program = compile(example.replace(ADDRESS, url), "README.md", "exec")
        exec(program, {"token": people.administrator(database).token})  # noqa: S102 - our own documentation
    with database.reading() as session:
        officers = session.exec(select(DutyRow).where(DutyRow.role == "case_officer")).all()
        assert len(officers) == 1


@pytest.mark.parametrize("field", Settings.model_fields)
def test_settings_are_documented(field: str) -> None:
    """The README's table holds every setting by the name of its variable, with its default."""
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|", README.text, re.MULTILINE)
    default = Settings.model_fields[field].default
    shown = "false" if default is False else str(default)
    assert dict(rows)[PREFIX + field.upper()] == (f"`{shown}`" if shown else "none")


@pytest.mark.parametrize("file", [*(str(one) for one in DOCUMENTS), "Dockerfile", "Makefile"])
def test_every_variable_that_is_named_exists(file: str) -> None:
    """A variable of Homologue that is named anywhere is a setting, or one of the client's or the tests'."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    known |= {URL_VARIABLE, TOKEN_VARIABLE, TEST_DATABASE}
    assert set(_SETTING.findall((ROOT / file).read_text(encoding="utf-8"))) - known == set()


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_rooms_have_a_card(room: Room) -> None:
    """A room names itself and says what it knows, owns, asks, tells and never does, in this order."""
    name, *said = re.findall(r"^([A-Z][a-z]+): ", room.card, re.MULTILINE)
    assert name == room.name.capitalize()
    assert said == ["Knows", "Owns", "Asks", "Tells", "Never"]


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_cards_name_every_table(room: Room) -> None:
    """Every table of a room stands on its card, and the card claims no other."""
    owned = set(re.findall(r"``([a-z_]+)``", room.said("Owns")))
    assert owned == room.tables()
    assert bool(owned) != room.said("Owns").startswith("no tables")


def test_floors_are_drawn_as_they_are_held() -> None:
    """The drawing of the floors is the contract that the imports are held against, and leaves no room out."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "floors")
    held = [re.findall(r"\w+", layer.replace("service.", "")) for layer in layers]
    drawn = re.findall(r"^ {4}(\S.*)$", SERVICE.section("Floors"), re.MULTILINE)
    assert [re.findall(r"\w+", line) for line in drawn] == held
    assert {room.name for room in ROOMS} - {name for line in held for name in line} == set()


def _kinds_of(refusal: type[Refusal]) -> set[type[Refusal]]:
    direct = refusal.__subclasses__()
    return {one for kind in direct for one in (kind, *_kinds_of(kind))}


def _refusals() -> list[type[Refusal]]:
    modules_of_the_service()
    ours = (one for one in _kinds_of(Refusal) if one.__module__.startswith("service."))
    return sorted(ours, key=lambda one: (one.__module__, one.__qualname__))


@pytest.mark.parametrize("refusal", _refusals(), ids=lambda refusal: refusal.__qualname__)
def test_refusals_say_what_to_do(refusal: type[Refusal]) -> None:
    """A refusal has a code of its own, a status of the caller's or "later", a title, a sentence to act on."""
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", vars(refusal).get("code", ""))
    assert 400 <= refusal.status < 500 or refusal.status == 503
    assert refusal.title
    assert refusal.sentence.endswith((".", "?"))
    assert refusal.sentence != Refusal.sentence
    assert refusal.__doc__


def test_no_two_refusals_share_a_code() -> None:
    """A program can tell refusals apart by their code alone."""
    codes = [refusal.code for refusal in _refusals()]
    assert len(codes) > 30
    assert {code for code in codes if codes.count(code) > 1} == set()


@pytest.mark.parametrize("role", ROLES)
def test_roles_are_described(role: str) -> None:
    """Every role that a duty can name is described where people look for it."""
    assert re.search(rf"^\| `{role}` \| \S.{{10,}} \|", SERVICE.section("Who may do what"), re.MULTILINE)


def test_folders_of_the_map_are_there() -> None:
    """The README's map names folders that exist, and none of those that hold code is missing."""
    named = set(re.findall(r"^\| `([a-z_./]+?)/?` \|", README.section("Map of the folders"), re.MULTILINE))
    assert {name for name in named if not (ROOT / name).exists()} == set()
    code = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert code - named == set()


def test_every_folder_of_tests_is_explained() -> None:
    """The README of the tests says what each folder proves."""
    text = (ROOT / "tests" / "README.md").read_text(encoding="utf-8")
    folders = {path.relative_to(ROOT / "tests").parts[0] for path in (ROOT / "tests").glob("*/**/*.py")}
    assert {folder for folder in folders if f"`{folder}/`" not in text} == set()
