"""Reading the data files. Every error names its file, line and field; with one error nothing is taken."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml
from pydantic import ValidationError

from service.errors import FieldFault
from service.reference.errors import FaultyFiles
from service.reference.kinds import BY_NAME, IN_ORDER, Kind
from service.reference.rules import Key, Values

Raw = dict[str, Any]
Facts = dict[str, dict[Key, Values]]
"""For each kind its rows by key, in the order of the files."""


def data_folder() -> Traversable:
    """Return the folder of the data that the service carries."""
    return files("service.reference") / "data"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as the file has it, and where."""

    file: str
    line: int
    raw: Raw

    def place(self, name: str = "") -> str:
        """Name a field of the row."""
        return f"{self.file}, line {self.line}" + (f", {name}" if name else "")

    def made(self, raw: Raw) -> "Entry":
        """Return what a part of this row says, in the same place."""
        return Entry(self.file, self.line, raw)


@dataclass
class _Reading:
    """Facts taken so far, with the faults and the places."""

    facts: Facts = field(default_factory=lambda: {kind.name: {} for kind in IN_ORDER})
    places: dict[tuple[str, Key], Entry] = field(default_factory=dict)
    faults: list[FieldFault] = field(default_factory=list)

    def fault(self, place: str, code: str, message: str) -> None:
        self.faults.append(FieldFault(place, code, message))

    def take(self, kind: Kind, entry: Entry) -> None:
        try:
            values = kind.row.model_validate(entry.raw).values()
        except ValidationError as error:
            for item in error.errors():
                place = entry.place(".".join(str(part) for part in item["loc"]))
                self.fault(place, item["type"], item["msg"])
            return
        for name in kind.too_long(values):
            self.fault(entry.place(name), "string_too_long", "This is too long for its column.")
        key = kind.key_of(values)
        if (kind.name, key) in self.places:
            self.fault(entry.place(kind.keys[-1]), "repeated", "This code is there already.")
        self.facts[kind.name][key] = values
        self.places[kind.name, key] = entry


def read_facts(folder: Traversable) -> Facts:
    """Read and check the data files of a folder.

    Raises
    ------
    FaultyFiles
        A file breaks a rule, or names a code that does not exist.
    """
    reading = _Reading()
    try:
        for kind_name, entry in _entries(folder):
            reading.take(BY_NAME[kind_name], entry)
    except _Unreadable as error:
        reading.fault(error.place, "unreadable", error.message)
    if not reading.faults:  # else most of what is unknown is only a row that was refused
        _check_references(reading)
    if reading.faults:
        raise FaultyFiles(*reading.faults)
    return reading.facts


class _Unreadable(Exception):
    """A file is no CSV or YAML of the kind expected."""

    def __init__(self, place: str, message: str) -> None:
        self.place = place
        self.message = message
        super().__init__(place)


# --- references between rows


def _check_references(reading: _Reading) -> None:
    known = known_references(reading.facts)
    for (kind_name, key), entry in reading.places.items():
        row = BY_NAME[kind_name].row
        for name in unknown_references(BY_NAME[kind_name], reading.facts[kind_name][key], known):
            reading.fault(
                entry.place(row.model_fields[name].alias or name),
                "unknown",
                "This names a code that does not exist.",
            )

    for key, values in reading.facts["code_entry"].items():
        if key[0] == "expertise_area" and not _serves_known(values["facts"], known["commitment"]):
            place = reading.places["code_entry", key].place("commitments")
            reading.fault(place, "unknown", "An area names the commitments that it serves.")


def _serves_known(facts: Raw, commitments: set[Any]) -> bool:
    served = facts.get("commitments")
    return isinstance(served, list) and all(code in commitments for code in served)


def known_references(facts: Facts) -> dict[str, set[Any]]:
    """Return the codes that can be referred to, by kind and (as ``list:NAME``) by code list."""
    known: dict[str, set[Any]] = {
        kind.name: {key[0] for key in facts[kind.name]} for kind in IN_ORDER if len(kind.keys) == 1
    }
    for list_name, code in facts["code_entry"]:
        known.setdefault(f"list:{list_name}", set()).add(code)
    return known


