"""One ZIP file with all that is kept of a person."""

import io
import json
import re
import zipfile

from sqlmodel import Session

from service.persons.queries import content_of
from service.persons.schemas import PersonDataView

_UNFIT = re.compile(r"[^\w.\- ]+")
README = """What Homologue keeps of one person.

data.json
    "tables": one entry for each table of the database that holds something of the person: its name, what it
    is kept for, and the rows with every column that can be shown. Digests of passwords, keys and tokens are
    left out: they say nothing and must not leave.
    "traces": where the person's account stands as the one who did something: table, column, key of the row.
    "files": the person's files, by id.
files/
    What these files hold, each under its id and name.
"""


def archive_of(session: Session, data: PersonDataView) -> bytes:
    """Return the file, with what the person's files hold."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_entry("README.txt"), README)
        said = json.dumps(data.model_dump(mode="json"), ensure_ascii=False, indent=1)
        archive.writestr(_entry("data.json"), said)
        for one in data.files:
            name = _UNFIT.sub("_", one.name)
            archive.writestr(_entry(f"files/{one.id} {name}"), content_of(session, one.id))
    return out.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    # Without the moment: asked again, the same data is the same file.
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
