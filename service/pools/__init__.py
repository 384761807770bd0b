"""Pools: what whoever manages many offers of one stakeholder needs.

Knows: which of a stakeholder's offers are free, asked for, held or booked in the months to come, and which
    wait for a word that they still stand; how offers come in from a spreadsheet, line by line.
Owns: ``pool_import``, ``pool_import_line``, ``pool_reference`` (the stakeholder's own name for an offer),
    ``pool_reminder``.
Asks: offers and matches (bookings, seats), through their queries; stakeholders, access (what an account may
    now). Writes offers through the commands of offers alone.
Tells: ``pool-import.uploaded``, ``pool-import.checked``, ``pool-import.confirmed``, ``pool-import.finished``,
    ``pool-import.failed``, ``pool-import.discarded`` of ``pool-import:import_…``;
    ``pool.reconfirmation-due`` and ``pool.reconfirmed-by-link`` of ``pool:stakeholder_…``.
Never: shows a pool to anybody but those who offer in its stakeholder's name; lets one bad line stop the
    others; takes a line twice; runs what stands in a cell. Keeps no cell of a line longer than it is needed,
    and none in the journal.
"""
