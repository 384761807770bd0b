"""Where everything is kept: one engine, one metadata, SQLite or PostgreSQL alike."""
