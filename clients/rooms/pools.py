"""``client.pools``: what whoever manages many offers of one stakeholder needs."""

from clients.calls import Call, get, listing, post, upload
from clients.doors import Room, Way, ask, paged
from clients.models import (
    ImportChoice,
    Journal,
    LineFinding,
    Move,
    OffersMove,
    OffersMoved,
    Page,
    PoolCalendar,
    PoolImport,
    PoolImportLine,
    Upload,
)


class Pools(Room[Way]):
    """Pools. Those see one who offer in its stakeholder's name; to all others there is none."""

    @ask
    def calendar(  # noqa: PLR0913 - what the list can be narrowed by
        self,
        pool_id: str,
        *,
        q: str | None = None,
        area: str | None = None,
        language: str | None = None,
        commitment: str | None = None,
        free_from: str | None = None,
        free_until: str | None = None,
        due: bool | None = None,
        months: int | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Call[PoolCalendar]:
        """Show who is free, asked for, held or booked, month by month; ``next`` leads to the next page.

        >>> client.pools.calendar(pool_id, area="EXP-RET", free_from="2027-04", free_until="2027-06")
        """
        return get(
            "/pools/{stakeholder_id}/calendar",
            stakeholder_id=pool_id,
            q=q,
            area=area,
            language=language,
            commitment=commitment,
            free_from=free_from,
            free_until=free_until,
            due=due,
            months=months,
            limit=limit,
            cursor=cursor,
        )

    @ask
    def move_offers(self, pool_id: str, move: OffersMove) -> Call[OffersMoved]:
        """Reconfirm, hold, resume, hand in or authorise several offers at once. Each stands for itself.

        >>> client.pools.move_offers(pool_id, OffersMove(move="reconfirm", offers=[offer_id]))
        """
        return post("/pools/{stakeholder_id}/move-offers", move, stakeholder_id=pool_id)

    @paged
    def imports(self, pool_id: str) -> Call[Page[PoolImport]]:
        """List the files that were sent in for a pool, newest first.

        >>> for file in client.pools.imports(pool_id):
        ...     print(file.uploaded_at, file.state)
        """
        return listing("/pools/{stakeholder_id}/imports", stakeholder_id=pool_id)

    @ask
    def upload(self, pool_id: str, file: Upload) -> Call[PoolImport]:
        """Send in a file of offers, XLSX or CSV with the headings of the template. A dry run begins.

        >>> client.pools.upload(pool_id, Upload.of("offers.xlsx"))
        """
        return upload("/pools/{stakeholder_id}/imports", {"file": file}, stakeholder_id=pool_id)

    @ask
    def get_import(self, import_id: str) -> Call[PoolImport]:
        """Read how far an import is, and what was found.

        >>> client.pools.get_import(import_id)
        """
        return get("/pool-imports/{import_id}", import_id=import_id)

    @paged
    def lines(self, import_id: str, *, finding: LineFinding | None = None) -> Call[Page[PoolImportLine]]:
        """List the lines of a file: new, changed, unchanged, or what is wrong in which column.

        >>> for line in client.pools.lines(import_id, finding="faulty"):
        ...     print(line.number, line.faults)
        """
        return listing("/pool-imports/{import_id}/lines", import_id=import_id, finding=finding)

    @ask
    def confirm_import(self, import_id: str, *, hands_in: bool = False) -> Call[PoolImport]:
        """Have the lines taken in that are new or changed. Lines at fault are left out.

        >>> client.pools.confirm_import(import_id, hands_in=True)
        """
        choice = ImportChoice(hands_in=hands_in)
        return post("/pool-imports/{import_id}/confirm", choice, import_id=import_id)

    @ask
    def discard_import(self, import_id: str) -> Call[PoolImport]:
        """Forget a file that was not taken in.

        >>> client.pools.discard_import(import_id)
        """
        return post("/pool-imports/{import_id}/discard", Move(), import_id=import_id)

    @ask
    def import_journal(self, import_id: str) -> Call[Journal]:
        """Read what happened to an import.

        >>> client.pools.import_journal(import_id)
        """
        return get("/pool-imports/{import_id}/journal", import_id=import_id)
