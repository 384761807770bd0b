"""Homologue's matching engine: plain values in, plain values out.

No web, no database, no clock, and no randomness without a seed.
"""
