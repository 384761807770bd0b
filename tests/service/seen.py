"""Headers of somebody who has seen the thing that they change."""

from collections.abc import Mapping

from fastapi.testclient import TestClient


def having_seen(web: TestClient, address: str, headers: Mapping[str, str]) -> dict[str, str]:
    """Give the headers with the version that whoever asks sees now; a thing that it does not see has none."""
    etag = web.get(address, headers=dict(headers)).headers.get("etag", '"unseen"')
    return {**headers, "If-Match": etag}
