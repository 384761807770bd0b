"""How many files, how large and under which name, by themselves."""

import pytest

from service.attachments import rules


def test_types_and_limits_are_those_that_were_agreed() -> None:
    """The types that are taken, how they end and are called, and how many files a thing holds."""
    docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert dict(rules.SUFFIXES) == {
        "application/pdf": (".pdf",),
        docx: (".docx",),
        "image/png": (".png",),
        "image/jpeg": (".jpg", ".jpeg"),
        "image/webp": (".webp",),
    }
    assert dict(rules.TYPE_NAMES) == {
        "application/pdf": "PDF",
        docx: "DOCX",
        "image/png": "PNG",
        "image/jpeg": "JPEG",
        "image/webp": "WebP",
    }
    assert rules.PURPOSES == ("file", "letter")
    assert (rules.MOST_PER_THING, rules.LONGEST_NAME, rules.CHUNK_BYTES) == (20, 120, 262_144)


@pytest.mark.parametrize(
    "device",
    ["con", "PRN", "aux", "nul", *(f"{name}{number}" for name in ("com", "LPT") for number in range(1, 10))],
)
def test_no_name_is_that_of_a_device(device: str) -> None:
    """What some systems take for a device, with any ending, is no longer called so."""
    assert rules.clean_name(f"{device}.a.pdf", "application/pdf") == f"_{device}.a.pdf"
    assert rules.clean_name(f"{device}x.pdf", "application/pdf") == f"{device}x.pdf"


@pytest.mark.parametrize(
    ("name", "media_type", "cleaned"),
    [
        ("com0.pdf", "application/pdf", "com0.pdf"),
        ("lpt10.pdf", "application/pdf", "lpt10.pdf"),
        ("a\u200cb\u200d.png", "image/png", "a\u200cb\u200d.png"),
        ("a\u202eb.png", "image/png", "ab.png"),
        ('<a>:"b"|c?*%.png', "image/png", "_a___b__c___.png"),
        ("one/two\\three. .png", "image/png", "three.png"),
        ("scan.jpg", "image/png", "scan.jpg.png"),
        ("x" * 200 + ".jpeg", "image/jpeg", "x" * 115 + ".jpeg"),
        ("x" * 114 + " y.jpeg", "image/jpeg", "x" * 114 + ".jpeg"),
        ("x" * 200, "image/jpeg", "x" * 116 + ".jpg"),
        (" . .png", "image/png", "png.png"),
        ("X ray X", "image/png", "X ray X.png"),
        ("X ray X.png", "image/png", "X ray X.png"),
    ],
)
def test_a_name_is_cut_and_cleaned_to_the_letter(name: str, media_type: str, cleaned: str) -> None:
    """What joins letters stays, what is invisible or a sign of a path goes, and the end is the type's."""
    assert rules.clean_name(name, media_type) == cleaned


def test_an_end_of_another_type_contradicts() -> None:
    """Each end of each type contradicts all types but its own; an unknown one contradicts none."""
    for kind, ends in rules.SUFFIXES.items():
        for end in ends:
            named = {other for other in rules.SUFFIXES if rules.contradicts(f" a{end.upper()} ", other)}
            assert named == set(rules.SUFFIXES) - {kind}
    assert not rules.contradicts("a.txt", "image/png")
