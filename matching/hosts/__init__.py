"""Through whom: the dialogue or group that could host the work."""
