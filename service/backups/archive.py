"""The file: a compressed tar of JSON lines, so that it can be read without this program.

First ``header.json`` says what is in it, then come the tables in parts (``tables/need/00001.jsonl``), and at
last ``manifest.json`` says how many rows each had and their digest. It is written and read as a stream.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from service.backups.errors import NotReadable
from service.backups.sealing import SealedSink, SealedSource, is_sealed
from service.backups.values import Kind

FORMAT = "homologue-backup"
VERSION = 1
PART_BYTES = 4_000_000
MOST_MEMBER_BYTES = 200_000_000
_NOT_WHOLE = "The file is no backup of Homologue, or it is damaged or cut off."


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Said = TypeVar("Said", bound=_Said)


class TableContent(_Said):
    """A table: its columns with the kinds of their values, its key, and how many rows it has."""

    name: str
    columns: dict[str, Kind]
    key: list[str]
    own_references: list[str] = []
    """Columns that refer to rows of the same table."""
    rows: int


class Header(_Said):
    """What a backup says of itself before its rows."""

    format: str = FORMAT
    version: int = VERSION
    made_at: str
    database: str
    revision: str
    tables: list[TableContent]


class Sum(_Said):
    """How many rows of a table were written, and the digest over their lines."""

    rows: int
    sha256: str


class Manifest(_Said):
    """What a backup says of itself after its rows."""

    tables: dict[str, Sum]


class ArchiveWriter:
    """Writes a backup to an open file."""

    def __init__(self, file: BinaryIO, header: Header, passphrase: bytes | None) -> None:
        self._sealed = SealedSink(file, passphrase) if passphrase else None
        out = cast("BinaryIO", self._sealed or file)
        self._tar = tarfile.open(fileobj=out, mode="w|gz")  # noqa: SIM115 - closed in `close`
        self._sums: dict[str, Sum] = {}
        self._add("header.json", header.model_dump_json(indent=1).encode())

    def add_table(self, name: str, lines: Iterable[str]) -> None:
        """Write the rows of a table, in parts."""
        digest, rows, part, waiting = hashlib.sha256(), 0, 0, bytearray()
        for line in lines:
            rows += 1
            waiting += line.encode() + b"\n"
            if len(waiting) >= PART_BYTES:
                part += 1
                self._add_part(name, part, waiting, digest)
        if waiting:
            self._add_part(name, part + 1, waiting, digest)
        self._sums[name] = Sum(rows=rows, sha256=digest.hexdigest())

    def close(self) -> Manifest:
        """Write the manifest and what is still waiting."""
        manifest = Manifest(tables=self._sums)
        self._add("manifest.json", manifest.model_dump_json(indent=1).encode())
        self._tar.close()
        if self._sealed:
            self._sealed.close()
        return manifest

    def _add_part(self, name: str, number: int, waiting: bytearray, digest: Any) -> None:
        digest.update(waiting)
        self._add(f"tables/{name}/{number:05}.jsonl", bytes(waiting))
        waiting.clear()

    def _add(self, name: str, content: bytes) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(content), 0o600
        self._tar.addfile(member, io.BytesIO(content))


class ArchiveReader:
    """Reads a backup from an open file: first the header, then the lines, then whether they were whole."""

    def __init__(self, file: BinaryIO, passphrase: bytes | None) -> None:
        if is_sealed(file) and not passphrase:
            raise NotReadable("The file is sealed: name the file that holds its passphrase.")
        source = SealedSource(file, passphrase) if is_sealed(file) and passphrase else file
        self._members = _members(cast("BinaryIO", source))
        self._digests: dict[str, Any] = {}
        self._rows: dict[str, int] = {}
        self.header = self._read_header()

    def lines(self) -> Iterator[tuple[str, str]]:
        """Give each line with the name of its table, and check them all at the end.

        Raises
        ------
        NotReadable
            Something is missing, changed or cut off.
        """
        for name, content in self._members:
            if name == "manifest.json":
                self._check(_parsed(Manifest, content))
                return
            folder, table = name.split("/")[:2]
            if folder != "tables":
                break
            self._digests.setdefault(table, hashlib.sha256()).update(content)
            for line in content.decode().split("\n")[:-1]:
                self._rows[table] = self._rows.get(table, 0) + 1
                yield table, line
        raise NotReadable(_NOT_WHOLE)

    def _read_header(self) -> Header:
        name, content = next(self._members, ("", b""))
        if name != "header.json":
            raise NotReadable(_NOT_WHOLE)
        said = json.loads(content)
        if said.get("format") != FORMAT or said.get("version") != VERSION:
            raise NotReadable("The backup is of a form that this version does not read.")
        return _parsed(Header, content)

    def _check(self, manifest: Manifest) -> None:
        found = {
            table.name: Sum(
                rows=self._rows.get(table.name, 0),
                sha256=self._digests.get(table.name, hashlib.sha256()).hexdigest(),
            )
            for table in self.header.tables
        }
        announced = {table.name: table.rows for table in self.header.tables}
        if found != manifest.tables or announced != {name: one.rows for name, one in found.items()}:
            raise NotReadable(_NOT_WHOLE)


def _members(source: BinaryIO) -> Iterator[tuple[str, bytes]]:
    try:
        with tarfile.open(fileobj=source, mode="r|gz") as tar:
            for member in tar:
                content = tar.extractfile(member) if member.size <= MOST_MEMBER_BYTES else None
                if content is None:
                    raise NotReadable(_NOT_WHOLE)
                yield member.name, content.read()
    except (tarfile.TarError, EOFError, OSError) as error:
        raise NotReadable(_NOT_WHOLE) from error


def _parsed(kind: type[Said], content: bytes) -> Said:
    try:
        return kind.model_validate_json(content)
    except ValidationError as error:
        raise NotReadable(_NOT_WHOLE) from error
