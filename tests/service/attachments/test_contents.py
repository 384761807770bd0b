"""What a file really is: found from what it holds, and refused where it pretends, breaks or bursts."""

import struct
import zipfile
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.attachments import contents
from service.attachments.contents import type_of
from service.attachments.rules import (
    DOCX,
    LONGEST_NAME,
    SUFFIXES,
    TYPE_NAMES,
    Held,
    Limits,
    clean_name,
    contradicts,
    is_too_many,
    is_too_much,
)
from service.errors import InvalidInput
from tests.service.attachments.files import (
    CONTENT_TYPES,
    DOCUMENT,
    MACRO_TYPES,
    PDF,
    docx,
    jpeg,
    package,
    png,
    webp,
)

GOOD = {
    "application/pdf": PDF,
    DOCX: docx(),
    "image/png": png(),
    "image/jpeg": jpeg(),
    "image/webp": webp(),
}


def _refused(content: bytes) -> str:
    with pytest.raises(InvalidInput) as refused:
        type_of(BytesIO(content))
    (fault,) = refused.value.faults()
    assert fault.field == "file"
    return fault.code


@pytest.mark.parametrize("media_type", GOOD)
def test_a_file_is_what_it_holds(media_type: str) -> None:
    """Each type that is taken is recognised by its content, and the file is left at its beginning."""
    content = BytesIO(GOOD[media_type])
    assert type_of(content) == media_type
    assert content.tell() == 0
    assert set(GOOD) == set(SUFFIXES) == set(TYPE_NAMES)


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b"MZ\x90\x00" + b"\0" * 100,
        b"GIF89a" + b"\0" * 100,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\0" + PDF,
        b"#!/bin/sh\n" + PDF,
        package({"xl/workbook.xml": b"<x/>", "[Content_Types].xml": CONTENT_TYPES}),
        docx(types=b"<Types/>"),
        png() + PDF,
    ],
    ids=["html", "program", "gif", "svg", "late-pdf", "script-pdf", "spreadsheet", "no-word", "png-and-pdf"],
)
def test_what_is_of_another_type_is_refused(content: bytes) -> None:
    """What no type that is taken consists of is refused, also where it holds one further in."""
    assert _refused(content) == "type_not_accepted"


def test_an_empty_file_is_refused() -> None:
    """A file without anything in it is told apart from one of another type."""
    assert _refused(b"") == "empty"


