"""Finding what the rooms do by themselves: their jobs, and their reactions to what happens."""

from importlib import import_module
from pathlib import Path

import service
import service.jobs.tidying


def gather_reactions() -> None:
    """Import every room's jobs, reactions, figures and holders of files, so that they are registered."""
    folder = Path(service.__file__).parent
    for kind in ("jobs", "reactions", "gauges", "things", "timing"):
        for file in sorted(folder.glob(f"*/{kind}.py")):
            if kind == "gauges" or file.parent.name not in {"jobs", "journal"}:
                import_module(f"service.{file.parent.name}.{kind}")
