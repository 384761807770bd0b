"""Deadlines: the clock of every stage, seen by both sides, and what desks choose about clocks.

Knows: how long each stage may take, the working days of each desk, which clocks run, what became of a need
    half a year and a year after it was fulfilled.
Owns: ``clock_policy``, ``clock_duration``, ``running_clock``, ``after_care_answer``.
Asks: stakeholders, journal, clock; the rooms above, through ``timed.py``, who may see a thing and whose it
    is.
Tells: ``clock-policy.changed``; of the clock (``clock:<id>``) ``clock.reminded``, ``clock.lapsed``,
    ``clock.asked`` and ``clock.marked-done``; ``after-care.answered`` of what was fulfilled
    (``after-care:<kind>:<id>``).
Never: moves a thing; shows a clock to anybody but the parties to its thing; changes a clock that runs when a
    desk chooses other durations.
"""
