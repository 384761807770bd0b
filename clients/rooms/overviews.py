"""``client.overviews``: everything about one state, one theme, one commitment, from what you may see."""

from clients.calls import Call, get
from clients.doors import Room, Way, ask
from clients.models import (
    CommitmentOverview,
    StateOverview,
    StatesOverview,
    ThemeOverview,
    ThemesOverview,
)


class Overviews(Room[Way]):
    """What stands about states, themes and commitments, gathered from all rooms."""

    @ask
    def states(self, *, region: str | None = None, q: str | None = None) -> Call[StatesOverview]:
        """Read all states and territories by name, with how much you may see of each.

        >>> client.overviews.states(region="Africa")
        """
        return get("/overviews/states", region=region, q=q)

    @ask
    def state(self, iso3: str) -> Call[StateOverview]:
        """Read everything about one state: needs, offers, past help, dialogues, whom it knows.

        >>> client.overviews.state("GHA")
        """
        return get("/overviews/states/{iso3}", iso3=iso3)

    @ask
    def themes(self) -> Call[ThemesOverview]:
        """Read how supply meets demand on every theme and commitment.

        >>> client.overviews.themes()
        """
        return get("/overviews/themes")

    @ask
    def theme(self, code: str) -> Call[ThemeOverview]:
        """Read how supply meets demand on one theme.

        >>> client.overviews.theme("T4")
        """
        return get("/overviews/themes/{code}", code=code)

    @ask
    def commitment(self, code: str) -> Call[CommitmentOverview]:
        """Read everything about one commitment: needs, offers, past help, what it answers to.

        >>> client.overviews.commitment("T1-01a")
        """
        return get("/overviews/commitments/{code}", code=code)
