"""Who is who by content."""

from datetime import date

import pytest

from matching.errors import InvalidProblem
from matching.identity import content_keys, policy_digest, problem_digest
from matching.policy import WEIGHTS, Policy
from matching.problem import Component, Offer, Problem
from tests.matching.worlds import need, offer, party, problem, reference_data


def test_a_key_says_nothing_of_ids() -> None:
    """The same offer has the same key under another id, of a party under another id."""
    one = problem(parties=(party("AAA"), party("BBB")))
    other = problem(parties=(party("AAA"), party("BBB", id="renamed")), offers=(offer(9, party="renamed"),))
    assert content_keys(one).offers["O1"] == content_keys(other).offers["O9"]


def test_a_key_changes_with_what_it_refers_to() -> None:
    """An offer of another ministry is another offer, though its own fields are equal."""
    keys = content_keys(problem(offers=(offer(1), offer(2, party="P-CCC"))))
    assert keys.offers["O1"] != keys.offers["O2"]


def test_unknown_and_none_are_different_statements() -> None:
    """No statement about languages and the statement "none" give different keys."""
    keys = content_keys(problem(offers=(offer(1, languages=None), offer(2, languages=()))))
    assert keys.offers["O1"][:64] != keys.offers["O2"][:64]


def test_where_it_was_read_is_content() -> None:
    """Two offers of the same words from two pages are told apart; a page that is not said changes no key."""
    keys = content_keys(problem(offers=(offer(1), offer(2, source="page"), offer(3, source=None)))).offers
    assert keys["O1"][:64] == keys["O3"][:64] != keys["O2"][:64]
    assert keys["O1"][:64] == content_keys(problem()).offers["O1"]


def test_equal_records_are_numbered() -> None:
    """Three equal offers have one key, with #2 and #3 behind the further ones."""
    keys = content_keys(problem(offers=(offer(1), offer(2), offer(3))))
    plain = min(keys.offers.values())
    assert sorted(keys.offers.values()) == [plain, f"{plain}#2", f"{plain}#3"]


def test_equal_records_are_told_apart_by_who_refers_to_them() -> None:
    """Of two equal parties the same one is #2 in any order, where a need excludes one of them."""
    twins = (party("CCC", id="one"), party("CCC", id="two"))
    parties = (party("AAA"), *twins)
    asked = (need(excluded=("two",)),)
    there = content_keys(problem(parties=parties, needs=asked, offers=()))
    back = content_keys(problem(parties=parties[::-1], needs=asked, offers=()))
    assert there.parties == back.parties


def test_a_need_that_duplicates_another_has_a_key_of_its_own() -> None:
    """Naming the original enters the key, and two needs may even name each other."""
    needs = (need(1, duplicate_of="N2"), need(2, duplicate_of="N1"), need(3))
    keys = content_keys(problem(needs=needs)).needs
    assert keys["N1"][:64] == keys["N2"][:64] != keys["N3"][:64]


def test_the_digest_tells_who_owns_which_of_two_equal_things() -> None:
    """Two equal parties with one offer each is not the same as one of them with both."""
    parties = (party("AAA"), party("CCC", id="one"), party("CCC", id="two"))
    split = problem(parties=parties, offers=(offer(1, party="one"), offer(2, party="two")))
    joined = problem(parties=parties, offers=(offer(1, party="one"), offer(2, party="one")))
    assert problem_digest(split) != problem_digest(joined)


@pytest.mark.parametrize("field", ["as_of", "states", "memberships", "offers"])
def test_every_part_enters_the_digest(field: str) -> None:
    """Another day, other facts, other offers: another digest."""
    full = problem()
    changed = {"as_of": date(2030, 1, 1), "memberships": (), "offers": (), "states": full.states[:-1]}
    parties = tuple(item for item in full.parties if "FFF" not in item.states)
    other = Problem(
        **(
            reference_data()
            | {"parties": parties, "needs": full.needs, "offers": full.offers}
            | {field: changed[field]}
        )
    )
    assert problem_digest(full) != problem_digest(other)
    assert problem_digest(full) == problem_digest(problem())


def test_the_policy_digest_is_of_what_it_sets() -> None:
    """A default that is said aloud changes nothing; another weight does."""
    moved = dict(WEIGHTS) | {"topic": WEIGHTS["topic"] - 0.01, "meaning": WEIGHTS["meaning"] + 0.01}
    assert policy_digest(Policy()) == policy_digest(Policy(minimum_score=2500))
    assert policy_digest(Policy()) != policy_digest(Policy(weights=moved))


def test_default_weights_add_to_one() -> None:
    """The published weights name every criterion and add to 1."""
    assert sum(WEIGHTS.values()) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(
    ("fields", "record", "field", "code"),
    [
        ({"offers": (offer(1, party="P-XXX"),)}, "offer:O1", "party", "unknown"),
        ({"offers": (offer(1), offer(1))}, "offer:O1", "id", "repeated"),
        ({"needs": (need(requesters=("P-XXX",)),)}, "need:N1", "requesters", "unknown"),
        (
            {"needs": (need(components=(Component(id="c", area="EXP-NO"),)),)},
            "need:N1",
            "components[0].area",
            "unknown",
        ),
    ],
)
def test_a_wrong_record_is_named(fields: dict[str, object], record: str, field: str, code: str) -> None:
    """A problem that names what it does not declare says which record and field it is."""
    with pytest.raises(InvalidProblem) as refused:
        problem(**fields)
    assert (refused.value.record, refused.value.field, refused.value.code) == (record, field, code)


def test_a_wrong_value_names_its_record() -> None:
    """A capacity below 0 is refused with offer and field, not as a failure of pydantic."""
    with pytest.raises(InvalidProblem) as refused:
        Offer(id="O1", party="P", capacity=-1)
    assert (refused.value.record, refused.value.field) == ("offer:O1", "capacity")
