"""Files that belong to needs, offers and messages."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from clients.models.parts import Answer


@dataclass(frozen=True)
class Upload:
    """A file to be sent: what it is called, and what it holds or where it lies."""

    name: str
    content: bytes | Path

    @classmethod
    def of(cls, path: str | Path) -> "Upload":
        """Return the upload of a file, under its own name."""
        return cls(Path(path).name, Path(path))

    def part(self) -> tuple[str, Any]:
        """Return it as part of a form; a file is read while it is sent."""
        content = self.content
        return self.name, content if isinstance(content, bytes) else OnDisk(content)


class OnDisk:
    """A file that is opened when its first piece is asked for and closed after its last one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: BinaryIO | None = None

    def read(self, size: int = -1) -> bytes:
        """Give the next piece."""
        if self._opened is None:
            self._opened = self._path.open("rb")
        piece = self._opened.read(size)
        if not piece:
            self._opened.close()
        return piece


class Attachment(Answer):
    """A file that belongs to a thing."""

    id: str
    purpose: str
    """``file``, or ``letter``: what a registration on a state's behalf rests on."""
    name: str
    media_type: str
    """Found in the file itself."""
    size_bytes: int
    sha256: str
    added_at: datetime
    may_withdraw: bool


class Attachments(Answer):
    """The files of a thing, in the order in which they came."""

    items: list[Attachment]
    may_add: bool
