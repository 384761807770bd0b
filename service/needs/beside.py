"""What stands beside the row of one need, read in three statements that are put together once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, bindparam, literal, null, union_all
from sqlmodel import Session, col, select

from service.database.prepared import Prepared
from service.needs.tables import (
    Need,
    NeedCommitment,
    NeedComponent,
    NeedDialogue,
    NeedNamedProvider,
    NeedProviderWish,
    NeedRequester,
)
from service.reference.tables import Commitment
from service.stakeholders.tables import Stakeholder, StakeholderState


class Asking(NamedTuple):
    """Somebody who asks, and how it stands to the need."""

    id: str
    name: str
    type: str
    states: list[str]
    endorsed_at: datetime | None
    endorsed_text_version: int | None


class Component(NamedTuple):
    """One thing to be covered."""

    id: str
    area: str | None
    modality: str | None
    languages: list[dict[str, Any]] | None
    experts: int
    days: int | None
    is_mandatory: bool
    note: str


class Beside(NamedTuple):
    """What stands beside the row of a need."""

    asking: list[Asking]
    """The lead first."""
    links: Mapping[str, list[tuple[str, str | None]]]
    """Codes and ids by what they are to the need, in order, each with what is said of it."""
    components: Sequence[Component]

    def linked(self, kind: str) -> list[str]:
        """Return the codes or ids of a kind."""
        return [code for code, _ in self.links.get(kind, ())]


_NEED: BindParameter[str] = bindparam("need")
_ASKING = Prepared(
    select(  # type: ignore[call-overload] # it foresees fewer columns
        NeedRequester.stakeholder_id,
        Stakeholder.name,
        Stakeholder.type,
        NeedRequester.endorsed_at,
        NeedRequester.endorsed_text_version,
        StakeholderState.iso3,
    )
    .join(Stakeholder, col(Stakeholder.id) == col(NeedRequester.stakeholder_id))
    .join(StakeholderState, col(StakeholderState.stakeholder_id) == col(Stakeholder.id), isouter=True)
    .where(col(NeedRequester.need_id) == _NEED)
    .order_by(col(NeedRequester.position), col(StakeholderState.iso3))
)
_COMPONENTS = Prepared(
    select(*(getattr(NeedComponent, name) for name in Component._fields))
    .where(col(NeedComponent.need_id) == _NEED)
    .order_by(col(NeedComponent.position))
)


def _links(kind: Any, code: Any, said: Any, *, of: Any) -> Select[Any]:
    return select(kind, code, said).where(of == _NEED)


_LINKS = Prepared(
    union_all(
        _links(
            literal("commitment").label("kind"),
            col(Commitment.code).label("code"),
            col(Commitment.theme_code).label("said"),
            of=NeedCommitment.need_id,
        ).join(NeedCommitment, col(NeedCommitment.commitment_code) == col(Commitment.code)),
        _links(literal("dialogue"), NeedDialogue.dialogue_code, null(), of=NeedDialogue.need_id),
        _links(literal("named"), NeedNamedProvider.stakeholder_id, null(), of=NeedNamedProvider.need_id),
        _links(NeedProviderWish.wish, NeedProviderWish.stakeholder_id, null(), of=NeedProviderWish.need_id),
        _links(literal("desk"), Stakeholder.name, Stakeholder.dialogue_code, of=Need.id).join(
            Need, col(Need.desk_id) == col(Stakeholder.id)
        ),
    )
)


def beside(session: Session, need_id: str) -> Beside:
    """Return what stands beside the row of a need."""
    of_this = {"need": need_id}
    session.flush()
    links = defaultdict(list)
    for kind, code, said in sorted(_LINKS.rows(session, of_this), key=lambda link: link[:2]):
        links[kind].append((code, said))
    components = [Component(*row) for row in _COMPONENTS.rows(session, of_this)]
    return Beside(_asking(session, of_this), links, components)


def _asking(session: Session, of_this: Mapping[str, str]) -> list[Asking]:
    found: dict[str, Asking] = {}
    for id_, name, type_, *endorsed, iso3 in _ASKING.rows(session, of_this):
        one = found.setdefault(id_, Asking(id_, name, type_, [], *endorsed))
        one.states.extend([iso3] if iso3 else [])
    return list(found.values())
