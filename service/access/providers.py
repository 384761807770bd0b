"""Providers of sign-ins (OpenID Connect): which there are, and what they say of who signs in there.

What comes from a provider counts only after it was checked: the signature by the provider's own keys, who it
is from, whom it is for, until when, and that it answers the very question that was asked.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, NamedTuple
from urllib.parse import quote, urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from httpx import BasicAuth
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter

from service import clock
from service.access.errors import ProviderRefused, ProviderUnreachable
from service.errors import NotFound
from service.settings import Settings

SECONDS = 5
"""So long a provider is waited for, each time that it is asked."""
LEEWAY_SECONDS = 60
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signatures by the provider's public keys only; never none, never one with a secret that both know."""


class Provider(BaseModel):
    """A provider of sign-ins, as the settings name it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,32}$")]
    label: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    issuer: Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+[^\s?#/]$", max_length=500)]
    client_id: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    secret_file: Path | None = None
    """The file that holds the client's secret; none: a client without one."""
    scopes: str = "openid email profile"
    second_factor: tuple[str, ...] = ()
    """What of ``acr`` or ``amr`` says that a second factor was proved there."""

    def secret(self) -> str | None:
        """Read the client's secret."""
        return self.secret_file.read_text(encoding="utf-8").strip() if self.secret_file else None


class Asked(NamedTuple):
    """What a provider was asked with; its answer has to fit."""

    state: str
    nonce: str
    verifier: str


class Said(NamedTuple):
    """What a provider says of somebody, checked."""

    issuer: str
    subject: str
    email: str | None
    """Only where the provider vouches for it."""
    name: str
    has_second_factor: bool


class WrongProviders(Exception):
    """The setting does not name providers as it should."""


def providers_of(settings: Settings) -> tuple[Provider, ...]:
    """Return the providers that the settings name."""
    return _read(settings.oidc_providers)


def provider_of(settings: Settings, code: str) -> Provider:
    """Return one provider."""
    found = next((one for one in providers_of(settings) if one.code == code), None)
    if found is None:
        raise NotFound
    return found


def address_to_ask(provider: Provider, asked: Asked, back_to: str) -> str:
    """Return where a browser is sent to sign in at the provider."""
    return str(
        prepare_grant_uri(
            _described(provider)["authorization_endpoint"],
            client_id=provider.client_id,
            response_type="code",
            redirect_uri=back_to,
            scope=provider.scopes,
            state=asked.state,
            nonce=asked.nonce,
            code_challenge=create_s256_code_challenge(asked.verifier),
            code_challenge_method="S256",
        )
    )


def what_it_says(provider: Provider, asked: Asked, code: str, back_to: str) -> Said:
    """Change the code that came back for what the provider says of who signed in, and check all of it."""
    described = _described(provider)
    token = _changed(provider, described["token_endpoint"], asked, code, back_to)
    keys = _fetched(described["jwks_uri"])
    try:
        claims = _checked(provider, asked, str(token.get("id_token", "")), keys)
    except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as error:
        raise ProviderRefused from error
    return _said(provider, claims, _more(described, claims, str(token.get("access_token", ""))))


@lru_cache(maxsize=8)
def _read(text: str) -> tuple[Provider, ...]:
    if not text.strip():
        return ()
    try:
        written = text if text.lstrip().startswith("[") else Path(text).read_text(encoding="utf-8")
        found = TypeAdapter(tuple[Provider, ...]).validate_json(written)
    except (OSError, ValueError) as error:
        raise WrongProviders("HOMOLOGUE_OIDC_PROVIDERS names no providers, nor a file that does") from error
    if len({one.code for one in found}) != len(found) or not all(_is_safe(one.issuer) for one in found):
        raise WrongProviders("providers of sign-ins need https and codes of their own")
    return found


def _described(provider: Provider) -> Mapping[str, Any]:
    described = _fetched(f"{provider.issuer}/.well-known/openid-configuration")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if described.get("issuer") != provider.issuer:
        raise ProviderUnreachable
    if not all(isinstance(described.get(name), str) and _is_safe(described[name]) for name in names):
        raise ProviderUnreachable
    return described


def _changed(provider: Provider, address: str, asked: Asked, code: str, back_to: str) -> Mapping[str, Any]:
    """Change the code for tokens. It takes a code once, and only with what proves who asked."""
    if not code:
        raise ProviderRefused
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back_to,
        "client_id": provider.client_id,
        "code_verifier": asked.verifier,
    }
    secret = provider.secret()
    proof = BasicAuth(quote(provider.client_id, safe=""), quote(secret, safe="")) if secret else None
    return _read_from(lambda: httpx.post(address, data=form, auth=proof, timeout=SECONDS))


def _fetched(address: str, token: str = "") -> Mapping[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        return _read_from(lambda: httpx.get(address, headers=headers, timeout=SECONDS))
    except ProviderRefused as refusal:
        raise ProviderUnreachable from refusal


def _read_from(ask: Callable[[], httpx.Response]) -> Mapping[str, Any]:
    try:
        answer = ask()
        found = answer.json() if answer.is_success else {}
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise ProviderUnreachable from error
    if answer.is_client_error:
        raise ProviderRefused
    if not answer.is_success or not isinstance(found, dict):
        raise ProviderUnreachable
    return found


def _checked(provider: Provider, asked: Asked, written: str, keys: Mapping[str, Any]) -> Mapping[str, Any]:
    known = KeySet.import_key_set(keys)  # type: ignore[arg-type] # it checks what it is given
    read = jwt.decode(written, known, algorithms=ALGORITHMS)
    claims = CodeIDToken(
        read.claims,
        read.header,
        options={
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
        },
        params={"nonce": asked.nonce, "client_id": provider.client_id},
    )
    claims.validate(now=int(clock.now().timestamp()), leeway=LEEWAY_SECONDS)
    return dict(claims)


def _more(described: Mapping[str, Any], claims: Mapping[str, Any], token: str) -> Mapping[str, Any]:
    """Return what the provider says elsewhere, where the signed token itself names no address."""
    address = described.get("userinfo_endpoint")
    if "email" in claims or not token or not isinstance(address, str) or not _is_safe(address):
        return {}
    found = _fetched(address, token)
    return found if found.get("sub") == claims["sub"] else {}


def _said(provider: Provider, claims: Mapping[str, Any], more: Mapping[str, Any]) -> Said:
    every = {**more, **claims}
    email, name = every.get("email"), every.get("name")
    is_proved = isinstance(email, str) and every.get("email_verified") is True
    methods = claims.get("amr") if isinstance(claims.get("amr"), list) else []
    strong = {claims.get("acr"), *(one for one in methods or () if isinstance(one, str))}
    return Said(
        issuer=provider.issuer,
        subject=str(claims["sub"])[:255],
        email=str(email).lower() if is_proved else None,
        name=str(name).strip()[:200] if isinstance(name, str) else "",
        has_second_factor=not strong.isdisjoint(provider.second_factor),
    )


def _is_safe(address: str) -> bool:
    """Tell whether the way to an address is encrypted, or does not leave this machine."""
    parts = urlsplit(address)
    if parts.scheme == "https":
        return True
    try:
        return parts.scheme == "http" and ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname == "localhost"
