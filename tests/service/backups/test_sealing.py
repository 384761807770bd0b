"""Sealing: what was sealed comes back, and whatever was done to it is noticed."""

import io
import random

import pytest

from service.backups import sealing
from service.backups.errors import NotReadable
from service.backups.sealing import MAGIC, PIECE_BYTES, TAG_BYTES, SealedSink, SealedSource, is_sealed

PASSPHRASE = b"five invented words stand here"
HEAD_BYTES = len(MAGIC) + 1 + 16 + 7


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    # The file says how dear the key is, so a cheap one is read like any other.
    monkeypatch.setattr(sealing, "COST", 4)


def _sealed(content: bytes) -> bytes:
    out = io.BytesIO()
    sink = SealedSink(out, PASSPHRASE)
    for start in range(0, len(content), 50_000):
        sink.write(content[start : start + 50_000])
    sink.close()
    return out.getvalue()


def _opened(sealed: bytes, passphrase: bytes = PASSPHRASE) -> bytes:
    source = SealedSource(io.BytesIO(sealed), passphrase)
    return b"".join(iter(lambda: source.read(10_000), b""))


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES])
def test_what_was_sealed_comes_back(size: int) -> None:
    """Whatever its length, a stream comes back as it was, and its bytes stand nowhere in the file."""
    content = random.Random(size).randbytes(size)  # noqa: S311 - not a secret
    sealed = _sealed(content)
    assert _opened(sealed) == content
    assert is_sealed(io.BytesIO(sealed))
    assert size < 100 or content[:100] not in sealed


def test_another_passphrase_opens_nothing() -> None:
    """Without the passphrase there is nothing to read."""
    with pytest.raises(NotReadable):
        _opened(_sealed(b"confidential"), b"another")


@pytest.mark.parametrize("place", [3, len(MAGIC) + 4, HEAD_BYTES - 1, HEAD_BYTES + 9, PIECE_BYTES * 2, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    """A change anywhere, in the head too, is noticed before anything of that piece is used."""
    sealed = bytearray(_sealed(bytes(3 * PIECE_BYTES)))
    sealed[place] ^= 1
    with pytest.raises(NotReadable):
        _opened(bytes(sealed))


def test_pieces_that_are_gone_or_moved_are_noticed() -> None:
    """A file that was cut off, also between two pieces, or whose pieces changed places, is not read."""
    sealed = _sealed(bytes(PIECE_BYTES) + bytes(range(256)) * 256 + b"end")
    piece = PIECE_BYTES + TAG_BYTES
    head, first = sealed[:HEAD_BYTES], sealed[HEAD_BYTES : HEAD_BYTES + piece]
    second, rest = sealed[HEAD_BYTES + piece : HEAD_BYTES + 2 * piece], sealed[HEAD_BYTES + 2 * piece :]
    assert _opened(head + first + second + rest)
    for changed in (head, head + first, head + first + second, head + second + first + rest, sealed[:-1]):
        with pytest.raises(NotReadable):
            _opened(changed)
