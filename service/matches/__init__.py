"""Matches: rounds, what they propose, who answers how, and what stays unmet.

Knows: rounds with their policy and fingerprint; proposals, seats and consents; bookings;
    what is unmet.
Owns: ``match_round``, ``proposal``, ``proposal_host``, ``seat``, ``consent``, ``booking``, ``booking_month``,
    ``offer_month_load``, ``unmet_component``.
Asks: needs, offers, deliveries, dialogues, stakeholders, reference, journal; the engine through
    ``engine.py``.
Tells: ``proposal.shortlisted``, ``proposal.proposed``, ``proposal.accepted`` (on both sides),
    ``proposal.confirmed``, ``proposal.withdrawn``, ``seat.accepted``, ``seat.declined``, ``seat.lapsed``.
Never: decides for people; shows either side's protected data before both agree; books more than there is.
"""
