"""``client.network``: who brokers, who belongs together, who should talk, and through whom."""

from clients.calls import Call, get
from clients.doors import Room, Way, ask
from clients.models import Introduction, Network


class Networks(Room[Way]):
    """The network of states and dialogues, from what you may see."""

    @ask
    def get(self, *, dialogue: str | None = None, other: str | None = None) -> Call[Network]:
        """Read who brokers between two dialogues (or all), who belongs together and who should talk.

        >>> client.network.get(dialogue="RABAT", other="KHARTOUM")
        """
        return get("/network", dialogue=dialogue, other=other)

    @ask
    def introduction(self, start: str, end: str) -> Call[Introduction]:
        """Read through whom one state could be introduced to another.

        >>> client.network.introduction("NER", "PHL")
        """
        return get("/network/introductions", start=start, end=end)
