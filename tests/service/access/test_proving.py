"""Before somebody changes how one signs in, it is asked again who it is."""

from datetime import timedelta

from fastapi.testclient import TestClient

from service import clock
from tests.service.access.conftest import OWN, PASSWORD, Member, bearer, browse, sign_in
from tests.service.desks.reading import BROWSER, check

APP = "/api/v1/me/authenticator-app"
PROOF = "/api/v1/me/proof"


def test_after_ten_minutes_it_is_asked_again(web: TestClient, officer: Member) -> None:
    """A session that somebody left open adds no second factor; the password opens that for ten minutes."""
    session = bearer(sign_in(web, officer))
    now = clock.now()
    with clock.set_to(now + timedelta(minutes=9)):
        assert web.post(APP, headers=session).status_code == 200
    with clock.set_to(now + timedelta(minutes=11)):
        assert web.post(APP, headers=session).json()["code"] == "proof_needed"
        assert web.post(PROOF, json={"password": "not it"}, headers=session).status_code == 401
        assert web.post(PROOF, json={"code": "123456"}, headers=session).status_code == 401
        assert web.post(APP, headers=session).json()["code"] == "proof_needed"
        assert web.post(PROOF, json={"password": PASSWORD}, headers=session).status_code == 200
        assert web.post(APP, headers=session).status_code == 200
    with clock.set_to(now + timedelta(minutes=22)):
        assert web.post(APP, headers=session).json()["code"] == "proof_needed"


def test_the_page_asks_and_leads_back(web: TestClient, officer: Member) -> None:
    """On the pages the question comes by itself, a wrong password is told, the right one leads back."""
    browse(web, sign_in(web, officer))
    with clock.set_to(clock.now() + timedelta(minutes=11)):
        led = web.post("/account/security/app", headers=OWN)
        assert (led.status_code, led.headers["location"]) == (303, "/account/security/proof")
        check(web.get("/account/security/proof", headers=BROWSER))
        wrong = web.post("/account/security/proof", data={"password": "not it"}, headers=OWN)
        check(wrong, 401)
        right = web.post("/account/security/proof", data={"password": PASSWORD}, headers=OWN)
        assert right.headers["location"] == "/account/security"
        assert web.post("/account/security/app", headers=OWN).headers["location"].endswith("/app")
