"""Database: where everything is kept, on SQLite or PostgreSQL alike.

Knows: how a database is opened so that it loses nothing, what a reading and a writing transaction is, the
    column types and public ids that every table uses.
Owns: no tables.
Asks: nobody.
Tells: nothing.
Never: commits by itself; whoever opens a transaction does, at the edge.
"""
