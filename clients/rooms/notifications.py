"""``client.notifications``: your own news, and how it reaches you."""

from clients.calls import Call, get, listing, post
from clients.doors import Room, Way, ask, paged
from clients.models import NewsCount, Notice, NoticesRead, NotificationChoice, NotificationWish, Page


class Notifications(Room[Way]):
    """Your own news."""

    @ask
    def count(self) -> Call[NewsCount]:
        """Count your unread notices, up to a hundred.

        >>> client.notifications.count()
        """
        return get("/me/notifications/count")

    @ask
    def get(self, notification_id: str) -> Call[Notice]:
        """Read one of your notices.

        >>> client.notifications.get(notification_id)
        """
        return get("/me/notifications/{notification_id}", notification_id=notification_id)

    @ask
    def mark_read(self, notification_id: str) -> Call[Notice]:
        """Mark one of your notices as read.

        >>> client.notifications.mark_read(notification_id)
        """
        return post("/me/notifications/{notification_id}/mark-read", notification_id=notification_id)

    @ask
    def mark_all_read(self) -> Call[NoticesRead]:
        """Mark all your notices as read.

        >>> client.notifications.mark_all_read()
        """
        return post("/me/notifications/mark-all-read")

    @ask
    def choices(self) -> Call[list[NotificationChoice]]:
        """Read how each kind of news reaches you, and between which ways you can choose.

        >>> client.notifications.choices()
        """
        return get("/me/notifications/choices")

    @ask
    def choose(self, wish: NotificationWish) -> Call[list[NotificationChoice]]:
        """Choose how one kind of news reaches you from now on.

        >>> client.notifications.choose(NotificationWish(kind="desk", way="weekly"))
        """
        return post("/me/notifications/choose", wish)

    @paged
    def list(self, *, unread: bool | None = None) -> Call[Page[Notice]]:
        """List your notices, newest first; of what you may not see any more there is none.

        >>> for notice in client.notifications.list(unread=True):
        ...     print(notice.text, notice.number, notice.title)
        """
        return listing("/me/notifications", unread=unread)
