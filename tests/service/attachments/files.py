"""Files for tests, made byte by byte: real ones of each type, and such as only pretend to be."""

import struct
import zipfile
import zlib
from io import BytesIO
from typing import BinaryIO

from service.attachments.rules import Limits
from service.jobs.rooms import gather_reactions
from service.web.uploads import SentFile

gather_reactions()  # what holds files is registered, as in every process of the service
LIMITS = Limits(file_bytes=200_000, total_bytes=500_000)

PDF = (
    b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 1\ntrailer\n<< /Size 1 >>\n"
    b"startxref\n52\n%%EOF\n"
)
CONTENT_TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    b'wordprocessingml.document.main+xml"/></Types>'
)
MACRO_TYPES = CONTENT_TYPES.replace(
    b"vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    b"vnd.ms-word.document.macroEnabled.main+xml",
)
DOCUMENT = b"<w:document/>"


def docx(*, types: bytes = CONTENT_TYPES, **parts: bytes) -> bytes:
    """Make a DOCX file with more parts; two underscores in a name stand for a slash, one for a dot."""
    more = {name.replace("__", "/").replace("_", "."): content for name, content in parts.items()}
    return package({"[Content_Types].xml": types, "word/document.xml": DOCUMENT, **more})


def package(parts: dict[str, bytes]) -> bytes:
    """Make a ZIP file."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return made.getvalue()


def png(width: int = 2, height: int = 2) -> bytes:
    """Make a PNG file."""
    body = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0\0\0" * 2)
    chunks = ((b"IHDR", body), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def jpeg(width: int = 2, height: int = 2) -> bytes:
    """Make what a JPEG file consists of: its mark, a segment, the frame that says the size, its end."""
    jfif = b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0"
    return (
        b"\xff\xd8\xff\xe0" + struct.pack(">H", len(jfif) + 2) + jfif
        + b"\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame
        + b"\xff\xda\0\x08\x01\x01\0\0\x3f\0" + b"\x12\x34" + b"\xff\xd9"
    )  # fmt: skip


def webp(width: int = 2, height: int = 2) -> bytes:
    """Make a WebP file of the lossless kind."""
    body = b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14) + b"\0" * 7
    return b"RIFF" + struct.pack("<I", len(body) + 12) + b"WEBPVP8L" + struct.pack("<I", len(body)) + body


def sent(content: bytes, name: str = "file.pdf") -> SentFile:
    """Give a file as it was sent."""
    opened: BinaryIO = BytesIO(content)
    return SentFile(name, opened, len(content))
