"""Keys that this instance seals with: one secret, and a key of its own for each purpose.

The secret is a setting, or a file in the data folder that only its owner reads. Processes that share a
database must share the secret: whoever loses it cannot open any more what was sealed with it.
"""

import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.settings import Settings

FILE = "secret"
KEY_BYTES = 32


class UnreadableSecret(Exception):
    """The file of the secret holds something else; a new one would leave what is sealed unreadable."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"{file} does not hold the secret of this instance; bring it back from a backup")


def key_for(purpose: str, settings: Settings) -> bytes:
    """Return the 32 bytes that one purpose seals with; they tell nothing of those of another purpose."""
    return _derived(purpose, settings.secret or _kept(_whole(settings.data_dir)))


@lru_cache(maxsize=256)
def _derived(purpose: str, secret: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"homologue {purpose}".encode()).derive(secret.encode())


# Asking the system each time where a folder really is takes longer than all the rest.
@lru_cache(maxsize=16)
def _whole(folder: Path) -> Path:
    return folder.resolve()


@lru_cache(maxsize=16)
def _kept(folder: Path) -> str:
    file = folder / FILE
    if not file.exists():
        _write_new(file)
    secret = file.read_text(encoding="ascii", errors="replace").strip()
    if len(secret) != 2 * KEY_BYTES or not secret.isalnum():
        raise UnreadableSecret(file)
    return secret


def _write_new(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{FILE}-{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as writing:
        writing.write(secrets.token_hex(KEY_BYTES))
        writing.flush()
        os.fsync(writing.fileno())
    try:
        # Of two processes that start at once, one file stands, whole; the other one reads it.
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def seal(key: bytes, plain: bytes, bound_to: str) -> bytes:
    """Seal what only this instance may open, for one place; the same text becomes the same each time."""
    return AESSIV(key).encrypt(plain, [bound_to.encode()])


def unseal(key: bytes, sealed: bytes, bound_to: str) -> bytes | None:
    """Open what was sealed; nothing if it was sealed for another place, with another key, or was changed."""
    try:
        return AESSIV(key).decrypt(sealed, [bound_to.encode()])
    except (InvalidTag, ValueError):
        return None
