"""Months one by one: worked examples, what is refused, and faults that the checker finds."""

from datetime import date
from typing import Any

import pytest

from matching import Outcome, Policy, Problem, UnknownSetting, faults, insert_need, replay, run_round, why_not
from matching.policy import HoldBack, QuotaRule
from matching.problem import Component, MonthlyBooking, Need, Pin
from tests.matching.worlds import need, offer, problem


def _policy(**fields: Any) -> Policy:
    return Policy(text_model="character-ngrams", **({"calendar": "by_month"} | fields))


def _need(number: int, first: int, last: int, **fields: Any) -> Need:
    """Return a need whose window goes from one month of 2027 to another."""
    part = Component(id=f"N{number}.1", area="EXP-RET", **fields)
    return need(number, starts_on=date(2027, first, 5), ends_on=date(2027, last, 25), components=(part,))


def _seats(outcome: Outcome) -> dict[str, tuple[str, ...]]:
    return {seat.component: seat.months for team in outcome.proposals for seat in team.seats}


def _world(*needs: Need, **fields: Any) -> Problem:
    return problem(needs=needs, offers=(offer(**fields),))


def test_one_expert_serves_two_needs_in_different_months() -> None:
    """With one assignment at a time, March and May are two assignments; a whole window allows one."""
    asked = _world(_need(1, 3, 3), _need(2, 5, 5))
    assert _seats(run_round(asked, _policy())) == {"N1.1": ("2027-03",), "N2.1": ("2027-05",)}
    assert run_round(asked, _policy(calendar="whole_window")).figures.filled == 1


def test_one_expert_does_not_serve_two_needs_in_one_month() -> None:
    """In May there is one expert for two; the certificate names the expert and the month."""
    outcome = run_round(_world(_need(1, 5, 5), _need(2, 5, 5)), _policy())
    [unmet] = outcome.unmet
    assert unmet.reason == "no_availability"
    assert (unmet.certificate.offers, unmet.certificate.months) == (("O1",), (("2027-05",),))
    assert (unmet.certificate.demand, unmet.certificate.capacity, unmet.certificate.unmet) == (2, 1, 1)
    assert unmet.certificate.is_proved


def test_the_narrow_window_gets_its_month() -> None:
    """Who can only do March gets March, and who could do both takes April, whatever scores more."""
    seats = _seats(run_round(_world(_need(1, 3, 4), _need(2, 3, 3)), _policy()))
    assert seats == {"N1.1": ("2027-04",), "N2.1": ("2027-03",)}


def test_forty_five_days_block_three_months() -> None:
    """At 20 days a month they take three in a row, and another need finds only what is left."""
    long = _need(1, 3, 5, days=45)
    assert _seats(run_round(_world(long), _policy())) == {"N1.1": ("2027-03", "2027-04", "2027-05")}
    beside = run_round(_world(long, _need(2, 4, 4)), _policy())
    assert beside.figures.filled == 1
    after = run_round(_world(long, _need(2, 4, 6)), _policy())
    assert _seats(after)["N2.1"] == ("2027-06",)


def test_a_month_that_is_booked_cuts_a_row() -> None:
    """Two months in a row are not taken around a full one, but after it."""
    booked = (MonthlyBooking(month="2027-04", assignments=1),)
    seats = _seats(run_round(_world(_need(1, 3, 6, days=40), booked=booked), _policy()))
    assert seats == {"N1.1": ("2027-05", "2027-06")}


def test_a_short_window_is_filled() -> None:
    """Work of 45 days in a window of two months takes both: it is dense, not impossible."""
    assert _seats(run_round(_world(_need(1, 3, 4, days=45)), _policy())) == {"N1.1": ("2027-03", "2027-04")}
    settings = _policy(days_per_month=15)
    assert len(_seats(run_round(_world(_need(1, 3, 9, days=45)), settings))["N1.1"]) == 3


