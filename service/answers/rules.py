"""Which keys are fit, and how an answer is named and sealed. No database, no web."""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.caller import Caller
from service.keys import KEY_BYTES

PURPOSE = "kept answers"
LONGEST_ANSWER_BYTES = 1_000_000
SHORTEST_OF_NOBODY = 22
"""Somebody who is not signed in is known by the key alone, so it must not be guessed: 128 bits in base64."""
_FIT = re.compile(r"[\x21-\x7e]{8,200}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that carries a key: under which name its answer is kept, and how it is recognised."""

    name: str
    """What the caller and the key are called in the table; neither can be told from it."""
    lock: int
    """The same as a number, for a lock."""
    request: str
    """Digest of what was asked: another one with the same key is refused."""
    duties: str
    """Digest of the caller's duties: who lost one does not get what was answered to it before."""
    sealing: bytes
    """What the answer is sealed with. It comes from the key, which is not kept."""


def is_fit(key: str, caller: Caller) -> bool:
    """Tell whether a key is one that a caller may use."""
    return _FIT.fullmatch(key) is not None and (caller.is_signed_in or len(key) >= SHORTEST_OF_NOBODY)


def asked_with(
    secret: bytes, caller: Caller, key: str, request: Sequence[bytes], *, is_form: bool = False
) -> Asked:
    """Return a request with its key, as it is looked up and kept.

    Whoever goes back to a form, changes it and sends it again wants another thing, not a refusal: the key of
    a form is for what it says, and for the session in which it was sent.
    """
    owner = [(caller.account_id or "nobody").encode(), key.encode()]
    name = _mac(secret, *owner, *([(caller.session_id or "").encode(), *request] if is_form else ()))
    sealing = HKDF(SHA256(), KEY_BYTES, salt=secret, info=name.encode()).derive(key.encode())
    duties = sorted(f"{duty.role} {duty.stakeholder_id}" for duty in caller.duties)
    return Asked(
        name=name,
        lock=int(name[:16], 16) - 2**63,
        request=_mac(sealing, *request),
        duties=_mac(sealing, *(duty.encode() for duty in duties)),
        sealing=sealing,
    )


def _mac(secret: bytes, *parts: bytes) -> str:
    # Each part by its own digest, so that no two lists of parts read alike.
    return hmac.digest(secret, b"".join(sha256(part).digest() for part in parts), "sha256").hex()
