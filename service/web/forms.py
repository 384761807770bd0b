"""Forms as people send them from pages: their fields, as text."""

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends
from starlette.requests import Request

LONGEST_FORM = 100_000
MOST_FIELDS = 200


def read_fields(body: bytes) -> dict[str, str]:
    """Return the fields of a form that was sent; of a field sent twice the first."""
    text = body[:LONGEST_FORM].decode("ascii", "replace")
    try:
        sent = parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return {name: values[0].strip() for name, values in sent.items()}


async def _fields(request: Request) -> dict[str, str]:
    return read_fields(await request.body())


Fields = Annotated[dict[str, str], Depends(_fields)]
"""What a door asks for to be given the fields of a form."""
