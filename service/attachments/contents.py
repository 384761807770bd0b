"""What a file really is, found from what it holds. Neither its name nor what a browser says of it counts.

A file that pretends to be two things at once, cannot be read to its end, runs something or unpacks to far
more than it is, is refused with what is wrong. Nothing is ever unpacked to a disk.
"""

import struct
import zipfile
import zlib
from typing import BinaryIO, NamedTuple

import puremagic

from service.attachments.rules import DOCX
from service.errors import FieldFault, InvalidInput
from service.texts import N_

HEAD_BYTES = 4096
PDF_TAIL_BYTES = 2048
JPEG_TAIL_BYTES = 128 * 1024
MOST_PIXELS = 200_000_000
MOST_SEGMENTS = 50_000
"""Pieces of a picture that are walked over."""
LONGEST_SIDE = 65_000
MOST_PARTS = 2_000
"""Entries of a DOCX file."""
MOST_UNPACKED_BYTES = 200_000_000
MOST_TIMES_LARGER = 200
"""A DOCX file that unpacks to more than so many times its size is a bomb: text shrinks to a twentieth."""
SMALL_UNPACKED_BYTES = 2_000_000
"""What unpacks to less does no harm, however well it was packed."""

_MARK = 0xFF
"""What every marker of a JPEG file begins with."""
_SHORTEST = 2
"""Length of a segment that holds nothing but its length."""
_LOSSLESS = 0x2F
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_WORD_TEXT = b"wordprocessingml.document.main+xml"
_RUNS_SOMETHING = ("vbaproject", "vbadata", "activex", "macrosheets", "oleobject")

_UNKNOWN = N_("This is no PDF, DOCX, PNG, JPEG or WebP file. Save it as one of these and choose it again.")
_DAMAGED = N_("This file is damaged or not complete. Open it, save it anew and choose it again.")
_RUNS = N_(
    "This document holds macros, controls or embedded programs, or fetches a template from elsewhere. "
    "Save it without them, or as PDF."
)
_EXPANDS = N_("This document unpacks to far more than it is. Save it anew, or as PDF.")
_HUGE = N_("This picture has more pixels than can be shown. Make it smaller.")


class Size(NamedTuple):
    """Width and height of a picture."""

    width: int
    height: int


def type_of(content: BinaryIO) -> str:
    """Return the media type of a file that is taken, or refuse it."""
    content.seek(0)
    head = content.read(HEAD_BYTES)
    if not head:
        raise _fault("empty", N_("This file is empty."))
    size_bytes = content.seek(0, 2)
    try:
        _check(media_type := _guess(head), content, head, size_bytes)
    except (struct.error, zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError, RuntimeError):
        raise _fault("damaged", _DAMAGED) from None
    except (NotImplementedError, ValueError, OSError):  # odd ways of packing, places outside of the file
        raise _fault("damaged", _DAMAGED) from None
    finally:
        content.seek(0)
    return media_type


def _guess(head: bytes) -> str:
    if head.startswith(b"PK\x03\x04"):
        return DOCX  # what kind of package it is stands further in
    try:
        found = {guess.mime_type for guess in puremagic.magic_string(head)}
    except puremagic.PureError:
        found = set()
    for media_type, signature in (
        ("application/pdf", b"%PDF-"),
        ("image/png", _PNG),
        ("image/jpeg", b"\xff\xd8\xff"),
        ("image/webp", b"RIFF"),
    ):
        if media_type in found and head.startswith(signature):
            return media_type
    raise _fault("type_not_accepted", _UNKNOWN)


def _check(media_type: str, content: BinaryIO, head: bytes, size_bytes: int) -> None:
    if media_type == DOCX:
        _check_docx(content, size_bytes)
    elif media_type == "application/pdf":
        _check_pdf(content, head, size_bytes)
    else:
        measure = {"image/png": _png_size, "image/jpeg": _jpeg_size, "image/webp": _webp_size}[media_type]
        _check_size(measure(content, size_bytes))


def _check_size(size: Size) -> None:
    if not (size.width and size.height):
        raise _fault("damaged", _DAMAGED)
    if max(size) > LONGEST_SIDE or size.width * size.height > MOST_PIXELS:
        raise _fault("too_many_pixels", _HUGE)


# PDF


def _check_pdf(content: BinaryIO, head: bytes, size_bytes: int) -> None:
    is_known = head[5:7] in {b"1.", b"2."} and head[7:8].isdigit()
    tail = _tail(content, size_bytes, PDF_TAIL_BYTES)
    if not is_known or b"%%EOF" not in tail or b"startxref" not in tail:
        raise _fault("damaged", _DAMAGED)


# Pictures


