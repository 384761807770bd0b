"""The child process that helps with another worker's round: ``python -m service.matches.helping ROUND``.

It finds slices until there is none that nobody began, and ends. What goes wrong here need not be said: the
process that computes the round finds the slice again, and meets the same fault.
"""

import sys
import threading

from service.database.engines import open_database
from service.jobs.rooms import gather_reactions
from service.matches.computing import end_with_parent, help_with_slices
from service.settings import get_settings


def main(round_id: str) -> int:
    """Help with a round and return the exit status."""
    threading.Thread(target=end_with_parent, daemon=True).start()
    gather_reactions()
    database = open_database(get_settings().address(), pool_size=2)
    try:
        help_with_slices(database, round_id)
    finally:
        database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
