"""Which addresses events may be sent to: public ones only, in no disguise, whatever a name says later."""

from ipaddress import ip_address

import httpx
import pytest

from service.webhooks.addresses import Resolve, UnfitAddress, is_public, pinned, url_faults

INWARD = [
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",  # noqa: S104 - an address to be refused
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "100.100.100.200",
    "169.254.169.254",
    "168.63.129.16",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:8.8.8.8",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001:0:53aa:64c:0:0:0:1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "ff02::1",
    "2001:db8::1",
]
PUBLIC = ["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111"]
URL = httpx.URL("https://hooks.example:8443/in?x=1")


def _always(found: list[str]) -> Resolve:
    return lambda _host, _port: found


@pytest.mark.parametrize("text", INWARD)
def test_an_inward_address_is_refused(text: str) -> None:
    """Private, local, shared, translated, mapped and metadata addresses are none to send to."""
    assert not is_public(ip_address(text))
    with pytest.raises(UnfitAddress, match="internal_address"):
        pinned(URL, lambda _host, _port: [text], allows_loopback=False)


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_address_takes_the_place_of_the_name(text: str) -> None:
    """The connection goes to the number that was checked, with port, path and query kept."""
    assert is_public(ip_address(text))
    target = pinned(URL, lambda _host, _port: [text], allows_loopback=False)
    assert (target.scheme, target.port, target.raw_path) == ("https", 8443, b"/in?x=1")
    assert ip_address(target.host) == ip_address(text)


@pytest.mark.parametrize("text", ["10.0.0.1", "::ffff:10.0.0.1"])
def test_one_inward_address_among_many_is_enough(text: str) -> None:
    """A name that leads inside as well as outside is refused, in whatever order."""
    for found in ([PUBLIC[0], text], [text, PUBLIC[0]]):
        with pytest.raises(UnfitAddress, match="internal_address"):
            pinned(URL, _always(found), allows_loopback=False)


def test_a_name_is_resolved_once() -> None:
    """What is checked is what is connected to: there is no second look that could give another answer."""
    answers = [[PUBLIC[0]], ["127.0.0.1"]]
    target = pinned(URL, lambda _host, _port: answers.pop(0), allows_loopback=False)
    assert target.host == PUBLIC[0]
    assert answers == [["127.0.0.1"]]


def test_loopback_is_for_tests_only_and_nothing_else_is_opened_by_it() -> None:
    """With the switch, this machine may be sent to, unencrypted too; other networks stay closed."""
    plain = httpx.URL("http://localhost:9000/")
    assert pinned(plain, lambda _host, _port: ["127.0.0.1"], allows_loopback=True).host == "127.0.0.1"
    for answers in (["10.0.0.1"], ["169.254.169.254"], ["127.0.0.1", "10.0.0.1"]):
        with pytest.raises(UnfitAddress, match="internal_address"):
            pinned(URL, _always(answers), allows_loopback=True)
    with pytest.raises(UnfitAddress, match="not_https"):
        pinned(plain, lambda _host, _port: [PUBLIC[0]], allows_loopback=True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("http://hooks.example/", "not_https"),
        ("ftp://hooks.example/", "not_https"),
        ("file:///etc/passwd", "no_url"),
        ("hooks.example", "no_url"),
        ("https://", "no_url"),
        ("https://user:word@hooks.example/", "no_url"),
        ("https://hooks.example/#part", "no_url"),
        ("https://hooks.example\\@inside/", "no_url"),
        ("https://hooks.example/a b", "no_url"),
        ("https://127.0.0.1/", "internal_address"),
        ("https://[::1]/", "internal_address"),
        ("https://[::ffff:10.0.0.1]/", "internal_address"),
        ("https://169.254.169.254/latest/meta-data", "internal_address"),
        ("https://localhost/", "internal_address"),
        ("https://intranet/", "internal_address"),
        ("https://db.internal/", "internal_address"),
        ("https://hooks.example:99999/", "no_url"),
    ],
)
def test_an_unfit_address_is_refused_when_it_is_registered(text: str, code: str) -> None:
    """What can be told from the address itself is told at the form."""
    assert [fault.code for fault in url_faults(text, allows_loopback=False)] == [code]


def test_a_number_written_otherwise_gains_nothing() -> None:
    """Numbers that some systems read as addresses are names here, and are checked when resolved."""
    for text in ("https://0x7f.1/", "https://2130706433/", "https://017700000001/"):
        named = httpx.URL(text)
        with pytest.raises(UnfitAddress):
            pinned(named, lambda _host, _port: ["127.0.0.1"], allows_loopback=False)


def test_a_plain_address_is_taken() -> None:
    """An ordinary address of the web is fit, and one of this machine only with the switch."""
    assert url_faults("https://hooks.example/in?x=1", allows_loopback=False) == []
    assert url_faults("http://127.0.0.1:9000/", allows_loopback=True) == []
    assert url_faults("http://hooks.example/", allows_loopback=True) != []
