"""Whether a form was sent from our own pages, and not by another site in the reader's name."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request

from service.errors import Refusal
from service.texts import N_


class SentFromElsewhere(Refusal):
    """The form was not sent from a page of this service."""

    code = "sent_from_elsewhere"
    status = 403
    title = N_("Sent from another site")
    sentence = N_("This can only be sent from a page of this service. Open the page here and send it again.")


def require_own_origin(request: Request) -> None:
    """Refuse what another site made a browser send; a browser says in its headers where it comes from."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is None and origin is None:
        raise SentFromElsewhere
    if site not in {None, "same-origin"}:
        raise SentFromElsewhere
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise SentFromElsewhere


def is_own_form(request: Request) -> bool:
    """Tell whether a request may be a form sent from a page of ours. The JSON doors take no forms."""
    if request.url.path.startswith("/api/"):
        return False
    try:
        require_own_origin(request)
    except SentFromElsewhere:
        return False
    return True


def is_on_this_machine(request: Request) -> bool:
    """Tell whether a request comes from this machine and asks for it by a name of its own.

    The name counts too: a page elsewhere may give its own name the address of this machine.
    """
    return request.client is not None and _is_loopback(request.client.host) and _is_own_name(request)


def _is_own_name(request: Request) -> bool:
    name = request.url.hostname or ""
    return name == "localhost" or _is_loopback(name)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
