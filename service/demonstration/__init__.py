"""Demonstration: real cases and real offers from public pages, marked as such, and a round over them.

Knows: how a documented case reads as a need, a published offer as an offer, a known outcome as a delivery;
    what had to be assumed, which it says.
Owns: no tables.
Asks: every room, through their commands.
Tells: nothing of its own.
Never: runs where it could be reached from another machine; mixes with data that people entered.
"""
