"""``client.reference``: base facts, public and in the language asked for."""

from clients.calls import Call, get, listing, post
from clients.doors import Room, Way, ask, paged
from clients.models import (
    Code,
    CodeListLine,
    Commitment,
    CommitmentLine,
    Correction,
    CorrectionRequest,
    Framework,
    Journal,
    Move,
    Objective,
    Page,
    RegionalBody,
    RegionalBodyLine,
    State,
    StateLine,
    Theme,
)


class Reference(Room[Way]):
    """Base facts: themes, commitments, frameworks, objectives, code lists, states, regional bodies."""

    @paged
    def themes(self) -> Call[Page[Theme]]:
        """List the themes of the source text.

        >>> for theme in client.reference.themes():
        ...     print(theme.code, theme.title)
        """
        return listing("/themes")

    @paged
    def commitments(
        self,
        *,
        theme: str | None = None,
        framework: str | None = None,
        objective: int | None = None,
        q: str | None = None,
    ) -> Call[Page[CommitmentLine]]:
        """List the actionable commitments, by code.

        >>> for commitment in client.reference.commitments(theme="T4", objective=21):
        ...     print(commitment.code, commitment.title)
        """
        return listing("/commitments", theme=theme, framework=framework, objective=objective, q=q)

    @ask
    def commitment(self, code: str) -> Call[Commitment]:
        """Read a commitment with the frameworks and objectives that it rests on.

        >>> client.reference.commitment("T1-01a")
        """
        return get("/commitments/{code}", code=code)

    @paged
    def frameworks(self, *, theme: str | None = None, kind: str | None = None) -> Call[Page[Framework]]:
        """List the frameworks that the annex of the source text names, by code.

        >>> for framework in client.reference.frameworks(kind="treaty"):
        ...     print(framework.code, framework.name)
        """
        return listing("/frameworks", theme=theme, kind=kind)

    @paged
    def objectives(self) -> Call[Page[Objective]]:
        """List the objectives of the Global Compact for Migration.

        >>> for objective in client.reference.objectives():
        ...     print(objective.number, objective.title)
        """
        return listing("/objectives")

    @paged
    def code_lists(self) -> Call[Page[CodeListLine]]:
        """List the code lists. They come in one page.

        >>> for code_list in client.reference.code_lists():
        ...     print(code_list.name, code_list.codes)
        """
        return get("/code-lists")

    @paged
    def codes(self, list_name: str, *, retired: bool | None = None) -> Call[Page[Code]]:
        """List the codes of a list in its own order, with those that are retired if asked.

        >>> for code in client.reference.codes("modality"):
        ...     print(code.code, code.label)
        """
        return listing("/code-lists/{list_name}", list_name=list_name, retired=retired)

    @paged
    def states(  # noqa: PLR0913 - one parameter for each filter of the list
        self,
        *,
        region: str | None = None,
        subregion: str | None = None,
        kind: str | None = None,
        income: str | None = None,
        ldc: bool | None = None,
        lldc: bool | None = None,
        sids: bool | None = None,
        language: str | None = None,
        dialogue: str | None = None,
        regional_body: str | None = None,
        q: str | None = None,
    ) -> Call[Page[StateLine]]:
        """List states and territories, by ISO code. Nothing here takes a position on status.

        >>> for state in client.reference.states(dialogue="RABAT", language="fr"):
        ...     print(state.iso3, state.name)
        """
        return listing(
            "/states",
            region=region,
            subregion=subregion,
            kind=kind,
            income=income,
            ldc=ldc,
            lldc=lldc,
            sids=sids,
            language=language,
            dialogue=dialogue,
            regional_body=regional_body,
            q=q,
        )

    @ask
    def state(self, iso3: str) -> Call[State]:
        """Read a state with its memberships.

        >>> client.reference.state("GHA")
        """
        return get("/states/{iso3}", iso3=iso3)

    @paged
    def regional_bodies(
        self, *, state: str | None = None, dialogue: str | None = None
    ) -> Call[Page[RegionalBodyLine]]:
        """List the regional bodies, by code.

        >>> for body in client.reference.regional_bodies(state="GHA"):
        ...     print(body.code, body.name)
        """
        return listing("/regional-bodies", state=state, dialogue=dialogue)

    @ask
    def regional_body(self, code: str) -> Call[RegionalBody]:
        """Read a regional body with its members.

        >>> client.reference.regional_body("ECOWAS")
        """
        return get("/regional-bodies/{code}", code=code)

    @paged
    def corrections(self) -> Call[Page[Correction]]:
        """List all corrections, newest first. For administrators.

        >>> for correction in client.reference.corrections():
        ...     print(correction.code, correction.field, correction.value)
        """
        return listing("/reference/corrections")

    @ask
    def correct(self, correction: CorrectionRequest) -> Call[Correction]:
        """Correct a fact; no sync overwrites it. For administrators.

        >>> client.reference.correct(
        ...     CorrectionRequest(
        ...         kind="dialogue_membership",
        ...         code="PRAGUE/AZE",
        ...         field="role",
        ...         value="observer",
        ...         source=link,
        ...     )
        ... )
        """
        return post("/reference/corrections", correction)

    @ask
    def withdraw_correction(self, correction_id: str, *, reason: str | None = None) -> Call[Correction]:
        """Withdraw a correction, so that the files count again. For administrators.

        >>> client.reference.withdraw_correction(correction_id)
        """
        path = "/reference/corrections/{correction_id}/withdraw"
        return post(path, Move(reason=reason), correction_id=correction_id)

    @ask
    def journal(self) -> Call[Journal]:
        """Read when the reference data were taken in from the files, and what changed.

        >>> client.reference.journal()
        """
        return get("/reference/journal")
