"""Sealing a stream with a passphrase: scrypt for the key, AES-256-GCM for each piece.

The pieces are numbered, and the last one says that it is the last. So a piece that was changed, moved, left
out or cut off at the end is noticed, and nothing of it is used.
"""

import os
import struct
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from service.backups.errors import NotReadable

MAGIC = b"HOMOLOGUE-SEALED-1\n"
PIECE_BYTES = 64 * 1024
TAG_BYTES = 16
SALT_BYTES = 16
PREFIX_BYTES = 7
COST = 17
"""Base-2 logarithm of scrypt's cost: 128 MB of memory for each guess."""
MOST_COST = 20


class Sink(Protocol):
    """What can be written to."""

    def write(self, data: bytes, /) -> object:
        """Take some bytes."""


class SealedSink:
    """Seals what is written to it and passes it on. Nothing is whole before it is closed."""

    def __init__(self, out: Sink, passphrase: bytes) -> None:
        salt, self._prefix = os.urandom(SALT_BYTES), os.urandom(PREFIX_BYTES)
        self._head = MAGIC + bytes([COST]) + salt + self._prefix
        self._cipher = AESGCM(_key(passphrase, salt, COST))
        self._out = out
        self._waiting = bytearray()
        self._number = 0
        out.write(self._head)

    def write(self, data: bytes, /) -> int:
        """Take some bytes; full pieces go out as they come. The last piece waits for the end."""
        self._waiting += data
        while len(self._waiting) > PIECE_BYTES:
            self._send(bytes(self._waiting[:PIECE_BYTES]), is_last=False)
            del self._waiting[:PIECE_BYTES]
        return len(data)

    def close(self) -> None:
        """Send the last piece, which may be empty."""
        self._send(bytes(self._waiting), is_last=True)
        self._waiting.clear()

    def _send(self, piece: bytes, *, is_last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, is_last=is_last)
        self._out.write(self._cipher.encrypt(nonce, piece, self._head))
        self._number += 1


class SealedSource:
    """Gives what was sealed, piece by piece, each of them checked."""

    def __init__(self, source: BinaryIO, passphrase: bytes) -> None:
        self._head = source.read(len(MAGIC) + 1 + SALT_BYTES + PREFIX_BYTES)
        cost = self._head[len(MAGIC)] if len(self._head) > len(MAGIC) else 0
        if not self._head.startswith(MAGIC) or not 0 < cost <= MOST_COST:
            raise NotReadable("This file was not sealed by Homologue.")
        salt = self._head[len(MAGIC) + 1 : -PREFIX_BYTES]
        self._prefix = self._head[-PREFIX_BYTES:]
        self._cipher = AESGCM(_key(passphrase, salt, cost))
        self._source = source
        self._next = source.read(PIECE_BYTES + TAG_BYTES)
        if not self._next:
            raise NotReadable("The file is cut off.")
        self._ready = bytearray()
        self._number = 0

    def read(self, size: int, /) -> bytes:
        """Give up to so many bytes; none at the end."""
        while len(self._ready) < size and self._next:
            self._open()
        given = bytes(self._ready[:size])
        del self._ready[:size]
        return given

    def _open(self) -> None:
        piece, self._next = self._next, self._source.read(PIECE_BYTES + TAG_BYTES)
        nonce = _nonce(self._prefix, self._number, is_last=not self._next)
        try:
            self._ready += self._cipher.decrypt(nonce, piece, self._head)
        except InvalidTag:
            raise NotReadable("The passphrase is another one, or the file is damaged or cut off.") from None
        self._number += 1


def is_sealed(file: BinaryIO) -> bool:
    """Tell whether a file was sealed, and go back to its beginning."""
    beginning = file.read(len(MAGIC))
    file.seek(0)
    return beginning == MAGIC


def _key(passphrase: bytes, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**cost, r=8, p=1).derive(passphrase)


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    return prefix + struct.pack(">I?", number, is_last)
