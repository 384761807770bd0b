"""The project's documents, read the way a reader uses them: what they link to, what they tell one to type."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_OURS = {".venv", "var", "node_modules", "dist"}

_FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?:(?<=\n\n)|\A)(?:(?: {4}|\t).*\n|\n(?= {4}|\t))+")
_INLINE = re.compile(r"`([^`\n]+)`")
_LINKS = (
    re.compile(r"\]\(<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\)"),
    re.compile(r"^\[[^\]]+\]:\s+<?([^>\s]+)>?", re.MULTILINE),
    re.compile(r"<(?:img|a)\s[^>]*?(?:src|href)=\"([^\"]+)\""),
)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


@dataclass(frozen=True)
class Document:
    """One document of the project."""

    path: Path

    def __str__(self) -> str:
        """Give its place in the project."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def text(self) -> str:
        """Give all of it."""
        return self.path.read_text(encoding="utf-8")

    def code(self) -> list[str]:
        """Give every line of its code blocks and every piece of code in its sentences."""
        blocks = [match[0] for kind in (_FENCED, _INDENTED) for match in kind.finditer(self.text)]
        lines = [line.strip() for block in blocks for line in _joined(block).splitlines()]
        return [*lines, *_INLINE.findall(_FENCED.sub("", self.text))]

    def links(self) -> Iterator[str]:
        """Give what it links to within the project: links, pictures, both ways of writing them."""
        prose = _INLINE.sub("", _FENCED.sub("", self.text))
        for kind in _LINKS:
            yield from (target for target in kind.findall(prose) if not _ELSEWHERE.match(target))

    def headings(self) -> set[str]:
        """Give the names under which its headings can be linked to."""
        found = re.findall(r"^#{1,6} +(.+?) *$", _FENCED.sub("", self.text), re.MULTILINE)
        return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}

    def section(self, heading: str) -> str:
        """Give what stands under a heading of the second level.

        Raises
        ------
        ValueError
            There is no such heading.
        """
        _, _, rest = self.text.partition(f"\n## {heading}\n")
        if not rest:
            raise ValueError(f"{self} has no heading {heading!r}")
        return rest.partition("\n## ")[0]


def documents() -> list[Document]:
    """Give every document of the project."""
    found = sorted(ROOT.rglob("*.md"))
    return [Document(path) for path in found if not _is_left_out(path.relative_to(ROOT))]


def _is_left_out(path: Path) -> bool:
    return any(part in NOT_OURS or part.startswith(".") for part in path.parts)


def _joined(block: str) -> str:
    return re.sub(r"\\\n\s*", " ", block)
