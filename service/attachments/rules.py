"""Rules of attachments: how many, how large, under which name. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

MOST_PER_THING = 20
"""Files that one thing holds at most, withdrawn ones aside."""
LONGEST_NAME = 120
CHUNK_BYTES = 256 * 1024
"""Size of the pieces in which a file is kept."""

Purpose = Literal["file", "letter"]
"""What a file is there for; an official letter is what a registration on a state's behalf rests on."""
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SUFFIXES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "application/pdf": (".pdf",),
        DOCX: (".docx",),
        "image/png": (".png",),
        "image/jpeg": (".jpg", ".jpeg"),
        "image/webp": (".webp",),
    }
)
"""The types that are taken, and how their names end."""
TYPE_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "application/pdf": "PDF",
        DOCX: "DOCX",
        "image/png": "PNG",
        "image/jpeg": "JPEG",
        "image/webp": "WebP",
    }
)

_JOINERS = frozenset("\u200c\u200d")
"""Invisible, and still part of how some languages are written."""
_NOT_IN_NAMES = re.compile(r'[<>:"|?*%]')
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{name}{number}" for name in ("com", "lpt") for number in range(1, 10))}
)


class Limits(NamedTuple):
    """How large a file may be, and all files of one thing together."""

    file_bytes: int
    total_bytes: int


class Held(NamedTuple):
    """What a thing holds already."""

    files: int
    size_bytes: int


def is_too_many(held: Held) -> bool:
    """Tell whether a thing holds as many files as it can."""
    return held.files >= MOST_PER_THING


def is_too_much(held: Held, size_bytes: int, limits: Limits) -> bool:
    """Tell whether one more file would make the files of a thing too large together."""
    return held.size_bytes + size_bytes > limits.total_bytes


def clean_name(name: str, media_type: str) -> str:
    r"""Return a name that is only a name: no folders, nothing invisible, nothing that turns the text around.

    Its end is one of the type's own, so that whoever opens it later opens what it is.

    Examples
    --------
    >>> clean_name("C:\\letters\\Request 3.PDF", "application/pdf")
    'Request 3.PDF'
    >>> clean_name("scan.exe", "application/pdf")
    'scan.exe.pdf'
    """
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    text = "".join(character for character in text if _is_shown(character))
    text = " ".join(_NOT_IN_NAMES.sub("_", text).split()).strip(" .")
    suffix = PurePosixPath(text).suffix
    if suffix.lower() not in SUFFIXES[media_type]:
        suffix = SUFFIXES[media_type][0]
        stem = text
    else:
        stem = text[: -len(suffix)]
    stem = stem[: LONGEST_NAME - len(suffix)].strip(" .") or "file"
    return f"{'_' if stem.partition('.')[0].lower() in _DEVICES else ''}{stem}{suffix}"


def contradicts(name: str, media_type: str) -> bool:
    """Tell whether a name ends like that of another type that is taken: then one of the two is wrong."""
    suffix = PurePosixPath(name.strip()).suffix.lower()
    return any(suffix in ends for kind, ends in SUFFIXES.items() if kind != media_type)


def _is_shown(character: str) -> bool:
    # Control characters, turns of direction, private use, halves of surrogate pairs, and what is unassigned.
    return character in _JOINERS or not unicodedata.category(character).startswith("C")
