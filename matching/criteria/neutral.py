"""What a criterion gives where the facts are unknown.

Unknown never excludes and never beats a stated fit: each neutral value lies below what a stated match gives
and, where a stated mismatch is a fact against the pair, above that. Where the records are only silent (no
delivery known, no group shared) the neutral value is 0, because silence is all there is.
"""

from types import MappingProxyType

NEUTRAL = MappingProxyType(
    {
        "topic": 0.15,  # a side states neither area nor commitment
        "meaning": 0.15,  # a side has no text; about what two unrelated texts give
        "modality": 0.5,  # a side states neither modality nor delivery mode
        "language": 0.35,  # a side states none, and no official language is known either
        "membership": 0.0,  # a side is in no group that we know of, or has no state
        "proximity": 0.3,  # a place is unknown, or the provider has no state
        "similarity": 0.4,  # nothing to compare
        "availability": 0.5,  # neither months nor capacity are stated
        "track_record": 0.0,  # no delivery on the topic on record
        "relations": 0.0,  # no delivery between the states on record
        "evidence": 0.2,  # no expertise stated: nobody vouches for anything
        "south_south": 0.0,  # income of a side unknown, or the provider has no state
        "priority": 0.0,  # nothing says that the requester is a priority
        "agenda": 0.0,  # a side is in no group that we know of
        "wishes": 0.5,  # nobody stated a wish
    }
)
