"""Passkeys (WebAuthn): registered, and asked to sign in or to prove a second factor.

A challenge is signed once and within five minutes. What a passkey signs names our origin, so it is worth
nothing to a page elsewhere that looks like ours.
"""

import hmac
import secrets
from typing import Any, NamedTuple

from sqlmodel import Session, col, delete, select
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import bytes_to_base64url, options_to_json_dict, parse_client_data_json
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from service import clock
from service.access import rules
from service.access.errors import PasskeyRefused
from service.access.rules import Purpose
from service.access.schemas import PasskeyProof, PasskeyRegistration
from service.access.tables import Account, Passkey, PasskeyChallenge
from service.caller import Caller
from service.database.columns import new_id
from service.errors import FieldFault, InvalidInput, NotFound
from service.journal.commands import record
from service.keys import key_for
from service.settings import Settings
from service.texts import N_
from service.web.visitors import passkey_domain, passkey_origin

NAME = "Homologue"
MOST_PASSKEYS = 20
_TIMEOUT_MS = 300_000


class ProvedPasskey(NamedTuple):
    """A passkey that signed what it was asked to."""

    row: Passkey
    verified_user: bool
    """Whether the device made sure who holds it: by a fingerprint, a face or a code."""


def ask_to_register(session: Session, caller: Caller, settings: Settings) -> dict[str, Any]:
    """Return what a browser needs to make a passkey for the caller."""
    account = session.get_one(Account, caller.account_id)
    options = generate_registration_options(
        rp_id=passkey_domain(settings),
        rp_name=NAME,
        user_id=account.id.encode(),
        user_name=account.email,
        user_display_name=account.name,
        challenge=_new_challenge(session, "register", account.id),
        timeout=_TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_known(session, account.id),
    )
    return options_to_json_dict(options)


def add_passkey(
    session: Session, caller: Caller, settings: Settings, registration: PasskeyRegistration
) -> Passkey:
    """Keep the public half of a passkey that the caller made for the challenge."""
    account_id = caller.account_id or ""
    challenge = _used_challenge(session, registration.client_data, "register", account_id)
    made = _verified_registration(registration, challenge, settings)
    if len(list_passkeys(session, account_id)) >= MOST_PASSKEYS:
        raise InvalidInput(
            FieldFault("label", "too_many", N_("You have 20 passkeys already. Remove one first."))
        )
    row = Passkey(
        id=new_id("passkey"),
        account_id=account_id,
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=bytes_to_base64url(made.credential_public_key),
        uses=made.sign_count,
        label=registration.label,
        added_at=clock.now(),
    )
    if session.exec(select(Passkey.id).where(Passkey.credential_id == row.credential_id)).first():
        raise PasskeyRefused
    session.add(row)
    session.flush()
    record(session, caller, "passkey.added", f"account:{account_id}", {"passkey": row.id})
    return row


