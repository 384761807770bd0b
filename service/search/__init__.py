"""Search: one index of terms, written by each room and asked by each room's lists.

Knows: how text becomes terms, in seven languages, the same on SQLite and PostgreSQL.
Owns: ``search_term``.
Asks: database.
Tells: nothing.
Never: decides what a caller may see; a list joins the index with its own visibility.
"""
