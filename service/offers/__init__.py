"""Offers: what peers can give.

Knows: standing offers of institutions and the named experts of pools; in which areas, how well, on whose
    word; in which languages, months and numbers; whom a provider would rather, or never, work with; since
    when nobody has said that it still stands.
Owns: ``offer``, ``offer_expertise``, ``offer_commitment``, ``offer_modality``, ``offer_language``,
    ``offer_target``, ``offer_wish`` (private to the provider), ``offer_person`` (who a named expert is).
Asks: stakeholders, reference (the code lists, members of dialogues), search, journal.
Tells: ``offer.registered``, ``offer.imported``, ``offer.revised``, ``offer.assessed``, ``offer.submitted``,
    ``offer.authorised``, ``offer.held``, ``offer.resumed``, ``offer.reconfirmed``, ``offer.withdrawn``,
    ``offer.marked-stale``, ``offer.expired``, ``offer.confidentiality-changed``, ``offer.person-read``,
    ``offer.person-recorded``, ``offer.person-erased``, ``offer.restricted``, ``offer.restriction-lifted``,
    ``offer.objected``, ``offer.objection-withdrawn``; of ``offer-wishes:offer_…``
    ``offer-wishes.declared``.
Never: stores that an offer is exhausted (bookings tell); puts a person's name in a list, in the index or in
    the journal; lets a provider's wishes change anything that others can see.
"""
