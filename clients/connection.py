"""Where the service is and who asks: what both clients are opened with."""

import os
import platform
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import httpx

from clients.calls import Call

DEFAULT_URL = "http://127.0.0.1:8000"
URL_VARIABLE = "HOMOLOGUE_CLIENT_URL"
TOKEN_VARIABLE = "HOMOLOGUE_CLIENT_TOKEN"  # noqa: S105 - the name of the variable, not a token
DEFAULT_RETRIES = 3


@dataclass(frozen=True)
class Connection:
    """Where the service is, who asks, in which language, and how patiently."""

    base_url: str
    token: str | None = field(repr=False)
    language: str | None
    timeout_seconds: float
    retries: int

    def headers(self) -> dict[str, str]:
        """Return the headers that every request carries."""
        headers = {"User-Agent": user_agent(), "Accept": "application/json, application/problem+json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if self.language:
            headers["Accept-Language"] = self.language
        return headers

    def request(self, call: Call[Any]) -> httpx.Request:
        """Return the request that stands for a call."""
        content = call.content()
        headers = self.headers() | call.conditions()
        headers |= {} if content is None else {"Content-Type": "application/json"}
        return httpx.Request(
            call.method,
            self.base_url + call.address(),
            params=call.parameters() or None,
            content=content,
            data=call.fields() or None,
            files={name: file.part() for name, file in call.files.items()} or None,
            headers=headers,
            extensions={"timeout": httpx.Timeout(self.timeout_seconds).as_dict()},
        )


def connection_to(
    base_url: str | None,
    token: str | None,
    *,
    language: str | None = None,
    timeout_seconds: float = 30.0,
    retries: int = DEFAULT_RETRIES,
) -> Connection:
    """Return a connection; what is not given is looked up in the environment."""
    address = base_url or os.environ.get(URL_VARIABLE) or DEFAULT_URL
    token = token or os.environ.get(TOKEN_VARIABLE) or None
    if not address.startswith(("http://", "https://")):
        raise ValueError(f"the address of the service begins with https:// or http://: {address!r}")
    if token is not None and not (token.isascii() and token.isprintable() and " " not in token):
        raise ValueError("the token holds characters that no token has")
    return Connection(address.rstrip("/"), token, language, timeout_seconds, retries)


def user_agent() -> str:
    """Return how this client introduces itself."""
    return f"homologue/{_version()} python/{platform.python_version()} httpx/{httpx.__version__}"


def _version() -> str:
    try:
        return version("homologue")
    except PackageNotFoundError:
        return "unpacked"
