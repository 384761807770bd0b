"""Backups: the whole content of a database in one file, and back.

Knows: how a table becomes lines and lines become a table, the same from SQLite and PostgreSQL; how the file
    is sealed with a passphrase.
Owns: no tables.
Asks: metadata (which tables there are), migrations (of which revision), journal (whether its chains hold).
Tells: nothing; what it brings in tells its own story.
Never: leaves half of a backup in a database; writes over a file or over data.
"""
