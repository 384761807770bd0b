"""Documented cases, asked again as if they were new.

Cases become needs, published offers and earlier help become what stood ready, and states are ranked by the
engine's own scores. :func:`matching.lookback.looking.look_back` is the whole of it; the engine's README says
what it found.
"""
