"""The independent check: every promise of an outcome, by code that shares nothing with the engine."""
