"""For those who change tables: ``python -m migrations check`` and ``python -m migrations write NAME``."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.util import CommandError

from migrations import config_for, migrate


def main(arguments: list[str]) -> int:
    """Check that the migrations lead to the tables as declared, or write one that does."""
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'empty.db'}"
        migrate(address)
        try:
            if arguments[:1] == ["check"]:
                command.check(config_for(address))
            elif arguments[:1] == ["write"] and len(arguments) == 2 and arguments[1]:  # noqa: PLR2004 - a name
                number = len(list(Path(__file__).parent.glob("versions/[0-9]*.py"))) + 1
                command.revision(config_for(address), arguments[1], autogenerate=True, rev_id=f"{number:04}")
            else:
                print(__doc__)
                return 2
        except CommandError as error:
            print(error)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
