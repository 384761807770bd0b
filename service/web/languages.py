"""Which language an answer is written in."""

from babel import negotiate_locale
from starlette.requests import Request

from service.texts import DEFAULT_LANGUAGE, LANGUAGES


def language_of(request: Request) -> str:
    """Return the language that the reader prefers among those there are: ``?lang=``, then the header."""
    asked = request.query_params.get("lang", "")
    if asked in LANGUAGES:
        return asked
    header = request.headers.get("accept-language", "")[:200]
    wanted = [part.split(";")[0].strip() for part in header.split(",") if part.strip()]
    return negotiate_locale(wanted, LANGUAGES, sep="-") or DEFAULT_LANGUAGE