def _png_size(content: BinaryIO, size_bytes: int) -> Size:
    """Walk over the chunks of a PNG file: the first is its header, and nothing comes after its end."""
    content.seek(len(_PNG))
    first: Size | None = None
    for _ in range(MOST_SEGMENTS):
        length, kind = struct.unpack(">I4s", _exactly(content, 8))
        if first is None:
            body = _exactly(content, length) if (kind, length) == (b"IHDR", 13) else b""
            (checksum,) = struct.unpack(">I", _exactly(content, 4))
            if not body or zlib.crc32(kind + body) != checksum:
                raise _fault("damaged", _DAMAGED)
            first = Size(*struct.unpack(">II", body[:8]))
            continue
        if content.seek(length + 4, 1) > size_bytes:
            raise _fault("damaged", _DAMAGED)
        if kind == b"IEND":
            if content.tell() != size_bytes:
                raise _fault("type_not_accepted", _UNKNOWN)
            return first
    raise _fault("damaged", _DAMAGED)


def _jpeg_size(content: BinaryIO, size_bytes: int) -> Size:
    """Walk over the segments of a JPEG file to the one that says how large the picture is."""
    if b"\xff\xd9" not in _tail(content, size_bytes, JPEG_TAIL_BYTES):  # cameras write more after the end
        raise _fault("damaged", _DAMAGED)
    content.seek(2)
    for _ in range(MOST_SEGMENTS):
        lead, marker = _exactly(content, 2)
        if lead != _MARK:
            raise _fault("damaged", _DAMAGED)
        while marker == _MARK:
            (marker,) = _exactly(content, 1)
        if marker in _JPEG_ALONE:
            continue
        (length,) = struct.unpack(">H", _exactly(content, 2))
        if marker in _JPEG_FRAMES:
            _precision, height, width = struct.unpack(">BHH", _exactly(content, 5))
            return Size(width, height)
        if length < _SHORTEST or marker in {0xD9, 0xDA}:
            break
        content.seek(length - 2, 1)
    raise _fault("damaged", _DAMAGED)


def _webp_size(content: BinaryIO, size_bytes: int) -> Size:
    content.seek(4)
    length, form, kind, _size = struct.unpack("<I4s4sI", _exactly(content, 16))
    if form != b"WEBP" or length + 8 + length % 2 != size_bytes:
        raise _fault("damaged", _DAMAGED)
    body = _exactly(content, 10)
    if kind == b"VP8X":
        return Size(1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little"))
    if kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", body[6:10])
        return Size(width & 0x3FFF, height & 0x3FFF)
    if kind == b"VP8L" and body[0] == _LOSSLESS:
        bits = int.from_bytes(body[1:5], "little")
        return Size(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    raise _fault("damaged", _DAMAGED)


# DOCX


def _check_docx(content: BinaryIO, size_bytes: int) -> None:
    with zipfile.ZipFile(content) as package:
        parts = package.infolist()
        check_parts(parts, size_bytes)
        names = {part.filename for part in parts}
        if not {"[Content_Types].xml", "word/document.xml"} <= names:
            raise _fault("type_not_accepted", _UNKNOWN)
        if any(mark in name.lower() for name in names for mark in _RUNS_SOMETHING):
            raise _fault("runs_something", _RUNS)
        for part in parts:
            read_through(package, part)
        types = package.read("[Content_Types].xml")
        if b"macroEnabled" in types:
            raise _fault("runs_something", _RUNS)
        if _WORD_TEXT not in types:
            raise _fault("type_not_accepted", _UNKNOWN)
        if "word/_rels/settings.xml.rels" in names and _fetches(package.read("word/_rels/settings.xml.rels")):
            raise _fault("runs_something", _RUNS)


def check_parts(parts: list[zipfile.ZipInfo], size_bytes: int) -> None:
    """Refuse a package that unpacks to far more than it is, is locked, or whose entries lead elsewhere."""
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED_BYTES:
        raise _fault("expands_too_far", _EXPANDS)
    if unpacked > max(size_bytes * MOST_TIMES_LARGER, SMALL_UNPACKED_BYTES):
        raise _fault("expands_too_far", _EXPANDS)
    names = [part.filename for part in parts]
    if len(set(names)) != len(names) or any(_leads_elsewhere(name) for name in names):
        raise _fault("damaged", _DAMAGED)
    if any(part.flag_bits & 0x1 for part in parts):
        raise _fault("encrypted", N_("This document is locked by a password. Save it without one."))


def _leads_elsewhere(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name


def read_through(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unpack a part to nowhere: its size and checksum are right, or it is damaged. It stops at its size."""
    with package.open(part) as opened:
        while opened.read(1 << 20):
            pass


def _fetches(relations: bytes) -> bool:
    return b"attachedTemplate" in relations and b'TargetMode="External"' in relations


# Reading


def _tail(content: BinaryIO, size_bytes: int, length: int) -> bytes:
    content.seek(max(0, size_bytes - length))
    return content.read(length)


def _exactly(content: BinaryIO, length: int) -> bytes:
    found = content.read(length)
    if len(found) != length:
        raise EOFError
    return found


def _fault(code: str, sentence: str) -> InvalidInput:
    return InvalidInput(FieldFault("file", code, sentence))
