"""Notifications: news for people, in their inbox and by mail.

Knows: which event is news for whom, what each person wants of which kind of news, what is read and what
    was mailed.
Owns: ``notification``, ``notification_choice``.
Asks: needs, offers, matches, threads (what the reader may see at that moment), access (who has which duty),
    mail, journal.
Tells: ``notifications.chosen`` of ``account:account_…``.
Never: tells the same person twice of the same event. Keeps no title and no text: what a notice says is read
    through the query of the thing's own room when it is written, shown and mailed, and what the reader may
    not see any more is gone from list, count and mail. A letter carries a case number at most.
"""