def test_days_of_a_year_are_a_budget_over_all_work() -> None:
    """Thirty days a year do for two assignments of fifteen days, not for three; next year is another one."""
    needs = [_need(number, number + 2, number + 2, days=15) for number in (1, 2, 3)]
    assert run_round(_world(*needs, days_per_year=30), _policy()).figures.filled == 2
    later = needs[2].model_copy(update={"starts_on": date(2028, 1, 5), "ends_on": date(2028, 1, 25)})
    assert run_round(_world(*needs[:2], later, days_per_year=30), _policy()).figures.filled == 3


def test_months_that_are_over_are_not_used() -> None:
    """A window that began before the round is used from the round's month on."""
    asked = need(starts_on=date(2026, 11, 1), ends_on=date(2027, 2, 28))
    assert _seats(run_round(problem(needs=(asked,)), _policy())) == {"N1.1": ("2027-01",)}


def test_work_without_a_window_has_no_month() -> None:
    """It counts against the capacity by itself, because it can go to a month that nothing else wants."""
    outcome = run_round(_world(need(1), need(2), _need(3, 3, 3)), _policy())
    assert outcome.figures.filled == 2
    assert _seats(outcome)["N3.1"] == ("2027-03",)
    [unmet] = outcome.unmet
    assert unmet.certificate.months == (("open",),)


def test_experts_of_one_offer_may_come_in_different_months() -> None:
    """Two experts of an institution that has one at a time come one after the other."""
    outcome = run_round(_world(_need(1, 3, 4, slots=2), sends=2), _policy())
    assert _seats(outcome) == {"N1.1": ("2027-03", "2027-04")}
    assert outcome.proposals[0].seats[0].experts == 2


def test_a_lock_takes_the_month_that_leaves_most() -> None:
    """The locked need could do March or April, and takes the one that nobody else needs."""
    asked = _world(_need(1, 3, 4), _need(2, 3, 3)).model_copy(
        update={"pins": (Pin(decision="lock", component="N1.1", offer="O1"),)}
    )
    assert _seats(run_round(asked, _policy())) == {"N1.1": ("2027-04",), "N2.1": ("2027-03",)}


def test_next_in_line_has_a_month_left_or_not() -> None:
    """An offer is taken by another need only if it has no month left for this one."""
    offers = (offer(1), offer(2, confirmed_on=date(2027, 1, 1)))
    busy = run_round(problem(needs=(_need(1, 3, 3), _need(2, 3, 3)), offers=offers), _policy())
    free = run_round(problem(needs=(_need(1, 3, 3), _need(2, 5, 5)), offers=offers), _policy())
    codes = [
        {line.reasons[0].code for team in outcome.proposals for line in team.alternatives}
        for outcome in (busy, free)
    ]
    assert codes == [{"taken_by_other_need"}, {"lower_score"}]


@pytest.mark.parametrize(
    "fields",
    [
        {"fairness": "maxmin"},
        {"quotas": (QuotaRule(kind="one_per_provider_state"),)},
        {"hold_back": HoldBack(arrivals=5)},
        {"team_slack": 100},
    ],
)
def test_what_is_not_defined_by_month_is_refused(fields: dict[str, Any]) -> None:
    """A setting that says nothing by month is an error, never left out in silence."""
    with pytest.raises(UnknownSetting, match="calendar"):
        run_round(problem(), _policy(**fields))


def test_what_comes_between_rounds_is_refused_by_month() -> None:
    """Insertions and replays know whole windows only, and say so."""
    outcome = run_round(problem(), _policy())
    with pytest.raises(UnknownSetting, match="by_month"):
        insert_need(problem(needs=(need(1), need(2))), _policy(), outcome, "N2")
    with pytest.raises(UnknownSetting, match="by_month"):
        replay(problem(needs=(need(1), need(2))), _policy(), batches=2)