@pytest.mark.parametrize("media_type", GOOD)
def test_a_file_that_was_cut_is_refused(media_type: str) -> None:
    """A file of which the end is missing is refused, wherever it was cut; never with a failure of ours."""
    whole = GOOD[media_type]
    for length in range(1, len(whole) - 2, max(1, len(whole) // 40)):
        assert _refused(whole[:length]) in {"damaged", "type_not_accepted"}


@settings(max_examples=50)
@given(st.binary(max_size=400), st.sampled_from(sorted(GOOD)), st.integers(0, 60))
def test_noise_is_refused_or_known_and_never_a_failure(noise: bytes, media_type: str, kept: int) -> None:
    """Whatever follows a right beginning, the answer is a type that is taken or a refusal."""
    with suppress(InvalidInput):
        assert type_of(BytesIO(GOOD[media_type][:kept] + noise)) in GOOD


@pytest.mark.parametrize(
    "content",
    [
        docx(word__vbaProject_bin=b"x"),
        docx(word__vbaData_xml=b"x"),
        docx(word__activeX__activeX1_xml=b"x"),
        docx(word__embeddings__oleObject1_bin=b"x"),
        docx(types=MACRO_TYPES),
        package(
            {
                "[Content_Types].xml": CONTENT_TYPES,
                "word/document.xml": DOCUMENT,
                "word/_rels/settings.xml.rels": (
                    b'<Relationship Type="attachedTemplate" TargetMode="External" Target="https://x.example"/>'
                ),
            }
        ),
    ],
    ids=["macros", "macro-data", "controls", "embedded", "macro-type", "far-template"],
)
def test_a_document_that_runs_something_is_refused(content: bytes) -> None:
    """Macros, controls, embedded programs and templates from elsewhere do not come in."""
    assert _refused(content) == "runs_something"


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What unpacks to far more than it is does not get as far as being unpacked."""

    def unpacked(*_: object) -> None:
        pytest.fail("a bomb was unpacked")

    monkeypatch.setattr(contents, "read_through", unpacked)
    assert _refused(docx(word__media__image1_png=b"\0" * 5_000_000)) == "expands_too_far"
    many = {f"word/{number}.xml": b"" for number in range(contents.MOST_PARTS)}
    assert _refused(package({**many, "[Content_Types].xml": CONTENT_TYPES})) == "expands_too_far"


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    """A part that says it is small and is large is damaged: it is read no further than it says."""
    honest = docx(word__media__image1_png=b"\0" * 1_000_000)
    lying = honest.replace(struct.pack("<I", 1_000_000), struct.pack("<I", 10))
    assert lying != honest
    assert _refused(lying) == "damaged"


def test_an_ordinary_document_of_much_repeated_text_is_taken() -> None:
    """Text that packs well is no bomb."""
    assert type_of(BytesIO(docx(word__footnotes_xml=b"<w:p>The same again.</w:p>" * 40_000))) == DOCX


def test_a_document_that_leads_elsewhere_or_is_locked_is_refused() -> None:
    """Paths out of the document, parts that stand twice, and passwords are refused."""
    base = {"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": DOCUMENT}
    for name in ("../../etc/passwd", "/etc/passwd", "C:/x.xml"):
        assert _refused(package({**base, name: b"x"})) == "damaged"
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, content in base.items():
            packed.writestr(name, content)
        with pytest.warns(UserWarning, match="Duplicate name"):
            packed.writestr("word/document.xml", DOCUMENT)
    assert _refused(made.getvalue()) == "damaged"
    locked = bytearray(docx())
    place = locked.rfind(b"PK\x01\x02")
    locked[place + 8] |= 1
    assert _refused(bytes(locked)) == "encrypted"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (png(width=0), "damaged"),
        (jpeg(height=0), "damaged"),
        (png(60_000, 60_000), "too_many_pixels"),
        (jpeg(60_000, 60_000), "too_many_pixels"),
        (webp(16_000, 16_000), "too_many_pixels"),
        (png(width=70_000), "too_many_pixels"),
    ],
)
def test_a_picture_has_a_size_that_can_be_shown(content: bytes, code: str) -> None:
    """Pictures of no size are damaged, and such of billions of pixels are refused unopened."""
    assert _refused(content) == code


def test_a_picture_of_endless_pieces_is_refused() -> None:
    """A picture whose pieces never end is given up."""
    head = png()[: 8 + 25]
    empty = b"\0\0\0\0tEXt\0\0\0\0"
    assert _refused(head + empty * (contents.MOST_SEGMENTS + 10)) == "damaged"


# Names


@pytest.mark.parametrize(
    ("name", "media_type", "cleaned"),
    [
        ("../../etc/passwd", "application/pdf", "passwd.pdf"),
        ("C:\\Users\\x\\Letter.docx", DOCX, "Letter.docx"),
        ("invoice\u202efdp.exe", "application/pdf", "invoicefdp.exe.pdf"),
        ("a\x00b\r\nContent-Type: x.png", "image/png", "abContent-Type_ x.png"),
        ("", "image/webp", "file.webp"),
        ("...", "application/pdf", "file.pdf"),
        (".pdf", "application/pdf", "pdf.pdf"),
        ("NUL.pdf", "application/pdf", "_NUL.pdf"),
        ("  two   words .JPEG", "image/jpeg", "two words.JPEG"),
        ("письмо №3.pdf", "application/pdf", "письмо №3.pdf"),
        ("رسالة.pdf", "application/pdf", "رسالة.pdf"),
        ("cafe\u0301.pdf", "application/pdf", "café.pdf"),
    ],
)
def test_a_name_is_only_a_name(name: str, media_type: str, cleaned: str) -> None:
    """No folders, nothing invisible, no turned direction; the end is one of the type's own."""
    assert clean_name(name, media_type) == cleaned


@given(st.text(max_size=300), st.sampled_from(sorted(SUFFIXES)))
def test_every_name_becomes_a_safe_one(name: str, media_type: str) -> None:
    """Whatever was sent, the name is short, printable, without folders, and ends as its type does."""
    cleaned = clean_name(name, media_type)
    assert 0 < len(cleaned) <= LONGEST_NAME + 1
    assert not set(cleaned) & set('/\\<>:"|?*\n\r\t\0\u202e\u2066')
    assert cleaned.lower().endswith(SUFFIXES[media_type])
    assert not cleaned.startswith(".")
    assert clean_name(cleaned, media_type) == cleaned


def test_a_name_that_says_another_type_is_noticed() -> None:
    """A picture that is called a document, or the other way round, is a mistake or a trick."""
    assert contradicts("letter.docx", "application/pdf")
    assert contradicts("letter.PDF ", "image/png")
    assert not contradicts("photo.jpeg", "image/jpeg")
    assert not contradicts("letter", "application/pdf")


def test_limits_are_kept_to_the_byte() -> None:
    """Twenty files are the most, and together they are as large as the limit says and no byte larger."""
    limits = Limits(file_bytes=10, total_bytes=100)
    assert [is_too_many(Held(files, 0)) for files in (19, 20)] == [False, True]
    assert [is_too_much(Held(1, 90), size, limits) for size in (10, 11)] == [False, True]
