"""One signed request to one address, and the number that it was answered with."""

import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

import httpx

from service.webhooks.addresses import Resolve, UnfitAddress, pinned, resolve

TIMEOUT_SECONDS = 8.0
"""For each step: to connect, to send, to wait for the answer's head."""
DEADLINE_SECONDS = 20.0
"""For the whole request, so that one that drips holds up nobody."""


class Answer(NamedTuple):
    """What came of a request: the status of the answer, or the code of why there is none."""

    status: int | None
    failure: str | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the other side took the event."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - success in HTTP


def post_event(
    url: str,
    payload: str,
    headers: Mapping[str, str],
    *,
    allows_loopback: bool,
    resolve_name: Resolve = resolve,
    trusted: ssl.SSLContext | None = None,
    deadline_seconds: float = DEADLINE_SECONDS,
) -> Answer:
    """Post an event to a public address. Redirects are not followed and the answer's body is not read."""
    named = httpx.URL(url)
    try:
        target = pinned(named, resolve_name, allows_loopback=allows_loopback)
    except UnfitAddress as error:
        return Answer(None, error.code)
    client = httpx.Client(
        trust_env=False,  # a proxy from the environment would connect to the name, not to what was checked
        follow_redirects=False,
        timeout=TIMEOUT_SECONDS,
        verify=True if trusted is None else trusted,
    )
    end = threading.Timer(deadline_seconds, client.close)
    end.daemon = True
    end.start()
    try:
        return _sent(client, target, named, payload, headers)
    finally:
        end.cancel()
        with suppress(httpx.HTTPError, RuntimeError):
            client.close()


def _sent(
    client: httpx.Client, target: httpx.URL, named: httpx.URL, payload: str, headers: Mapping[str, str]
) -> Answer:
    request = client.build_request(
        "POST",
        target,
        content=payload.encode(),
        headers={**headers, "Host": named.netloc.decode("ascii"), "Content-Type": "application/json"},
        extensions={"sni_hostname": named.raw_host.decode("ascii")},
    )
    try:
        answer = client.send(request, stream=True)
    except httpx.TimeoutException:
        return Answer(None, "timed_out")
    except (httpx.HTTPError, OSError, RuntimeError, ValueError):
        return Answer(None, "not_reached")
    status = answer.status_code
    with suppress(httpx.HTTPError, OSError, RuntimeError):
        answer.close()
    return Answer(status, None if Answer(status).is_taken else "refused")
