"""Lookback: documented cases are asked again as if they were new, and compared with what happened.

Knows: how the files of known cases, asked cases and offers read, and what of a case is known on the day of
    the request.
Owns: no tables, and opens none: it runs from files alone.
Asks: reference, for its data files.
Tells: nothing.
Never: lets an asked case see its own page, who an offer is meant for, or how the case ended.
"""
