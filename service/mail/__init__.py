"""Mail: letters to people, queued with the change that they are about and sent by a worker.

Knows: which letters wait, were sent, or were given up, and how a mail server is reached.
Owns: ``letter``.
Asks: jobs, journal, web, clock, settings.
Tells: ``letter.given-up``, ``letters.tried-again``.
Never: drops a letter in silence: without a mail server it waits, and the page of letters and the log say so.
    Never keeps what a letter says once it is sent or given up, because it may hold a secret link. Never
    writes a line end into a header. Never decides who gets a letter; the rooms above do.
"""
