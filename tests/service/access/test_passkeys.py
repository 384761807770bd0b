"""Passkeys, with an authenticator that makes real keys and signs real bytes."""

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from service import clock
from service.web.headers import CONTENT_SECURITY_POLICY
from tests.service.access.authenticator import Authenticator, bytes_of, text_of
from tests.service.access.conftest import OWN, Member, bearer, browse, sign_in
from tests.service.desks.reading import BROWSER

API = "/api/v1"


def _options(
    web: TestClient, path: str, headers: dict[str, str] | None = None, **body: Any
) -> dict[str, Any]:
    answer = web.post(f"{API}{path}", json=body, headers=headers or {})
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["public_key"])


def _add(web: TestClient, secret: str, device: Authenticator, **changed: Any) -> Response:
    made = device.register(_options(web, "/me/passkeys/options", bearer(secret)), **changed)
    added: Response = web.post(
        f"{API}/me/passkeys", json={"label": "Office laptop", **made}, headers=bearer(secret)
    )
    return added


def _with_passkey(web: TestClient, member: Member, **how: Any) -> tuple[Authenticator, str]:
    device = Authenticator(**how)
    answer = _add(web, sign_in(web, member), device)
    assert answer.status_code == 201, answer.text
    return device, answer.json()["session"]["session"]


def _sign_in(web: TestClient, device: Authenticator, **changed: Any) -> Response:
    proof = device.answer(_options(web, "/sign-in/passkey-options"), **changed)
    answer: Response = web.post(f"{API}/sign-in/passkey", json=proof)
    return answer


def test_a_passkey_signs_in_alone(web: TestClient, chief: Member) -> None:
    """A passkey that made sure who holds it counts as both factors, also where duties ask for two."""
    device, strong = _with_passkey(web, chief)
    assert web.get(f"{API}/accounts", headers=bearer(strong)).status_code == 200
    answer = _sign_in(web, device)
    assert answer.status_code == 200, answer.text
    assert web.get(f"{API}/accounts", headers=bearer(answer.json()["session"])).status_code == 200
    (kept,) = web.get(f"{API}/me/security", headers=bearer(strong)).json()["passkeys"]
    assert (kept["label"], kept["last_used_on"]) == ("Office laptop", clock.today().isoformat())


def test_a_passkey_that_did_not_ask_who_holds_it_is_one_factor(web: TestClient, officer: Member) -> None:
    """A key that only proves to be there does not sign in alone, but does after the password."""
    device, _ = _with_passkey(web, officer, verifies=False)
    assert _sign_in(web, device).status_code == 401
    waiting = sign_in(web, officer)
    options = _options(web, "/sign-in/second-factor/passkey-options", bearer(waiting))
    assert [bytes_of(one["id"]) for one in options["allowCredentials"]] == [device.credential_id]
    path = f"{API}/sign-in/second-factor/passkey"
    answer = web.post(path, json=device.answer(options), headers=bearer(waiting))
    assert answer.status_code == 200, answer.text
    assert web.get(f"{API}/me", headers=bearer(answer.json()["session"])).status_code == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "https://evil.example"},
        {"origin": "https://matches.example.evil.example"},
        {"origin": "http://matches.example"},
        {"challenge": text_of(bytes(32))},
        {"type": "webauthn.create"},
        {"uses": 1},
        {"uses": 0},
    ],
    ids=str,
)
def test_what_was_signed_elsewhere_or_before_is_refused(
    web: TestClient, officer: Member, changed: dict[str, Any]
) -> None:
    """Another origin, another challenge, another purpose or a count that did not rise: each is refused."""
    device, _ = _with_passkey(web, officer)
    assert _sign_in(web, device).status_code == 200
    answer = _sign_in(web, device, **changed)
    assert (answer.status_code, answer.json()["code"]) == (401, "passkey_refused")


def test_another_key_does_not_sign_for_it(web: TestClient, officer: Member) -> None:
    """Who knows the name of a passkey but not its key is refused, and so is a key nobody registered."""
    device, _ = _with_passkey(web, officer)
    assert _sign_in(web, Authenticator(credential_id=device.credential_id, uses=5)).status_code == 401
    assert _sign_in(web, Authenticator()).status_code == 401


def test_a_challenge_is_signed_once_and_soon(web: TestClient, officer: Member) -> None:
    """The same bytes sent again are refused, and so is an answer after five minutes."""
    device, _ = _with_passkey(web, officer)
    proof = device.answer(_options(web, "/sign-in/passkey-options"))
    assert web.post(f"{API}/sign-in/passkey", json=proof).status_code == 200
    assert web.post(f"{API}/sign-in/passkey", json=proof).status_code == 401
    late = device.answer(_options(web, "/sign-in/passkey-options"))
    with clock.set_to(clock.now() + timedelta(minutes=6)):
        assert web.post(f"{API}/sign-in/passkey", json=late).status_code == 401


