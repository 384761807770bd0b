"""Who is who by content: keys and digests that depend on no id and on no order.

A key is the SHA-256 of a record's canonical content, in which every reference stands as the key of what it
refers to. Ids and the order of tuples never enter, and a field at its default is left out, so that a new
field of a later version changes no key. Records of the same content get ``#2``, ``#3`` behind their key;
which of them gets which is decided by who refers to them, so that no order of the input can show.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from json.encoder import encode_basestring
from typing import Any

from matching.policy import Policy
from matching.problem import Delivery, Expertise, Language, MonthlyBooking, Need, Offer, Party, Problem
from matching.records import Record

Node = tuple[str, str]
Link = tuple[str, Node, Node]


@dataclass(frozen=True)
class ContentKeys:
    """Content key of each record, by its id."""

    parties: dict[str, str]
    needs: dict[str, str]
    components: dict[str, str]
    offers: dict[str, str]
    deliveries: dict[str, str]


def content_keys(problem: Problem) -> ContentKeys:
    """Return the content key of every party, need, component, offer and delivery.

    Parameters
    ----------
    problem : Problem
        Any problem.

    Returns
    -------
    ContentKeys
        64 hexadecimal digits each, with ``#2``, ``#3`` behind the key of further records of equal content.

    Notes
    -----
    Linear in the size of the problem. Only where records are equal, the links between records are followed
    (colour refinement), to tell equal offers of a party that somebody excluded from those of another.

    Examples
    --------
    >>> from datetime import date
    >>> from matching.problem import Party
    >>> twins = [Party(id=name, type="academia", name="A university") for name in ("a", "b")]
    >>> keys = content_keys(Problem(as_of=date(2027, 1, 1), parties=tuple(twins)))
    >>> sorted(key[64:] for key in keys.parties.values())
    ['', '#2']
    """
    plain = _plain_keys(problem)
    if all(len(set(keys.values())) == len(keys) for keys in plain.values()):
        return ContentKeys(**plain)
    refined = _refined(problem, plain)
    return ContentKeys(**{kind: _numbered(kind, keys, refined) for kind, keys in plain.items()})


def problem_digest(problem: Problem, keys: ContentKeys | None = None) -> str:
    """Return the SHA-256 of everything that a problem says, whatever its ids and its order.

    Parameters
    ----------
    problem : Problem
        Any problem.
    keys : ContentKeys, optional
        Its keys, where they are known already.
    """
    keys = keys or content_keys(problem)
    reference = {
        field: sorted(_canonical(item) for item in getattr(problem, field))
        for field in ("modalities", "states", "commitments", "areas", "groups", "memberships")
    }
    by_kind = {kind: getattr(keys, kind) for kind in ContentKeys.__dataclass_fields__}
    links = sorted([(role, by_kind[a][x], by_kind[b][y]) for role, (a, x), (b, y) in _links(problem)])
    digest = hashlib.sha256()
    for text in _written_problem(problem, reference, by_kind, links):
        digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


LINKS_AT_A_TIME = 10_000


def _written_problem(
    problem: Problem,
    reference: dict[str, list[str]],
    by_kind: dict[str, dict[str, str]],
    links: list[tuple[str, str, str]],
) -> Iterator[str]:
    """Give what a problem says as JSON with sorted names, piece by piece: of a large one it is 100 MB."""
    yield f'{{"as_of":{_compact(problem.as_of.isoformat())},"links":['
    for first in range(0, len(links), LINKS_AT_A_TIME):
        yield "," * (first > 0) + _compact(links[first : first + LINKS_AT_A_TIME])[1:-1]
    yield '],"records":{'
    for number, kind in enumerate(sorted(by_kind)):
        yield "," * (number > 0) + f"{_quoted(kind)}:{_compact(sorted(by_kind[kind].values()))}"
    yield f'}},"reference":{_compact(reference)}}}'


def policy_digest(policy: Policy) -> str:
    """Return the SHA-256 of a policy's settings.

    Examples
    --------
    >>> policy_digest(Policy()) == policy_digest(Policy(fairness="tiered"))
    True
    >>> policy_digest(Policy()) == policy_digest(Policy(fairness="total"))
    False
    """
    return _digest(policy.model_dump(mode="json"))


_compact = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_ascii = json.JSONEncoder(sort_keys=True).encode
_spaced = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=str).encode


def _digest(content: Any) -> str:
    return _sha256(_compact(content))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _digest_record(fields: dict[str, str], *others: str) -> str:
    """Return the digest of a list that begins with a record's fields; the others are JSON already.

    The same as that of the whole list, without an encoder that is made anew for each record.
    """
    text = ",".join([f"{_quoted(name)}:{encode_basestring(fields[name])}" for name in sorted(fields)])
    return _sha256(f"[{','.join(['{' + text + '}', *others])}]")


_quoted = lru_cache(maxsize=None)(encode_basestring)
_PLAIN: dict[type, Callable[[Any], str]] = {
    str: encode_basestring,
    bool: {True: "true", False: "false"}.__getitem__,
    int: int.__repr__,
    date: lambda day: f'"{day.isoformat()}"',
}


def _canonical(value: Any) -> str:
    """Return text that is the same for equal content: fields at their default left out, tuples as sets."""
    write = _PLAIN.get(type(value))
    if write is not None:
        return write(value)
    if type(value) is tuple:
        kind = type(value[0]) if value else str
        return _words(kind.__name__, value) if kind in _PLAIN else _listed_parts(value)
    return _written(_fields(value)) if isinstance(value, Record) else _spaced(value)


@lru_cache(maxsize=1 << 16)
def _words(_kind: str, values: tuple[Any, ...]) -> str:
    """Return the canonical text of a tuple of plain values of a kind; the same few come again."""
    return _listed_parts(values)


def _listed_parts(values: tuple[Any, ...]) -> str:
    parts = [_part(part) for part in values]
    return f"[{', '.join([text for _, text in sorted(parts)])}]"


def _part(value: Any) -> tuple[str, str]:
    """Return the canonical text of what stands in a tuple, plain and quoted; small values come again."""
    if type(value) is str:
        return _word(value)
    if isinstance(value, _SMALL):
        return _small(type(value), tuple(value.__dict__.items()))
    text = _canonical(value)
    return text, encode_basestring(text)


@lru_cache(maxsize=1 << 16)
def _word(value: str) -> tuple[str, str]:
    text = encode_basestring(value)
    return text, encode_basestring(text)


@lru_cache(maxsize=1 << 16)
def _small(kind: type[Record], content: tuple[tuple[str, Any], ...]) -> tuple[str, str]:
    defaults = _defaults(kind)
    text = _written({name: _canonical(value) for name, value in content if value != defaults[name]})
    return text, encode_basestring(text)


def _written(fields: dict[str, str]) -> str:
    """Return fields as JSON with their names in order."""
    return (
        "{"
        + ", ".join([f"{_quoted(name)}: {encode_basestring(fields[name])}" for name in sorted(fields)])
        + "}"
    )


def _fields(record: Record, leave: frozenset[str] = frozenset()) -> dict[str, str]:
    values = record.__dict__
    return {
        name: _canonical(value)
        for name, default in _asked(type(record), leave)
        if (value := values[name]) is not default and value != default
    }


@cache
def _asked(kind: type[Record], leave: frozenset[str]) -> tuple[tuple[str, Any], ...]:
    """Return the fields of a kind that are asked for, with their defaults."""
    return tuple((name, default) for name, default in _defaults(kind).items() if name not in leave)


@cache
def _defaults(kind: type[Record]) -> dict[str, Any]:
    return {name: field.default for name, field in kind.model_fields.items()}


_SMALL = (Expertise, Language, MonthlyBooking)
_ID = frozenset({"id"})
_NEED_LINKS = ("requesters", "preferred", "excluded", "do_not_pair")
_OFFER_LINKS = ("conflicts", "refuses", "prefers")
_NEED_OWN = _ID | {"components", "duplicate_of", *_NEED_LINKS}
_OFFER_OWN = _ID | {"party", *_OFFER_LINKS}
_DELIVERY_OWN = _ID | {"parties"}


def _plain_keys(problem: Problem) -> dict[str, dict[str, str]]:
    parties = {party.id: _party_key(party) for party in problem.parties}
    first = {need.id: _need_key(need, parties) for need in problem.needs}
    needs = {need.id: _with_original(need, first) for need in problem.needs}
    return {
        "parties": parties,
        "needs": needs,
        "components": {
            part.id: _digest([needs[need.id], _fields(part, _ID)])
            for need in problem.needs
            for part in need.components
        },
        "offers": {offer.id: _offer_key(offer, parties) for offer in problem.offers},
        "deliveries": {item.id: _delivery_key(item, parties) for item in problem.deliveries},
    }


def _party_key(party: Party) -> str:
    return _digest(_fields(party, _ID))


def party_keys(parties: Iterable[Party]) -> dict[str, str]:
    """Return the content key of each party, by its id; equal parties have equal keys here."""
    return {party.id: _party_key(party) for party in parties}


def component_keys(need: Need, parties: dict[str, str]) -> dict[str, str]:
    """Return the content key of each component of a need, by its id, given those of the parties it names."""
    plain = _need_key(need, parties)
    return {part.id: _digest([plain, _fields(part, _ID)]) for part in need.components}


def _need_key(need: Need, parties: dict[str, str]) -> str:
    components = _compact(sorted(_ascii(_fields(part, _ID)) for part in need.components))
    return _digest_record(_fields(need, _NEED_OWN), components, _named(need, _NEED_LINKS, parties))


def _with_original(need: Need, first: dict[str, str]) -> str:
    own = first[need.id]
    return own if need.duplicate_of is None else _digest([own, first[need.duplicate_of]])


def _offer_key(offer: Offer, parties: dict[str, str]) -> str:
    party, named = f'"{parties[offer.party]}"', _named(offer, _OFFER_LINKS, parties)
    return _digest_record(_fields(offer, _OFFER_OWN), party, named)


def _delivery_key(delivery: Delivery, parties: dict[str, str]) -> str:
    return _digest_record(_fields(delivery, _DELIVERY_OWN), _named(delivery, ("parties",), parties))


def _named(record: Record, fields: Iterable[str], keys: dict[str, str]) -> str:
    """Return the keys of the parties that a record names in each of some fields, as JSON."""
    values = record.__dict__
    return f"[{','.join([_listed(values[field], keys) for field in fields])}]"


def _listed(names: tuple[str, ...], keys: dict[str, str]) -> str:
    if not names:
        return "[]"
    return "[" + ",".join(sorted([f'"{keys[name]}"' for name in names])) + "]"


def _links(problem: Problem) -> list[Link]:
    """Return every link between two identified records as (role, from, to)."""
    links = []
    for need in problem.needs:
        here = ("needs", need.id)
        links += [("component", here, ("components", part.id)) for part in need.components]
        links += _party_links(here, need, _NEED_LINKS)
        if need.duplicate_of is not None:
            links.append(("duplicate_of", here, ("needs", need.duplicate_of)))
    for offer in problem.offers:
        here = ("offers", offer.id)
        links.append(("party", here, ("parties", offer.party)))
        links += _party_links(here, offer, _OFFER_LINKS)
    for delivery in problem.deliveries:
        links += _party_links(("deliveries", delivery.id), delivery, ("parties",))
    links += [(pin.decision, ("components", pin.component), ("offers", pin.offer)) for pin in problem.pins]
    return links


def _party_links(here: Node, record: Record, fields: Iterable[str]) -> list[Link]:
    return [(field, here, ("parties", name)) for field in fields for name in getattr(record, field)]


ROUNDS_NEARBY = 3
"""So many links around equal records are followed before all records are looked at."""


def _refined(problem: Problem, plain: dict[str, dict[str, str]]) -> dict[Node, str]:
    """Return labels that tell equal records apart by what refers to them, as far as that can be told."""
    links = _links(problem)
    twins = {(kind, name) for kind, keys in plain.items() for name in _shared(keys)}
    count = len({plain[kind][name] for kind, name in twins})
    for rounds in range(1, ROUNDS_NEARBY + 1):
        labels = _labels(twins, plain, links, rounds)
        if len(set(labels.values())) == count:
            return labels
        count = len(set(labels.values()))
    return _refined_everywhere(plain, links)


def _shared(keys: dict[str, str]) -> list[str]:
    """Return the names of the records whose key others have too."""
    counts = Counter(keys.values())
    return [name for name, key in keys.items() if counts[key] > 1]


def _labels(
    nodes: set[Node], plain: dict[str, dict[str, str]], links: list[Link], rounds: int
) -> dict[Node, str]:
    """Return the labels of some records after so many rounds, each made of those around it in the last."""
    if not rounds:
        return {(kind, name): plain[kind][name] for kind, name in nodes}
    around = _around(links, nodes)
    others = {other for found in around.values() for _, other in found}
    return _next(_labels(nodes | others, plain, links, rounds - 1), around, nodes)


def _around(links: list[Link], nodes: AbstractSet[Node] | None = None) -> dict[Node, list[tuple[str, Node]]]:
    """Return what refers to records, and to what they refer; of all records unless some are named."""
    around: dict[Node, list[tuple[str, Node]]] = defaultdict(list)
    for role, source, target in links:
        if nodes is None or source in nodes:
            around[source].append((f"to {role}", target))
        if nodes is None or target in nodes:
            around[target].append((f"by {role}", source))
    return around


def _next(
    labels: dict[Node, str], around: dict[Node, list[tuple[str, Node]]], nodes: Iterable[Node]
) -> dict[Node, str]:
    return {
        node: _digest([labels[node], sorted([role, labels[other]] for role, other in around.get(node, ()))])
        for node in nodes
    }


def _refined_everywhere(plain: dict[str, dict[str, str]], links: list[Link]) -> dict[Node, str]:
    """Return the labels of all records, refined until no round tells more of them apart."""
    labels = {(kind, name): key for kind, keys in plain.items() for name, key in keys.items()}
    around, count = _around(links), len(set(labels.values()))
    while True:
        labels = _next(labels, around, labels)
        if len(set(labels.values())) == count:
            return labels
        count = len(set(labels.values()))


def _numbered(kind: str, keys: dict[str, str], refined: dict[Node, str]) -> dict[str, str]:
    seen: Counter[str] = Counter()
    numbered = {}
    for name in sorted(keys, key=lambda name: (keys[name], refined.get((kind, name), ""))):
        seen[keys[name]] += 1
        count = seen[keys[name]]
        numbered[name] = keys[name] if count == 1 else f"{keys[name]}#{count}"
    return numbered
