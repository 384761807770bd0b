"""The fingerprint of an outcome: its content, without ids, order, times or seconds."""

import hashlib
import json
from typing import Any

from matching.identity import ContentKeys
from matching.outcome import Outcome

FIELD_KINDS = {
    "need": "needs",
    "component": "components",
    "components": "components",
    "offer": "offers",
    "offers": "offers",
}
REFERENCE_KINDS = {
    "need": "needs",
    "component": "components",
    "offer": "offers",
    "party": "parties",
    "delivery": "deliveries",
}


def fingerprint(outcome: Outcome, keys: ContentKeys) -> str:
    """Return the SHA-256 of an outcome in which every id stands as its content key.

    Parameters
    ----------
    outcome : Outcome
        Any outcome; the fingerprint that it may hold already is left out.
    keys : ContentKeys
        Content keys of the problem that it is of.

    Returns
    -------
    str
        64 hexadecimal digits, the same for the same content, however records are named and ordered.
    """
    content = outcome.model_dump(mode="json", exclude={"fingerprint"})
    text = _text(_Renaming(keys).of(content))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class _Renaming:
    """Puts content keys in the place of ids. Many certificates name the same long lists of them."""

    def __init__(self, keys: ContentKeys) -> None:
        self._keys = keys
        self._lists: dict[tuple[str, ...], list[Any]] = {}

    def of(self, value: Any, field: str = "") -> Any:
        if isinstance(value, dict):
            return {name: self.of(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return self._ids(value, field) if field in FIELD_KINDS else self._sorted(value, field)
        return _key(value, self._keys, field) if isinstance(value, str) else value

    def _ids(self, ids: list[str], field: str) -> list[Any]:
        signature = (field, *ids)
        if signature not in self._lists:
            self._lists[signature] = self._sorted(ids, field)
        return self._lists[signature]

    def _sorted(self, values: list[Any], field: str) -> list[Any]:
        return sorted((self.of(item, field) for item in values), key=_text)


def _key(value: str, keys: ContentKeys, field: str) -> str:
    """Return the content key of an id or of a reference (``offer:ID``); anything else as it is."""
    if field in FIELD_KINDS:
        named: dict[str, str] = getattr(keys, FIELD_KINDS[field])
        return named.get(value, value)
    kind, colon, name = value.partition(":")
    if colon and kind in REFERENCE_KINDS:
        found: dict[str, str] = getattr(keys, REFERENCE_KINDS[kind])
        return f"{kind}:{found.get(name, name)}"
    return value


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
