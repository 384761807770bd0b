"""The pages of imports: the template, sending a file in, its dry run, how far it is, what became of it."""

from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from service.caller import OFFERING
from service.errors import NotAllowed, Refusal
from service.pools import commands, import_queries, rules
from service.pools.import_queries import code_lists, faulty_lines
from service.pools.queries import find_pool
from service.pools.rules import FINDINGS
from service.pools.schemas import PoolImportLineView, PoolImportView
from service.pools.template_sheets import MEDIA_TYPE, faults_workbook, template_workbook
from service.pools.uploading import SentSheet, lines_of
from service.pools.words import FINDING_WORDS, IMPORT_WORDS, Tag, column_name, spoken
from service.stakeholders.tables import Stakeholder
from service.texts import N_
from service.web.acts import Asked, gone_to
from service.web.doors import Pages
from service.web.flash import say_next
from service.web.headers import SAFE_HEADERS
from service.web.origins import require_own_origin
from service.web.paging import PageAsked
from service.web.rendering import page, page_language
from service.web.requests import Reading, SignedIn, Writing
from service.web.uploads import SentFormBody, fault_of

router = Pages()

PageLanguage = Annotated[str, Depends(page_language)]
Cursor = Annotated[str | None, Query(max_length=1000)]
OWN_ORIGIN = [Depends(require_own_origin)]
LINES = 50
FORMER = 10


class ImportPage(NamedTuple):
    """An import as its page shows it."""

    pool: Stakeholder
    about: PoolImportView
    status: Tag
    counts: Sequence[tuple[str, Tag, int]]
    """Code, words and number of lines."""
    lines: Sequence[PoolImportLineView]
    columns: Mapping[str, str]
    findings: Mapping[str, Tag]
    chosen: str
    next: str | None
    is_under_way: bool
    fault: str = ""


@router.get("/pool/import/template.xlsx")
def give_template(session: Reading, caller: SignedIn, language: PageLanguage) -> Response:
    """Give the template of a file of offers, with all codes in words."""
    if not caller.stakeholders(*OFFERING):
        raise NotAllowed
    return _workbook(template_workbook(code_lists(session, caller, language), language), "offers-template")


@router.get("/pools/{stakeholder_id}/import")
def show_upload(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, stakeholder_id: str
) -> HTMLResponse:
    """Show how offers come in from a file, and the files that were sent in before."""
    return _upload(Asked(request, session, caller, language), stakeholder_id)


@router.post("/pools/{stakeholder_id}/import", dependencies=OWN_ORIGIN)
def send_upload(
    request: Request,
    caller: SignedIn,
    sheet: SentSheet,
    session: Writing,
    language: PageLanguage,
    stakeholder_id: str,
) -> Response:
    """Keep a file for its dry run and show how far that is; or show what is wrong with the file."""
    pool = find_pool(session, caller, stakeholder_id)
    try:
        row = commands.upload_lines(session, caller, pool.id, lines_of(sheet))
    except Refusal as refusal:
        asked = Asked(request, session, caller, language)
        return _upload(asked, pool.id, refusal.status, fault_of(refusal, language))
    return gone_to(f"/pool-imports/{row.id}")


def _upload(asked: Asked, stakeholder_id: str, status: int = 200, fault: str = "") -> HTMLResponse:
    pool = find_pool(asked.session, asked.caller, stakeholder_id)
    former = import_queries.list_imports(asked.session, asked.caller, pool.id, PageAsked(FORMER, None))
    shown = {
        "pool": pool,
        "former": former.items,
        "words": spoken(IMPORT_WORDS, asked.language),
        "most": rules.MOST_LINES,
        "limit_mb": rules.MOST_BYTES / 1e6,
        "fault": fault,
    }
    return page(asked.request, "pools/upload.html", asked.caller, status=status, **shown)


@router.get("/pool-imports/{import_id}")
def show_import(
    request: Request,
    session: Reading,
    caller: SignedIn,
    language: PageLanguage,
    import_id: str,
    finding: Annotated[str, Query(max_length=20)] = "",
    cursor: Cursor = None,
) -> HTMLResponse:
    """Show how far an import is; then each line, and what can be done."""
    asked = Asked(request, session, caller, language)
    shown = _import(asked, import_id, finding, cursor)
    return page(request, "pools/import.html", caller, found=shown, refresh_seconds=3)


def _import(asked: Asked, import_id: str, finding: str = "", cursor: str | None = None) -> ImportPage:
    about = import_queries.get_import(asked.session, asked.caller, import_id)
    wanted = next((one for one in FINDINGS if one == finding), None)
    paging = PageAsked(LINES, cursor)
    lines = import_queries.list_lines(asked.session, asked.caller, about.id, wanted, paging, asked.language)
    findings = spoken(FINDING_WORDS, asked.language)
    counts = about.taken if about.state in {"importing", "done", "failed"} else about.found
    named = {name for line in lines.items for name in line.changes}
    named |= {fault.column for line in lines.items for fault in line.faults}
    return ImportPage(
        pool=find_pool(asked.session, asked.caller, about.stakeholder),
        about=about,
        status=spoken(IMPORT_WORDS, asked.language)[about.state],
        counts=[(code, findings[code], counts[code]) for code in FINDINGS],
        lines=lines.items,
        columns={name: column_name(name, asked.language) for name in named},
        findings=findings,
        chosen=wanted or "",
        next=lines.next,
        is_under_way=about.state in rules.UNDER_WAY,
    )


@router.post("/pool-imports/{import_id}/confirm", dependencies=OWN_ORIGIN)
def confirm(
    request: Request,
    caller: SignedIn,
    form: SentFormBody,
    session: Writing,
    language: PageLanguage,
    import_id: str,
) -> Response:
    """Have the lines taken in, and show how far that is."""
    try:
        commands.confirm_import(session, caller, import_id, hands_in=form.text("hands_in") == "yes")
    except Refusal as refusal:
        asked = Asked(request, session, caller, language)
        fault = fault_of(refusal, language)
        shown = _import(asked, import_id)._replace(fault=fault)
        return page(request, "pools/import.html", caller, status=refusal.status, found=shown)
    return gone_to(f"/pool-imports/{import_id}")


@router.post("/pool-imports/{import_id}/discard", dependencies=OWN_ORIGIN)
def discard(
    request: Request, session: Writing, caller: SignedIn, language: PageLanguage, import_id: str
) -> Response:
    """Forget a file, and show the page on which another one can be sent in."""
    row = commands.discard_import(session, caller, import_id)
    answer = gone_to(f"/pools/{row.stakeholder_id}/import")
    said = Asked(request, session, caller, language).say(N_("The file was discarded. Nothing of it is kept."))
    say_next(answer, request, said)
    return answer


@router.get("/pool-imports/{import_id}/faults.xlsx")
def give_faults(session: Reading, caller: SignedIn, language: PageLanguage, import_id: str) -> Response:
    """Give the lines at fault as a file, each with what is wrong."""
    return _workbook(faults_workbook(faulty_lines(session, caller, import_id, language)), "offers-at-fault")


def _workbook(content: bytes, name: str) -> Response:
    headers = {
        **SAFE_HEADERS,
        "Content-Disposition": f'attachment; filename="{name}.xlsx"',
        "Cache-Control": "private, no-store",
        "Vary": "Authorization, Cookie, Accept-Language",
    }
    return Response(content, media_type=MEDIA_TYPE, headers=headers)
