"""What a state's place in a dialogue, regional body or other group counts: one table for all who ask.

It decides which groups two states share (:mod:`matching.pairs.peers`), which group could host the work
(:mod:`matching.hosts.routing`) and who sits where in the partnership graph (:mod:`matching.partnerships`).
"""

from types import MappingProxyType

from matching.problem import Role

ROLE_WEIGHTS: MappingProxyType[Role, float] = MappingProxyType(
    {
        "member": 1.0,
        "participant": 1.0,
        "associate": 1.0,
        "suspended": 1.0,
        "partner": 0.5,
        "observer": 0.5,
        "unclear": 0.0,
        "disputed": 0.0,
        "inactive": 0.0,
        "former_member": 0.0,
        "withdrawn": 0.0,
    }
)
"""What each role counts.

Who is ``suspended`` is still a member in law, and its officials know the others: it counts in full. That it
may not sit in meetings for now matters to who could host, and is said there as a warning. What is ``unclear``
or ``disputed`` counts nothing until a person confirms it. Who is ``inactive`` keeps a seat without taking it,
and counts nothing until it comes back.
"""

WARNED_ROLES: tuple[Role, ...] = ("unclear", "disputed", "suspended", "inactive")
"""Roles that a person has to look at before a group is asked to host."""