@pytest.mark.parametrize(
    "changed", [{"origin": "https://evil.example"}, {"challenge": text_of(bytes(32))}], ids=str
)
def test_a_passkey_made_elsewhere_is_not_kept(
    web: TestClient, officer: Member, changed: dict[str, Any]
) -> None:
    """A registration for another site, or for no challenge of ours, is refused."""
    secret = sign_in(web, officer)
    answer = _add(web, secret, Authenticator(), **changed)
    assert (answer.status_code, answer.json()["code"]) == (401, "passkey_refused")
    assert web.get(f"{API}/me/security", headers=bearer(secret)).json()["passkeys"] == []


def test_nobody_registers_for_another(web: TestClient, officer: Member, chief: Member) -> None:
    """What was asked for one account is worth nothing in the session of another; a key is registered once."""
    theirs = _options(web, "/me/passkeys/options", bearer(sign_in(web, chief)))
    own = sign_in(web, officer)
    stolen = {"label": "Key", **Authenticator().register(theirs)}
    assert web.post(f"{API}/me/passkeys", json=stolen, headers=bearer(own)).status_code == 401
    device, _ = _with_passkey(web, chief)
    assert _add(web, own, device).status_code == 401


def test_strange_bytes_are_refused_and_never_a_failure(web: TestClient, officer: Member) -> None:
    """Bytes that are no answer of a passkey are refused like a wrong one."""
    device, _ = _with_passkey(web, officer)
    proof = device.answer(_options(web, "/sign-in/passkey-options"))
    for name in ("client_data", "authenticator_data", "signature"):
        for strange in ("AA", text_of(b'{"type":1}'), text_of(bytes(500))):
            assert web.post(f"{API}/sign-in/passkey", json=proof | {name: strange}).status_code == 401
            with clock.set_to(clock.now() + timedelta(minutes=5)):
                proof = device.answer(_options(web, "/sign-in/passkey-options"))


def test_asking_with_an_address_tells_nothing_of_accounts(web: TestClient, officer: Member) -> None:
    """An address that nobody has is answered in the same form, each time the same."""
    device, _ = _with_passkey(web, officer)
    known = _options(web, "/sign-in/passkey-options", email=officer.email)
    unknown = [_options(web, "/sign-in/passkey-options", email="no@ministry.example") for _ in range(2)]
    assert [bytes_of(one["id"]) for one in known["allowCredentials"]] == [device.credential_id]
    assert unknown[0]["allowCredentials"] == unknown[1]["allowCredentials"]
    assert len(unknown[0]["allowCredentials"][0]["id"]) == len(known["allowCredentials"][0]["id"])
    assert unknown[0].keys() == known.keys()


def test_a_removed_passkey_opens_nothing(web: TestClient, officer: Member) -> None:
    """Its owner removes it, nobody else does, and it signs in no more."""
    device, strong = _with_passkey(web, officer)
    (kept,) = web.get(f"{API}/me/security", headers=bearer(strong)).json()["passkeys"]
    path = f"{API}/me/passkeys/{kept['id']}/remove"
    assert web.post(path, headers=bearer(strong)).status_code == 200
    assert _sign_in(web, device).status_code == 401
    assert web.post(path, headers=bearer(strong)).status_code == 404


def test_only_the_page_that_asks_runs_our_script(web: TestClient, officer: Member) -> None:
    """The page that asks the browser for a passkey runs one script of our own; what comes back signs in."""
    device, strong = _with_passkey(web, officer)
    asked = web.post("/sign-in/passkey", data={"next": "/network"}, headers=OWN)
    policy = asked.headers["content-security-policy"]
    assert policy == f"{CONTENT_SECURITY_POLICY}; script-src 'self'"
    assert re.findall(r"<script src=\"(/static/passkeys\.js[^\"]*)\" defer></script>", asked.text)
    options = json.loads(html.unescape(re.findall(r'data-options="([^"]*)"', asked.text)[0]))
    sent = device.answer(options) | {"next": "/network"}
    done = web.post("/sign-in/passkey/answer", data=sent, headers=OWN)
    assert (done.status_code, done.headers["location"]) == (303, "/network")
    browse(web, strong)
    assert (
        "script-src" not in web.get("/account/security", headers=BROWSER).headers["content-security-policy"]
    )
    again = web.post("/account/security/passkeys", data={"label": "Phone"}, headers=OWN)
    made = json.loads(html.unescape(re.findall(r'data-options="([^"]*)"', again.text)[0]))
    other = Authenticator().register(made) | {"label": "Phone"}
    added = web.post("/account/security/passkeys/answer", data=other, headers=OWN)
    assert (added.status_code, added.headers["location"]) == (303, "/account/security")
    assert "Phone" in web.get("/account/security", headers=BROWSER).text
