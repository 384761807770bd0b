"""An authenticator in software: it makes real keys and signs real bytes, as a security key does."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import encode_cbor

from tests.service.access.conftest import HOME

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text_of(data: bytes) -> str:
    """Write bytes as browsers do."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    """Read bytes as browsers write them."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One device with one key."""

    origin: str = HOME
    verifies: bool = True
    uses: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def register(self, options: dict[str, Any], **changed: Any) -> dict[str, str]:
        """Answer what ``navigator.credentials.create`` answers."""
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        place = len(self.credential_id).to_bytes(2, "big")
        data = self._data(options["rp"]["id"], ATTESTED) + bytes(16) + place + self.credential_id
        attestation = {"fmt": "none", "attStmt": {}, "authData": data + encode_cbor(cose)}
        return {
            "credential_id": text_of(self.credential_id),
            "client_data": text_of(self._client_data("webauthn.create", options, changed)),
            "attestation": text_of(encode_cbor(attestation)),
        }

    def answer(self, options: dict[str, Any], **changed: Any) -> dict[str, str]:
        """Answer what ``navigator.credentials.get`` answers."""
        self.uses = changed.pop("uses", self.uses + 1)
        client_data = self._client_data("webauthn.get", options, changed)
        data = self._data(options["rpId"])
        signed = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return {
            "credential_id": text_of(self.credential_id),
            "client_data": text_of(client_data),
            "authenticator_data": text_of(data),
            "signature": text_of(signed),
        }

    def _data(self, domain: str, more: int = 0) -> bytes:
        flags = PRESENT | (VERIFIED if self.verifies else 0) | more
        return hashlib.sha256(domain.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _client_data(self, kind: str, options: dict[str, Any], changed: dict[str, Any]) -> bytes:
        told = {"type": kind, "challenge": options["challenge"], "origin": self.origin} | changed
        return json.dumps(told).encode()
