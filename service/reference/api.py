"""The JSON door to the reference data. It is public; only administrators correct it."""

from typing import Annotated

from fastapi import Depends

from service.journal.queries import get_journal
from service.journal.schemas import JournalView
from service.reference import commands, queries, schemas
from service.web.doors import Doors
from service.web.paging import Paging
from service.web.requests import Asking, Language, Reading, SignedIn, Writing
from service.web.schemas import CodeText, Move, Page, StateCode

router = Doors(tags=["reference"])


@router.get("/themes")
def list_themes(
    session: Reading, caller: Asking, page: Paging, language: Language
) -> Page[schemas.ThemeView]:
    """List the themes of the source text."""
    return queries.list_themes(session, caller, page, language)


@router.get("/commitments")
def list_commitments(
    session: Reading,
    caller: Asking,
    page: Paging,
    language: Language,
    wanted: Annotated[schemas.CommitmentFilter, Depends()],
) -> Page[schemas.CommitmentLine]:
    """List the actionable commitments, by code."""
    return queries.list_commitments(session, caller, page, language, wanted)


@router.get("/commitments/{code}")
def get_commitment(session: Reading, caller: Asking, language: Language, code: str) -> schemas.CommitmentView:
    """Show a commitment with the frameworks and objectives that it rests on."""
    return queries.get_commitment(session, caller, code, language)


@router.get("/frameworks")
def list_frameworks(
    session: Reading,
    caller: Asking,
    page: Paging,
    language: Language,
    theme: CodeText | None = None,
    kind: CodeText | None = None,
) -> Page[schemas.FrameworkView]:
    """List the frameworks that the annex of the source text names, by code."""
    return queries.list_frameworks(session, caller, page, language, theme, kind)


@router.get("/objectives")
def list_objectives(
    session: Reading, caller: Asking, page: Paging, language: Language
) -> Page[schemas.ObjectiveView]:
    """List the objectives of the Global Compact for Migration."""
    return queries.list_objectives(session, caller, page, language)


@router.get("/code-lists")
def list_code_lists(session: Reading, caller: Asking) -> Page[schemas.CodeListLine]:
    """List the code lists."""
    return queries.list_code_lists(session, caller)


@router.get("/code-lists/{list_name}")
def list_codes(
    session: Reading,
    caller: Asking,
    page: Paging,
    language: Language,
    list_name: str,
    retired: bool = False,  # noqa: FBT001, FBT002 - a query parameter is always named
) -> Page[schemas.CodeView]:
    """List the codes of a list in its own order, with those that are retired if asked."""
    return queries.list_codes(session, caller, list_name, page, language, with_retired=retired)


@router.get("/states")
def list_states(
    session: Reading,
    caller: Asking,
    page: Paging,
    language: Language,
    wanted: Annotated[schemas.StateFilter, Depends()],
) -> Page[schemas.StateLine]:
    """List states and territories, by ISO code. Nothing here takes a position on status."""
    return queries.list_states(session, caller, page, language, wanted)


@router.get("/states/{iso3}")
def get_state(session: Reading, caller: Asking, language: Language, iso3: str) -> schemas.StateView:
    """Show a state with its memberships."""
    return queries.get_state(session, caller, iso3, language)


@router.get("/dialogues")
def list_dialogues(
    session: Reading,
    caller: Asking,
    page: Paging,
    language: Language,
    wanted: Annotated[schemas.DialogueFilter, Depends()],
) -> Page[schemas.DialogueLine]:
    """List the dialogues, by code."""
    return queries.list_dialogues(session, caller, page, language, wanted)


@router.get("/dialogues/{code}")
def get_dialogue(session: Reading, caller: Asking, language: Language, code: str) -> schemas.DialogueView:
    """Show a dialogue with its members."""
    return queries.get_dialogue(session, caller, code, language)


@router.get("/regional-bodies")
def list_regional_bodies(
    session: Reading,
    caller: Asking,
    page: Paging,
    language: Language,
    state: StateCode | None = None,
    dialogue: CodeText | None = None,
) -> Page[schemas.RegionalBodyLine]:
    """List the regional bodies, by code."""
    return queries.list_regional_bodies(session, caller, page, language, state, dialogue)


@router.get("/regional-bodies/{code}")
def get_regional_body(
    session: Reading, caller: Asking, language: Language, code: str
) -> schemas.RegionalBodyView:
    """Show a regional body with its members."""
    return queries.get_regional_body(session, caller, code, language)


@router.get("/reference/corrections")
def list_corrections(session: Reading, caller: SignedIn, page: Paging) -> Page[schemas.CorrectionView]:
    """List all corrections, newest first. Administrators may."""
    return queries.list_corrections(session, caller, page)


@router.post("/reference/corrections", status_code=201)
def correct_fact(
    session: Writing, caller: SignedIn, correction: schemas.Correction
) -> schemas.CorrectionView:
    """Correct a fact; no sync overwrites it. Administrators may."""
    return queries.correction_view(commands.correct_fact(session, caller, correction))


@router.post("/reference/corrections/{correction_id}/withdraw")
def withdraw_correction(
    session: Writing, caller: SignedIn, correction_id: str, move: Move
) -> schemas.CorrectionView:
    """Withdraw a correction, so that the files count again. Administrators may."""
    return queries.correction_view(commands.withdraw_correction(session, caller, correction_id, move.reason))


@router.get("/reference/journal")
def get_reference_journal(session: Reading, caller: Asking) -> JournalView:
    """Show when the reference data were taken in from the files, and what changed."""
    return get_journal(session, caller, "reference:all")