def unknown_references(kind: Kind, values: Values, known: Mapping[str, set[Any]]) -> list[str]:
    """Return the fields that name a code that does not exist."""
    return [
        name
        for name, target in kind.row.refers.items()
        if not {_referred(target, code) for code in _as_list(values[name])} <= known.get(target, set())
    ]


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _referred(target: str, code: Any) -> Any:
    # Languages carry a script where it matters (uz-Arab); the list has the language alone.
    return str(code).split("-")[0] if target == "list:language" else code


# --- what the files hold


_CSV = {
    "state": "states.csv",
    "dialogue": "dialogues.csv",
    "regional_body": "regional_bodies.csv",
    "gcm_objective": "gcm_objectives.csv",
    "dialogue_membership": "dialogue_members.csv",
    "regional_body_membership": "regional_body_members.csv",
}


def _entries(folder: Traversable) -> Iterator[tuple[str, Entry]]:
    for kind_name, file in _CSV.items():
        for entry in _csv_entries(folder, file):
            yield kind_name, entry
    yield from _text_entries(folder)
    yield from _code_entries(folder)


def _text_entries(folder: Traversable) -> Iterator[tuple[str, Entry]]:
    content = _yaml(folder, "commitments.yaml")
    for entry in _listed("commitments.yaml", content, "themes"):
        codes = _taken_out(entry, "frameworks")
        yield "theme", entry
        for code in codes:
            link = {"theme_code": entry.raw.get("code"), "framework_code": code}
            yield "theme_framework", entry.made(link)
    for entry in _listed("commitments.yaml", content, "frameworks"):
        entry.raw.pop("themes", None)  # the themes say the same
        yield "framework", entry
    for entry in _listed("commitments.yaml", content, "commitments"):
        yield from _commitment_entries(entry)


def _commitment_entries(entry: Entry) -> Iterator[tuple[str, Entry]]:
    frameworks = _taken_out(entry, "frameworks")
    objectives = _taken_out(entry, "gcm_objectives")
    code = entry.raw.get("code")
    yield "commitment", entry
    for framework in frameworks:
        yield "commitment_framework", entry.made({"commitment_code": code, "framework_code": framework})
    for number in objectives:
        yield "commitment_objective", entry.made({"commitment_code": code, "objective_number": number})


def _taken_out(entry: Entry, name: str) -> list[Any]:
    codes = entry.raw.pop(name, None)
    if not isinstance(codes, list) or not all(isinstance(code, str | int) for code in codes):
        raise _Unreadable(entry.place(name), "A list of codes is expected here.")
    return codes


_IATI = "IATI codelists"
_LISTS = (
    ("beneficiary", "commitments.yaml", "vocabularies.vulnerable_groups", "the source text"),
    ("actor", "commitments.yaml", "vocabularies.actors", "the source text"),
    ("expertise_area", "taxonomies.yaml", "expertise_areas", "own work"),
    ("modality", "taxonomies.yaml", "assistance_modalities", "own work"),
    ("migof", "taxonomies.yaml", "migof.principles", "IOM Migration Governance Framework (2015)"),
    ("migof", "taxonomies.yaml", "migof.objectives", "IOM Migration Governance Framework (2015)"),
    ("icmpd_topic", "taxonomies.yaml", "icmpd_topic_tags.values", "ICMPD, project pages of MIEUX"),
    ("crs_purpose", "taxonomies.yaml", "dac_crs_purpose_codes.codes", f"OECD DAC, by the {_IATI}"),
    ("language", "taxonomies.yaml", "languages.all", "CLDR; ISO 639-3"),
    ("iati_activity_status", "taxonomies.yaml", "iati.activity_status", _IATI),
    ("iati_activity_date_type", "taxonomies.yaml", "iati.activity_date_type", _IATI),
    ("iati_organisation_role", "taxonomies.yaml", "iati.organisation_role", _IATI),
    ("iati_organisation_type", "taxonomies.yaml", "iati.organisation_type", _IATI),
    ("iati_aid_type", "taxonomies.yaml", "iati.aid_type.codes", _IATI),
    ("iati_collaboration_type", "taxonomies.yaml", "iati.collaboration_type.codes", _IATI),
    ("iati_flow_type", "taxonomies.yaml", "iati.flow_type", _IATI),
    ("iati_policy_marker", "taxonomies.yaml", "iati.policy_marker.codes", _IATI),
    ("iati_policy_significance", "taxonomies.yaml", "iati.policy_marker.significance", _IATI),
    ("iati_sector_vocabulary", "taxonomies.yaml", "iati.sector_vocabulary", _IATI),
)


