"""Write the published schemas anew: ``python -m matching.schemas``."""

from matching.schemas import publish

publish()
