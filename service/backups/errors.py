"""Why a backup is not made or not brought in, in sentences for whoever runs the command."""


class BackupError(Exception):
    """Nothing was written, and the sentence says why."""


class NotReadable(BackupError):
    """The file is no backup, or not any more."""


class NotEmpty(BackupError):
    """The database holds something already."""


class OtherVersion(BackupError):
    """The backup and the tables are of versions that do not go together."""
