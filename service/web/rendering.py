"""Rendering pages: one Jinja2 environment over every room's ``templates/``, all of it escaped.

A template is named with its room (``desks/round.html``). Its sentences go through gettext: ``{{ _("…") }}``
and ``{% trans %}`` take the language of the page.
"""

import re
import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined, pass_context
from jinja2.ext import Extension
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

import service
from service.caller import ANYBODY, Caller
from service.texts import DEFAULT_LANGUAGE, counted, has_catalogue, translate, translate_fact
from service.web.carried import version_of
from service.web.flash import forget_told, told_before
from service.web.headers import PAGE_HEADERS
from service.web.languages import language_links, language_of, remember_language
from service.web.places import FOOT, PLACES
from service.web.sent import FORM_KEY

STATIC = Path(__file__).parent / "static"
RIGHT_TO_LEFT = frozenset({"ar"})
_LOCALES = {"en": "en_GB", "pt": "pt_PT"}
"""Where a language alone would write as one country does: day before month, and words as between states."""


def page(
    request: Request, template: str, caller: Caller = ANYBODY, *, status: int = 200, **values: Any
) -> HTMLResponse:
    """Return a page for whoever asks."""
    settings = request.app.state.settings
    text = render(
        template,
        page_language(request),
        caller=caller,
        is_demonstration=settings.demonstration,
        news=getattr(request.state, "news", 0),
        page_address=request.url.path,
        flashes=told_before(request),
        language_links=language_links(request, page_language(request)),
        **values,
    )
    shown = HTMLResponse(text, status_code=status, headers=PAGE_HEADERS)
    forget_told(shown, request)
    remember_language(shown, request)
    return shown


def render(template: str, language: str, **values: Any) -> str:
    """Return a template filled in, in a language."""
    return (
        _environment()
        .get_template(template)
        .render(language=language, direction="rtl" if language in RIGHT_TO_LEFT else "ltr", **values)
    )


def page_language(request: Request) -> str:
    """Return the reader's language if its sentences are translated; a page never mixes two."""
    language = language_of(request)
    return language if has_catalogue(language) else DEFAULT_LANGUAGE


@lru_cache(maxsize=1)
def _environment() -> Environment:
    folders = sorted(Path(service.__file__).parent.glob("*/templates"))
    environment = Environment(
        loader=PrefixLoader({folder.parent.name: FileSystemLoader(folder) for folder in folders}),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", FormKeys],
        auto_reload=False,
    )
    install: Callable[..., None] = environment.install_gettext_callables  # type: ignore[attr-defined]
    install(_gettext, _ngettext, newstyle=True)
    environment.filters |= {
        "day": _day,
        "moment": _moment,
        "decimal": _decimal,
        "percent": _percent,
        "fact": _fact,
    }
    environment.globals |= {
        "static": static_address,
        "form_key": form_key,
        "main_places": PLACES,
        "foot_places": FOOT,
    }
    return environment


class FormKeys(Extension):
    """Gives every form that changes something a hidden key of its own: clicked twice, it is done once."""

    _FORM = re.compile(r"""<form method="post"[^>]*>""")

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Write the key into a template, behind the beginning of each form."""
        del name, filename
        return self._FORM.sub(lambda form: form[0] + "{{ form_key() }}", source)


def form_key() -> Markup:
    """Return a hidden field with a key that no other form has."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FORM_KEY, secrets.token_urlsafe(24))


@lru_cache
def static_address(name: str) -> str:
    """Return the address of a static file, which changes with what the file holds."""
    return f"/static/{name}?v={version_of(STATIC / name)}"


@pass_context
def _gettext(context: Context, message: str) -> str:
    return translate(message, context["language"])


@pass_context
def _ngettext(context: Context, one: str, many: str, number: int) -> str:
    return counted(one, many, number, context["language"])


@pass_context
def _fact(context: Context, text: str) -> str:
    return translate_fact(text, context["language"])


@pass_context
def _day(context: Context, value: date | datetime | None) -> str:
    return format_date(value, "long", locale=_locale(context)) if value else ""


@pass_context
def _moment(context: Context, value: datetime) -> str:
    # In UTC, and said so: readers are in many time zones.
    value = value.astimezone(UTC)
    return f"{format_date(value, 'long', locale=_locale(context))}, {value:%H:%M} UTC"


@pass_context
def _decimal(context: Context, value: float, digits: int = 0) -> str:
    # A score of 61.0 reads as 61.
    pattern = "#,##0" + ("." + "#" * digits if digits else "")
    return str(format_decimal(value, format=pattern, locale=_locale(context)))


@pass_context
def _percent(context: Context, value: float) -> str:
    return str(format_percent(value, locale=_locale(context)))


def _locale(context: Context) -> str:
    return locale_of(str(context["language"]))


def locale_of(language: str) -> str:
    """Return by which country's customs dates and numbers are written in a language."""
    return _LOCALES.get(language, language)
