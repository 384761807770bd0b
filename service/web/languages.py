"""Which language an answer is written in, and how a reader chooses another."""

from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from babel import negotiate_locale
from starlette.requests import Request
from starlette.responses import Response

from service.texts import DEFAULT_LANGUAGE, LANGUAGES, has_catalogue
from service.web.visitors import is_by_https

LANGUAGE_COOKIE = "homologue_language"
ASKED = "lang"
OWN_NAMES = {
    "en": "English",
    "fr": "Français",
    "es": "Español",
    "ar": "العربية",
    "ru": "Русский",
    "zh": "中文",
    "pt": "Português",
}
"""What each language calls itself: so everybody finds their own, whatever the page is written in."""
_YEAR_S = 365 * 24 * 3600


class LanguageLink(NamedTuple):
    """A language to which a page can be switched."""

    code: str
    name: str
    address: str
    is_current: bool


def language_of(request: Request) -> str:
    """Return the language that the reader prefers: ``?lang=``, what was chosen before, then the header."""
    for asked in (request.query_params.get(ASKED), request.cookies.get(LANGUAGE_COOKIE)):
        if asked in LANGUAGES:
            return asked
    header = request.headers.get("accept-language", "")[:200]
    wanted = [part.split(";")[0].strip() for part in header.split(",") if part.strip()]
    return negotiate_locale(wanted, LANGUAGES, sep="-") or DEFAULT_LANGUAGE


def language_links(request: Request, current: str) -> list[LanguageLink]:
    """Return links to the same page in every language; none on the answer to a form, which has no address."""
    if request.method != "GET":
        return []
    kept = [(name, value) for name, value in parse_qsl(request.url.query) if name != ASKED]
    return [
        LanguageLink(code, name, "?" + urlencode([*kept, (ASKED, code)]), is_current=code == current)
        for code, name in OWN_NAMES.items()
        if has_catalogue(code)
    ]


def remember_language(answer: Response, request: Request) -> None:
    """Let a browser keep the language that was chosen on this page."""
    asked = request.query_params.get(ASKED)
    if asked in LANGUAGES and asked != request.cookies.get(LANGUAGE_COOKIE):
        keep_language(answer, request, asked)


def keep_language(answer: Response, request: Request, language: str) -> None:
    """Let a browser keep a language for a year."""
    answer.set_cookie(
        LANGUAGE_COOKIE,
        language,
        max_age=_YEAR_S,
        httponly=True,
        samesite="lax",
        path="/",
        secure=is_by_https(request),
    )
