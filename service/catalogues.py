"""The catalogues of translations: gathered from the code and the data files, checked, and made fast to read.

Each language has two: ``homologue.po``, what the service says, and ``reference.po``, titles and labels of the
reference data. ``make catalogues`` gathers what is said now, keeps the translations that still fit, writes
the compiled files, and tells what is left to translate; a test holds that nothing is.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import service
from service.needs.harms import words_of_harms
from service.reference.files import data_folder, read_facts
from service.texts import CATALOGUES, DEFAULT_LANGUAGE, FACTS, LANGUAGES, SENTENCES

TRANSLATED = tuple(language for language in LANGUAGES if language != DEFAULT_LANGUAGE)
DOMAINS = (SENTENCES, FACTS)
STATUS = "own translations, not reviewed by the institutions concerned"
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None, "N_": None, "gettext": None, "counted": (1, 2), "ngettext": (1, 2),
}  # fmt: skip
UNTRANSLATED_LISTS = ("language", "migof", "icmpd_topic", "crs_purpose", "iati_")
"""Code lists that no page shows in words, and the languages, whose names CLDR has."""
SCRIPTS = {"ar": r"[\u0600-\u06ff]", "ru": r"[\u0400-\u04ff]", "zh": r"[\u4e00-\u9fff]"}
_PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w*(?:![rsa])?(?::[^}]*)?\}|</?[a-z][^>]*>")
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_Ids = str | tuple[str, str]


@lru_cache(maxsize=1)
def sentences() -> dict[_Ids, tuple[str, ...]]:
    """Return every sentence that code and templates mark or a data file holds, with where it stands."""
    found: dict[_Ids, set[str]] = {}
    root = Path(service.__file__).parent
    maps = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    for file, _, text, _, _ in extract_from_dir(root, maps, keywords=KEYWORDS):
        ids = text if isinstance(text, str) else (text[0], text[1])
        found.setdefault(ids, set()).add(f"service/{file}")
    for text in words_of_harms():
        found.setdefault(text, set()).add("service/needs/data/harms.yaml")
    return {ids: tuple(sorted(places)) for ids, places in found.items() if ids and ids[0]}


@lru_cache(maxsize=1)
def facts() -> dict[_Ids, tuple[str, ...]]:
    """Return every title and label of the data files that pages show, with what kinds of things have it."""
    found: dict[_Ids, set[str]] = {}
    for kind, text in _facts():
        found.setdefault(text, set()).add(kind)
    return {text: tuple(sorted(kinds)) for text, kinds in found.items()}


def _facts() -> Iterator[tuple[str, str]]:
    there = read_facts(data_folder())
    shown = {
        "theme": ("title", "short", "summary"),
        "commitment": ("title", "summary"),
        "framework": ("name", "short_name"),
        "gcm_objective": ("title",),
        "dialogue": ("name", "short_name"),
        "regional_body": ("name",),
        "state": ("region", "subregion"),
    }
    for kind, names in shown.items():
        yield from ((kind, row[name]) for row in there[kind].values() for name in names if row[name])
    for row in there["code_entry"].values():
        if not row["list_name"].startswith(UNTRANSLATED_LISTS):
            yield row["list_name"], row["label"]


def said(domain: str) -> dict[_Ids, tuple[str, ...]]:
    """Return what a catalogue has to hold, with where each text stands."""
    return sentences() if domain == SENTENCES else facts()


def file_of(language: str, domain: str, suffix: str = ".po") -> Path:
    """Return where a catalogue lies."""
    return CATALOGUES / language / "LC_MESSAGES" / f"{domain}{suffix}"


def catalogue(language: str, domain: str) -> Catalog:
    """Return a catalogue as it lies there; an empty one if there is none."""
    file = file_of(language, domain)
    if not file.exists():
        return Catalog(locale=language, domain=domain)
    with file.open("rb") as opened:
        return read_po(opened, locale=language, domain=domain)


def renewed(language: str, domain: str) -> Catalog:
    """Return a catalogue of what is said now, with the translations that there are."""
    before = catalogue(language, domain)
    after = Catalog(
        locale=language, domain=domain, project="Homologue", version="1", charset="utf-8", fuzzy=False,
        creation_date=_EPOCH, revision_date=_EPOCH, last_translator="Homologue", language_team=STATUS,
        header_comment=f"# {STATUS}", copyright_holder="Homologue",
    )  # fmt: skip
    for ids, places in sorted(said(domain).items(), key=lambda one: (one[1], _texts(one[0]))):
        known = before.get(ids if isinstance(ids, str) else ids[0])
        after.add(ids, known.string if known and known.id == ids else None, [(place, 0) for place in places])
    return after


def written(catalog: Catalog) -> bytes:
    """Return a catalogue as its file holds it."""
    file = BytesIO()
    write_po(file, catalog, width=0, include_lineno=False)
    return file.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """Return a catalogue in the form that is read at run time."""
    file = BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def faults(language: str, domain: str) -> Iterator[str]:
    """Yield what is wrong with a catalogue: what is missing, unused or untranslated, and faulty messages."""
    there = catalogue(language, domain)
    wanted = said(domain)
    known = {message.id: message for message in there if message.id}
    yield from (f"unused: {ids!r}" for ids in known if ids not in wanted)
    for ids in wanted:
        if ids not in known:
            yield f"missing: {ids!r}"
        else:
            yield from (
                f"{fault}: {ids!r}" for fault in message_faults(known[ids], language, there.num_plurals)
            )


def message_faults(message: Message, language: str, forms: int) -> Iterator[str]:
    """Yield what is wrong with one message: a form too few, a lost placeholder, a wrong script, English."""
    ids = _texts(message.id)
    strings = _texts(message.string)
    if message.fuzzy:
        yield "uncertain"
    if len(strings) != (1 if len(ids) == 1 else forms) or not all(text and text.strip() for text in strings):
        yield "untranslated"
        return
    yield from _differences(ids, strings)
    if any(_is_foreign(text, ids, language) for text in strings):
        yield "left in English, or in the wrong script"


def _texts(held: str | Iterable[str] | None) -> tuple[str, ...]:
    return (held,) if isinstance(held, str) else tuple(held or ())


def _differences(ids: tuple[str, ...], strings: tuple[str, ...]) -> Iterator[str]:
    allowed = [sorted(_PLACEHOLDER.findall(text)) for text in ids]
    # One, two or none may be said without its number; what stands beside the number may not be lost.
    least = set.intersection(*(set(names) for names in allowed)) - {"%(number)s", "{number}"} - {"%(num)s"}
    for text in strings:
        held = sorted(_PLACEHOLDER.findall(text))
        if len(ids) == 1 and held != allowed[0]:
            yield f"placeholders {held} for {allowed[0]}"
        elif len(ids) > 1 and not least <= set(held) <= set(allowed[-1]) | set(allowed[0]):
            yield f"placeholders {held} for {allowed[-1]}"
    for text in strings:
        if (text[:1].isspace(), text[-1:].isspace()) != (ids[0][:1].isspace(), ids[0][-1:].isspace()):
            yield "space at an end"


def _is_foreign(text: str, ids: tuple[str, ...], language: str) -> bool:
    if text in _allowed(language) or not re.search(r"[A-Za-z]{2}", _PLACEHOLDER.sub("", ids[0])):
        return False
    if language in SCRIPTS:
        return not re.search(SCRIPTS[language], text)
    return text in ids


@lru_cache(maxsize=len(LANGUAGES))
def _allowed(language: str) -> frozenset[str]:
    """Return the texts that are right as they are in English: names, codes, words that languages share."""
    lines = (CATALOGUES / "same.txt").read_text("utf-8").splitlines()
    pairs = (line.split("\t", 1) for line in lines if line and not line.startswith("#"))
    return frozenset(
        text for languages, text in pairs if languages == "*" or language in languages.split(",")
    )


def write() -> None:
    """Write every catalogue anew, with the translations that still fit, and its compiled form."""
    for language in TRANSLATED:
        for domain in DOMAINS:
            file_of(language, domain).parent.mkdir(parents=True, exist_ok=True)
            file_of(language, domain).write_bytes(written(renewed(language, domain)))
            file_of(language, domain, ".mo").write_bytes(compiled(catalogue(language, domain)))


def main() -> int:
    """Write the catalogues, and tell what is wrong with them."""
    write()
    places = [(language, domain) for language in TRANSLATED for domain in DOMAINS]
    found = [
        f"{language} {domain}: {fault}" for language, domain in places for fault in faults(language, domain)
    ]
    sys.stderr.writelines(f"{fault}\n" for fault in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