def _code_entries(folder: Traversable) -> Iterator[tuple[str, Entry]]:
    contents = {name: _yaml(folder, name) for name in ("commitments.yaml", "taxonomies.yaml", "lists.yaml")}
    working = {
        str(entry.raw.get("code")): bool(entry.raw.get("rtl"))
        for entry in _listed("taxonomies.yaml", contents["taxonomies.yaml"], "languages.working")
    }
    sections = [(*section, contents[section[1]]) for section in _LISTS]
    for name, part in contents["lists.yaml"].items():
        source = str(part.get("source", "")) if isinstance(part, dict) else ""
        sections.append((name, "lists.yaml", f"{name}.codes", source, contents["lists.yaml"]))
    places: dict[str, int] = {}
    for list_name, file, path, source, content in sections:
        for entry in _listed(file, content, path):
            places[list_name] = places.get(list_name, 0) + 1
            raw = _code_row(list_name, entry.raw, working)
            yield (
                "code_entry",
                entry.made({"list_name": list_name, "place": places[list_name], "source": source, **raw}),
            )


def _code_row(list_name: str, raw: Raw, working: Mapping[str, bool]) -> Raw:
    facts = dict(raw)
    code = facts.pop("code", None)
    label = facts.pop("label", None) or facts.pop("name", None)
    labels = facts.pop("labels", {})
    if list_name == "language":
        facts |= {"working": str(code) in working, "rtl": working.get(str(code), False)}
    if list_name == "expertise_area":
        facts["icmpd_topic_tags"] = [_slug(str(tag)) for tag in facts.get("icmpd_topic_tags") or []]
    return {"code": code, "label": label, "labels": labels, "facts": facts}


def _slug(label: str) -> str:
    return label.lower().replace(" ", "-")


# --- CSV and YAML with line numbers


def _csv_entries(folder: Traversable, file: str) -> Iterator[Entry]:
    text = _text(folder, file)
    if "\r" in text or text.startswith("\ufeff"):
        raise _Unreadable(f"{file}, line 1", "There is a byte order mark or a carriage return.")
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            if None in row or None in row.values():
                raise _Unreadable(f"{file}, line {reader.line_num}", "The number of fields is wrong.")
            yield Entry(file, reader.line_num, {name: value or None for name, value in row.items()})
    except csv.Error as error:
        raise _Unreadable(f"{file}, line {reader.line_num}", f"This is no CSV: {error}.") from None


def _text(folder: Traversable, file: str) -> str:
    try:
        return (folder / file).read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise _Unreadable(file, "There is no such file.") from None
    except UnicodeDecodeError:
        raise _Unreadable(file, "This is not UTF-8.") from None


class _Lined(dict[str, Any]):
    """A mapping that knows its line."""

    line = 0


class _Loader(yaml.CSafeLoader):
    """YAML with line numbers, which refuses a key given twice."""


def _lined(loader: _Loader, node: yaml.MappingNode) -> Iterator[_Lined]:
    made = _Lined()
    made.line = node.start_mark.line + 1
    yield made
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node)
        if not isinstance(key, str) or key in made:
            fault = "a key is given twice, or is no text"
            raise yaml.constructor.ConstructorError(None, None, fault, key_node.start_mark)
        made[key] = loader.construct_object(value_node, deep=True)


_Loader.add_constructor("tag:yaml.org,2002:map", _lined)


def _yaml(folder: Traversable, file: str) -> Raw:
    try:
        content = yaml.load(_text(folder, file), _Loader)  # noqa: S506 - a safe loader with line numbers
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _Unreadable(f"{file}, line {line}", f"This is no YAML: {error.problem}.") from None
    if not isinstance(content, dict):
        raise _Unreadable(f"{file}, line 1", "A mapping is expected here.")
    return content


def _listed(file: str, content: Raw, path: str) -> Iterable[Entry]:
    found: Any = content
    line = 1
    for part in path.split("."):
        line = found.line if isinstance(found, _Lined) else line
        found = found.get(part) if isinstance(found, dict) else None
    if not isinstance(found, list):
        raise _Unreadable(f"{file}, line {line}, {path}", "A list is expected here.")
    return [_entry(file, line, item) for item in found]


def _entry(file: str, line: int, item: Any) -> Entry:
    if isinstance(item, _Lined):
        return Entry(file, item.line, dict(item))
    return Entry(file, line, {"code": _slug(str(item)), "label": str(item)})