def ask_to_sign_in(session: Session, settings: Settings, email: str | None = None) -> dict[str, Any]:
    """Return what a browser needs to let a passkey sign in.

    With an address its passkeys are named, for those that keep no account themselves; one that nobody has
    gets an answer of the same form.
    """
    allowed = _known_by_email(session, email, settings) if email else []
    options = generate_authentication_options(
        rp_id=passkey_domain(settings),
        challenge=_new_challenge(session, "sign_in", None),
        timeout=_TIMEOUT_MS,
        allow_credentials=allowed,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def ask_for_second_factor(session: Session, account_id: str, settings: Settings) -> dict[str, Any]:
    """Return what a browser needs to let a passkey of an account be the second factor."""
    options = generate_authentication_options(
        rp_id=passkey_domain(settings),
        challenge=_new_challenge(session, "second_factor", account_id),
        timeout=_TIMEOUT_MS,
        allow_credentials=_known(session, account_id),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return options_to_json_dict(options)


def prove_passkey(
    session: Session, settings: Settings, proof: PasskeyProof, purpose: Purpose, account_id: str | None = None
) -> ProvedPasskey:
    """Check what a passkey signed. Its own count of uses must rise, or a copy of it is about."""
    challenge = _used_challenge(session, proof.client_data, purpose, account_id)
    query = select(Passkey).where(Passkey.credential_id == proof.credential_id).with_for_update()
    row = session.exec(query).first()
    if row is None or (account_id is not None and row.account_id != account_id):
        raise PasskeyRefused
    made = _verified_proof(proof, row, challenge, settings, is_alone=purpose == "sign_in")
    row.uses = made.new_sign_count
    row.last_used_on = clock.today()
    session.add(row)
    return ProvedPasskey(row, made.user_verified)


def list_passkeys(session: Session, account_id: str) -> list[Passkey]:
    """Return the passkeys of an account, oldest first."""
    query = select(Passkey).where(Passkey.account_id == account_id)
    return list(session.exec(query.order_by(col(Passkey.added_at), col(Passkey.id))))


def find_passkey(session: Session, caller: Caller, passkey_id: str) -> Passkey:
    """Return one of one's own passkeys."""
    row = session.get(Passkey, passkey_id)
    if row is None or row.account_id != caller.account_id:
        raise NotFound
    return row


def remove_passkey(session: Session, caller: Caller, row: Passkey) -> None:
    """Forget a passkey; what it signs counts no more."""
    session.delete(row)
    session.flush()
    record(session, caller, "passkey.removed", f"account:{row.account_id}", {"passkey": row.id})


def _new_challenge(session: Session, purpose: Purpose, account_id: str | None) -> bytes:
    now = clock.now()
    session.exec(delete(PasskeyChallenge).where(col(PasskeyChallenge.expires_at) < now))
    challenge = secrets.token_bytes(32)
    session.add(
        PasskeyChallenge(
            digest=rules.digest_of(challenge.hex()),
            purpose=purpose,
            account_id=account_id,
            expires_at=now + rules.CHALLENGE_LASTS,
        )
    )
    session.flush()
    return challenge


def _used_challenge(session: Session, client_data: str, purpose: Purpose, account_id: str | None) -> bytes:
    """Return the challenge that was signed, if it was ours and waits; it waits no more."""
    try:
        challenge: bytes = parse_client_data_json(base64url_to_bytes(client_data)).challenge
    except Exception:  # noqa: BLE001 - what strange bytes do to a parser has no list
        raise PasskeyRefused from None
    of_account = (
        col(PasskeyChallenge.account_id).is_(None)
        if account_id is None
        else col(PasskeyChallenge.account_id) == account_id
    )
    used = session.exec(
        delete(PasskeyChallenge).where(
            col(PasskeyChallenge.digest) == rules.digest_of(challenge.hex()),
            col(PasskeyChallenge.purpose) == purpose,
            of_account,
            col(PasskeyChallenge.expires_at) > clock.now(),
        )
    )
    if used.rowcount != 1:
        raise PasskeyRefused
    return challenge


def _verified_registration(
    registration: PasskeyRegistration, challenge: bytes, settings: Settings
) -> VerifiedRegistration:
    try:
        return verify_registration_response(
            credential=RegistrationCredential(
                id=registration.credential_id,
                raw_id=base64url_to_bytes(registration.credential_id),
                response=AuthenticatorAttestationResponse(
                    client_data_json=base64url_to_bytes(registration.client_data),
                    attestation_object=base64url_to_bytes(registration.attestation),
                ),
            ),
            expected_challenge=challenge,
            expected_rp_id=passkey_domain(settings),
            expected_origin=passkey_origin(settings),
        )
    except Exception:  # noqa: BLE001 - as above
        raise PasskeyRefused from None


def _verified_proof(
    proof: PasskeyProof, row: Passkey, challenge: bytes, settings: Settings, *, is_alone: bool
) -> VerifiedAuthentication:
    try:
        return verify_authentication_response(
            credential=AuthenticationCredential(
                id=proof.credential_id,
                raw_id=base64url_to_bytes(proof.credential_id),
                response=AuthenticatorAssertionResponse(
                    client_data_json=base64url_to_bytes(proof.client_data),
                    authenticator_data=base64url_to_bytes(proof.authenticator_data),
                    signature=base64url_to_bytes(proof.signature),
                ),
            ),
            expected_challenge=challenge,
            expected_rp_id=passkey_domain(settings),
            expected_origin=passkey_origin(settings),
            credential_public_key=base64url_to_bytes(row.public_key),
            credential_current_sign_count=row.uses,
            # Alone it stands for both factors: what one has, and what one knows or is.
            require_user_verification=is_alone,
        )
    except Exception:  # noqa: BLE001 - as above
        raise PasskeyRefused from None


def _known(session: Session, account_id: str) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential_id))
        for row in list_passkeys(session, account_id)
    ]


def _known_by_email(session: Session, email: str, settings: Settings) -> list[PublicKeyCredentialDescriptor]:
    account_id = session.exec(select(Account.id).where(Account.email == email)).first()
    found = _known(session, account_id) if account_id else []
    if found:
        return found
    # The same each time for the same address, as that of a real passkey would be.
    nobodys = hmac.digest(key_for("passkeys of nobody", settings), email.encode(), "sha256")
    return [PublicKeyCredentialDescriptor(id=nobodys)]
