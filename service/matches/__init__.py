"""Matches: from needs and offers to proposals.

Knows: rounds, proposals with their seats and bookings, what stayed unmet and why, people's pins and vetoes.
Owns: ``match_round``, ``round_file``, ``round_slice``, ``match_pin``, ``proposal``, ``proposal_host``,
    ``seat``, ``consent``, ``interest_declaration``, ``booking``, ``booking_month``,
    ``offer_month_load``, ``unmet_component``.
Asks: needs, offers, deliveries, dialogues, reference, access; the engine, through ``engine.py`` alone.
Tells: ``round.requested``, ``round.finished``, ``round.failed``, ``round.cancelled``, ``pin.decided``,
    ``pin.lifted``, ``proposal.…``, ``seat.…``. That a seat was lost is told to those who ask as
    ``proposal.news-released`` at fixed moments, and to the desk at once, of ``proposal-desk:…``.
Never: decides for people. A proposal is advice with reasons until both sides say yes. Never tells those who
    ask why a seat is not available, nor when it was lost.
"""
