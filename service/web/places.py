"""The places that one can go to from every page: above it, and at its foot."""

from typing import NamedTuple

from service.texts import N_


class Place(NamedTuple):
    """A place with its name."""

    address: str
    label: str
    for_administrators: bool = False
    counts_news: bool = False
    """Whether its name says how many news wait there."""

    def holds(self, address: str) -> bool:
        """Tell whether a page belongs to this place."""
        if self.address == "/":
            return address == "/"
        return address == self.address or address.startswith(f"{self.address}/")


PLACES = (
    Place("/", N_("Home")),
    Place("/needs", N_("Needs")),
    Place("/offers", N_("Offers")),
    Place("/network", N_("Network")),
    Place("/dialogues", N_("Dialogues")),
    Place("/inbox", N_("Inbox"), counts_news=True),
    Place("/administration", N_("Administration"), for_administrators=True),
)
"""Above every page, for who is signed in."""
FOOT = (
    Place("/states", N_("States and territories")),
    Place("/commitments", N_("Commitments")),
    Place("/unmet", N_("What stays unmet")),
    Place("/privacy", N_("What is kept of persons")),
    Place("/help", N_("Help")),
    Place("/glossary", N_("What words mean")),
    Place("/accessibility", N_("Accessibility")),
)
"""At the foot of every page, for everybody."""
