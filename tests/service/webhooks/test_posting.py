"""One request to one address: to the checked number, under the name's certificate, and no further."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.webhooks.posting import Answer, post_event
from tests.service.webhooks.receiver import Receiver, certificate_for, receiving

NAME = "hooks.example"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a certificate for a name that leads nowhere."""
    return certificate_for(NAME, tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def encrypted(certificate: Path) -> Iterator[Receiver]:
    """Give an encrypted receiver that stops with the module."""
    with receiving(certificate) as receiver:
        yield receiver


@pytest.fixture(scope="module")
def plain() -> Iterator[Receiver]:
    """Give a receiver that stops with the module."""
    with receiving() as receiver:
        yield receiver


def _here(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


def test_the_connection_goes_to_the_number_under_the_name(encrypted: Receiver, certificate: Path) -> None:
    """The certificate is checked against the name and the Host is the name, though the number is dialled."""
    encrypted.reset()
    trusted = ssl.create_default_context(cafile=str(certificate))
    asked: list[str] = []

    def resolve_once(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    url = f"https://{NAME}:{encrypted.port}/in?x=1"
    answer = post_event(url, "{}", {}, allows_loopback=True, resolve_name=resolve_once, trusted=trusted)
    assert answer == Answer(204)
    assert asked == [NAME]
    (taken,) = encrypted.taken
    assert (taken.path, taken.headers["Host"]) == ("/in?x=1", f"{NAME}:{encrypted.port}")


def test_a_certificate_for_another_name_is_refused(encrypted: Receiver, certificate: Path) -> None:
    """Whoever sits at the number but is not the name gets nothing."""
    encrypted.reset()
    trusted = ssl.create_default_context(cafile=str(certificate))
    for url, context in (
        (f"https://other.example:{encrypted.port}/", trusted),
        (f"https://{NAME}:{encrypted.port}/", None),
    ):
        answer = post_event(url, "{}", {}, allows_loopback=True, resolve_name=_here, trusted=context)
        assert answer == Answer(None, "not_reached")
    assert encrypted.taken == []


def test_an_inward_name_is_not_even_dialled(plain: Receiver) -> None:
    """Without the switch for tests, this machine is refused before a connection is made."""
    plain.reset()
    answer = post_event(f"https://{NAME}:{plain.port}/", "{}", {}, allows_loopback=False, resolve_name=_here)
    assert answer == Answer(None, "internal_address")
    assert plain.taken == []


def test_a_redirect_is_not_followed(plain: Receiver) -> None:
    """An answer that leads elsewhere is a failure, and nobody goes there."""
    plain.reset()
    plain.status, plain.location = 307, f"http://127.0.0.1:{plain.port}/elsewhere"
    answer = post_event(f"http://localhost:{plain.port}/", "{}", {}, allows_loopback=True, resolve_name=_here)
    assert answer == Answer(307, "refused")
    assert [one.path for one in plain.taken] == ["/"]


def test_an_answer_that_drips_is_hung_up_on(plain: Receiver) -> None:
    """Headers without end hold nobody up: after the deadline the connection is closed."""
    plain.reset()
    plain.drips = True
    url = f"http://localhost:{plain.port}/"
    answer = post_event(url, "{}", {}, allows_loopback=True, resolve_name=_here, deadline_seconds=0.2)
    assert answer.status is None
    assert plain.released.wait(10)


def test_an_address_where_nobody_listens_is_a_failure() -> None:
    """A closed port is told as not reached, and raises nothing."""
    with receiving() as gone:
        port = gone.port
    answer = post_event(f"http://localhost:{port}/", "{}", {}, allows_loopback=True, resolve_name=_here)
    assert answer == Answer(None, "not_reached")


def test_a_name_that_is_none_is_a_failure() -> None:
    """A name without an address is told as such."""
    answer = post_event(
        "https://nowhere.example/", "{}", {}, allows_loopback=False, resolve_name=lambda *_: []
    )
    assert answer == Answer(None, "name_unknown")
