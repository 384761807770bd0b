"""Homologue's service: it remembers and talks. Web, database, people, time."""
