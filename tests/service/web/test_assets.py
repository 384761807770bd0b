"""What the pages carry: as it was made, small, from nowhere else, readable light, dark, from either side."""

import gzip
import json
import re
from hashlib import sha256

import pytest

from service.web.rendering import STATIC

ASSETS = STATIC.parent / "assets"
SHEETS = ("homologue.css", "homologue.rtl.css")
AA = 4.5
ON_THE_WIRE_BYTES = 16_000
PAIRS = [
    ("govuk-text-colour", "govuk-body-background-colour"),
    ("govuk-text-colour", "govuk-surface-background-colour"),
    ("govuk-secondary-text-colour", "govuk-body-background-colour"),
    ("govuk-secondary-text-colour", "govuk-surface-background-colour"),
    ("govuk-link-colour", "govuk-body-background-colour"),
    ("govuk-link-colour", "govuk-surface-background-colour"),
    ("govuk-link-visited-colour", "govuk-body-background-colour"),
    ("govuk-link-hover-colour", "govuk-surface-background-colour"),
    ("govuk-error-colour", "govuk-body-background-colour"),
    ("govuk-inverse-text-colour", "govuk-brand-colour"),
    ("govuk-inverse-text-colour", "govuk-success-colour"),
]


def test_what_is_carried_is_what_the_notices_say() -> None:
    """Style sheets and scripts have the hashes that NOTICES.md states; none is carried without one."""
    notices = (STATIC / "NOTICES.md").read_text(encoding="utf-8")
    stated = {
        name: digest for digest, name in re.findall(r"^    ([0-9a-f]{64})  (\S+)$", notices, re.MULTILINE)
    }
    ours = {STATIC / "passkeys.js", STATIC / "network.js"}
    carried = [path for path in STATIC.rglob("*") if path.suffix in {".css", ".js"} and path not in ours]
    assert carried
    for path in carried:
        name = path.relative_to(STATIC).as_posix()
        assert stated[name] == sha256(path.read_bytes()).hexdigest(), name


def test_packages_are_named_exactly_and_noted() -> None:
    """Each package that the assets are made from has one exact version, the one whose hash is noted."""
    notices = (STATIC / "NOTICES.md").read_text(encoding="utf-8")
    package = json.loads((ASSETS / "package.json").read_text(encoding="utf-8"))
    versions = package["dependencies"] | package["devDependencies"]
    for name, version in versions.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert re.search(
            rf"^    [0-9a-f]{{64}}  {re.escape(f'{name}-{version}')}\.tgz\b", notices, re.MULTILINE
        )


@pytest.mark.parametrize("name", SHEETS)
def test_a_style_sheet_is_small_and_loads_nothing(name: str) -> None:
    """A sheet is under 16 KB on the wire and asks for no file of anybody's: no typeface, picture or sheet."""
    content = (STATIC / name).read_bytes()
    assert len(gzip.compress(content, 9)) < ON_THE_WIRE_BYTES
    assert not re.findall(
        r"url\(|@import|@font-face|GDS Transport|crown", content.decode().partition("\n")[2]
    )


def test_own_styles_know_no_left_and_right() -> None:
    """Sides are named by the direction of reading in all that we write ourselves."""
    sources = [path.read_text(encoding="utf-8") for path in sorted((ASSETS / "style").glob("*.scss"))]
    sides = (
        r"(?:margin|padding|border)-(?:left|right)|(?<![-\w])(?:left|right)\s*:|text-align:\s*(?:left|right)"
    )
    assert sources
    assert not re.findall(sides, "\n".join(sources))


def test_the_other_sheet_reads_from_the_right() -> None:
    """Where one sheet says left, the other says right; a tick stays a tick, an arrow is turned round."""
    left, right = ((STATIC / name).read_text(encoding="utf-8") for name in SHEETS)
    assert len(re.findall(r"text-align:\s*left", left)) == len(re.findall(r"text-align:\s*right", right)) > 0
    assert "scaleX(-1)}" in right.rpartition(".govuk-pagination__icon")[2]
    assert (
        "rotate(-45deg)"
        in right.rpartition("}.govuk-checkboxes--small")[0].rpartition("::after{transform")[2]
    )


@pytest.mark.parametrize("looks", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(text: str, ground: str, looks: str) -> None:
    """Every pair of text and ground has the contrast that level AA asks for, light and dark."""
    colours = _colours(is_dark=looks == "dark")
    lighter, darker = sorted((_luminance(colours[text]), _luminance(colours[ground])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= AA


def _colours(*, is_dark: bool) -> dict[str, str]:
    sheet = (STATIC / SHEETS[0]).read_text(encoding="utf-8")
    light, _, dark = sheet.partition("prefers-color-scheme: dark")
    assert dark
    return _first(light) | (_first(dark) if is_dark else {})


def _first(rules: str) -> dict[str, str]:
    """Return what each colour is called first, which is for the whole page."""
    found: dict[str, str] = {}
    for name, colour in re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{3,6})", rules):
        found.setdefault(name, colour)
    return found


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