def test_what_rests_on_prices_says_why_it_is_missing() -> None:
    """A team has no margin by month, and a question about an offer is answered with the reason."""
    asked = problem(needs=(_need(1, 3, 3),), offers=(offer(1), offer(2, confirmed_on=date(2027, 1, 1))))
    outcome = run_round(asked, _policy())
    [team] = outcome.proposals
    assert team.reasons[-1].code == "prices_not_defined_by_month"
    [other] = {"O1", "O2"} - {team.seats[0].offer}
    assert why_not(asked, _policy(), "N1.1", other).reasons[0].code == "prices_not_defined_by_month"
    assert why_not(asked, _policy(), "N1.1", team.seats[0].offer).reasons[0].code == "chosen"


def _with_months(outcome: Outcome, component: str, *months: str) -> Outcome:
    """Return the outcome with other months for one seat."""
    teams = [
        team.model_copy(
            update={
                "seats": tuple(
                    seat.model_copy(update={"months": months}) if seat.component == component else seat
                    for seat in team.seats
                )
            }
        )
        for team in outcome.proposals
    ]
    return outcome.model_copy(update={"proposals": tuple(teams)})


@pytest.mark.parametrize(
    ("months", "fault"),
    [
        (("2027-05",), "month_overbooked O1/2027-05"),
        (("2027-02",), "months_wrong N1.1/O1"),
        (("2027-06",), "months_wrong N1.1/O1"),
        (("2027-03", "2027-04"), "months_wrong N1.1/O1"),
        ((), "months_wrong N1.1/O1"),
    ],
)
def test_the_checker_finds_a_planted_month(months: tuple[str, ...], fault: str) -> None:
    """Booked twice in a month, outside of the window, in a month of no use, too long, or without any."""
    asked = _world(_need(1, 3, 6), _need(2, 5, 5), months=(3, 4, 5))
    outcome = run_round(asked, _policy())
    assert faults(asked, _policy(), outcome) == ()
    assert fault in faults(asked, _policy(), _with_months(outcome, "N1.1", *months))


def test_the_checker_finds_days_beyond_the_year() -> None:
    """Whoever reads the same seats against a smaller budget sees it overspent."""
    needs = [_need(number, number + 2, number + 2, days=15) for number in (1, 2)]
    outcome = run_round(_world(*needs, days_per_year=30), _policy())
    smaller = _world(*needs, days_per_year=29)
    assert "days_overspent O1/2027" in faults(smaller, _policy(), outcome)


def test_the_checker_finds_a_wrong_certificate_of_months() -> None:
    """A certificate that leaves out months, or names others, does not stand."""
    asked = _world(_need(1, 5, 5), _need(2, 5, 5))
    outcome = run_round(asked, _policy())
    for months, fault in (((), "certificate_months_wrong"), ((("2027-06",),), "certificate_capacity_wrong")):
        certificate = outcome.unmet[0].certificate.model_copy(update={"months": months})
        unmet = outcome.unmet[0].model_copy(update={"certificate": certificate})
        planted = outcome.model_copy(update={"unmet": (unmet,)})
        assert any(found.startswith(fault) for found in faults(asked, _policy(), planted))


def test_months_under_a_whole_window_are_a_fault() -> None:
    """Where windows count as a whole, a seat that names a month says more than was decided."""
    settings = _policy(calendar="whole_window")
    asked = _world(_need(1, 3, 6))
    planted = _with_months(run_round(asked, settings), "N1.1", "2027-03")
    assert faults(asked, settings, planted) == ("months_wrong N1.1/O1",)


def test_a_later_end_lends_no_room_to_an_earlier_one() -> None:
    """Of three windows that begin in March, two end there: one of these stays empty."""
    outcome = run_round(_world(_need(1, 3, 3), _need(2, 3, 3), _need(3, 3, 5)), _policy())
    assert outcome.figures.filled == 2
    assert _seats(outcome)["N3.1"] in {("2027-04",), ("2027-05",)}
