"""Who asks, and the rules of signing in, by themselves."""

import string
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import caller as asking
from service.access import rules
from service.caller import ANYBODY, ASKING, DESK, OFFERING, OPERATOR, ROLES, SYSTEM, Caller, Duty, Role

NOW = datetime(2027, 3, 15, 9, 30, 0, 250_000, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
HERE, THERE = "stakeholder_here", "stakeholder_there"
INVITED = {
    "administrator": set(ROLES),
    "national_focal_point": {
        "national_focal_point",
        "requester_officer",
        "provider_focal_point",
        "expert",
        "observer",
    },
    "pool_manager": {"pool_manager", "provider_focal_point", "expert", "observer"},
    "dialogue_secretariat": {"dialogue_secretariat", "case_officer", "steering_member", "observer"},
}
OPEN_TO_ENROL = {
    "/account/security",
    "/sign-in",
    "/sign-out",
    "/password/",
    "/invitation",
    "/api/v1/sign-in",
    "/api/v1/sign-out",
    "/api/v1/me/security",
    "/api/v1/me/authenticator-app",
    "/api/v1/me/passkeys",
    "/api/v1/me/recovery-codes",
    "/api/v1/me/proof",
    "/api/v1/me/linked-sign-ins",
}


def test_there_are_these_roles_and_no_others() -> None:
    """Roles, and who of them asks, offers and handles, are those of the design."""
    assert set(ROLES) == {
        "requester_officer",
        "national_focal_point",
        "provider_focal_point",
        "pool_manager",
        "expert",
        "case_officer",
        "dialogue_secretariat",
        "steering_member",
        "funder",
        "peer_reviewer",
        "evaluator",
        "observer",
        "administrator",
    }
    assert {"requester_officer", "national_focal_point"} == ASKING
    assert {"provider_focal_point", "pool_manager"} == OFFERING
    assert {"case_officer", "dialogue_secretariat"} == DESK


def test_nobody_the_service_and_the_operator_are_who_they_say() -> None:
    """Nobody is not signed in and has no duty; the service has none; the operator is an administrator."""
    assert Caller() == ANYBODY
    assert (ANYBODY.name, ANYBODY.stands_in) == ("", frozenset())
    assert not ANYBODY.is_signed_in
    assert not ANYBODY.is_administrator
    assert not ANYBODY.has_second_factor
    assert (SYSTEM.account_id, SYSTEM.name, SYSTEM.duties) == ("system", "Homologue", frozenset())
    assert SYSTEM.is_signed_in
    assert not SYSTEM.has_second_factor
    assert (OPERATOR.account_id, OPERATOR.name) == ("operator", "Operator")
    assert OPERATOR.duties == {Duty("administrator")}
    assert OPERATOR.is_administrator
    assert OPERATOR.has_second_factor
    assert asking.StandIn(Duty("expert"), "a").account_id == "a"


@pytest.mark.parametrize("role", ROLES)
def test_a_duty_counts_for_its_role_and_its_stakeholder(role: Role) -> None:
    """Somebody acts with the role of a duty and no other, and for its stakeholder and no other."""
    caller = Caller("a", duties=frozenset({Duty(role, HERE), Duty("observer", THERE)}))
    assert caller.stakeholders() == {HERE, THERE}
    assert caller.is_administrator == (role == "administrator")
    for other in ROLES:
        assert caller.acts_for(HERE, other) == (other == role)
        assert caller.acts_for(THERE, other) == (other == "observer")
    assert caller.acts_for(HERE)
    assert not caller.acts_for("stakeholder_elsewhere")
    assert caller.desks() == ({HERE} if role in DESK else frozenset())
    assert Caller("a", duties=frozenset({Duty(role)})).stakeholders() == frozenset()


@pytest.mark.parametrize("role", ROLES)
def test_each_invites_to_what_is_theirs_where_they_are(role: Role) -> None:
    """Administrators invite to anything anywhere; others to the roles beside theirs, in their own house."""
    own = [Duty(role, HERE)]
    for invited in (*ROLES, "nothing"):
        assert rules.may_invite(own, invited, HERE) == (invited in INVITED.get(role, ()))
        elsewhere = role == "administrator" and invited in ROLES
        assert rules.may_invite(own, invited, THERE) == elsewhere
        assert rules.may_invite([Duty("expert", THERE), *own], invited, THERE) == elsewhere
    assert rules.may_invite_anybody([Duty("expert"), *own]) == (role in INVITED)
    assert not rules.may_invite_anybody([])
    assert rules.may_manage_accounts(Caller("a", duties=frozenset(own))) == (role == "administrator")
    assert rules.needs_stakeholder(role) == (role != "administrator")
    assert rules.needs_second_factor(["expert", role], frozenset({role}))
    assert not rules.needs_second_factor([role], frozenset(ROLES) - {role})


def test_only_what_enrols_or_leaves_is_open_without_the_second_factor() -> None:
    """Whoever still owes a second factor comes to the doors that set it up, sign in or out; nowhere else."""
    for path in OPEN_TO_ENROL:
        assert rules.is_open_to_enrol(path)
        assert rules.is_open_to_enrol(f"{path}/more")
        assert not rules.is_open_to_enrol(path[:-1])
        assert not rules.is_open_to_enrol(f"/api{path}")
    for path in ("/", "/account", "/api/v1/me", "/api/v1/needs", "/needs", "/admin/accounts", "/password"):
        assert not rules.is_open_to_enrol(path)


def test_limits_are_those_that_were_agreed() -> None:
    """How long what opens a door lasts, and how often it may be tried, changes on purpose only."""
    assert {
        "longest_token": 365,
        "usual_token": 90,
        "reset": timedelta(hours=1),
        "challenge": timedelta(minutes=5),
        "codes": 10,
        "invitation": timedelta(days=7),
        "resend": timedelta(minutes=5),
        "deputy": 366,
        "proof": timedelta(minutes=10),
        "failures": 10,
        "window": timedelta(minutes=5),
        "step": 30,
        "aside": 1,
    } == {
        "longest_token": rules.LONGEST_TOKEN_DAYS,
        "usual_token": rules.USUAL_TOKEN_DAYS,
        "reset": rules.RESET_LASTS,
        "challenge": rules.CHALLENGE_LASTS,
        "codes": rules.RECOVERY_CODES,
        "invitation": rules.INVITATION_LASTS,
        "resend": rules.RESEND_AFTER,
        "deputy": rules.LONGEST_DEPUTY_DAYS,
        "proof": rules.PROOF_LASTS,
        "failures": rules.MOST_FAILURES,
        "window": rules.FAILURE_WINDOW,
        "step": rules.STEP_SECONDS,
        "aside": rules.STEPS_ASIDE,
    }
    assert rules.SCOPES == ("read", "write")
    assert rules.MEANS == ("password", "passkey", "provider", "demonstration")
    assert rules.PURPOSES == ("register", "sign_in", "second_factor")


@pytest.mark.parametrize(
    ("make", "prefix"),
    [
        (rules.new_token, "hml_"),
        (rules.new_session_secret, "hms_"),
        (rules.new_invitation_secret, "hmi_"),
    ],
)
def test_a_secret_is_told_by_its_beginning_and_nobody_guesses_it(
    make: Callable[[], str], prefix: str
) -> None:
    """Each kind begins in its own way, carries 256 bits and is new each time."""
    made = {make() for _ in range(5)}
    assert len(made) == 5
    assert {one[:4] for one in made} == {prefix}
    assert {len(one) for one in made} == {4 + 43}


def test_a_recovery_code_can_be_written_down_and_typed_in_any_way() -> None:
    """Four groups of four clear letters; spaces, dashes and small letters do not matter."""
    letters = set(string.ascii_uppercase + string.digits) - set("IO01")
    made = [rules.new_recovery_code() for _ in range(200)]
    assert len(set(made)) == 200
    assert {tuple(len(part) for part in code.split("-")) for code in made} == {(4, 4, 4, 4)}
    assert {letter for code in made for letter in code} == letters | {"-"}
    for code in made[:5]:
        assert rules.plain_code(f" {code.lower().replace('-', ' ')}.") == code.replace("-", "")


def test_what_is_kept_of_a_secret_is_its_digest() -> None:
    """SHA-256 of its text, also of what no encoding can hold."""
    assert rules.digest_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert rules.digest_of("\ud800") == rules.digest_of("?")


def test_a_deputy_stands_in_for_a_year_at_most() -> None:
    """A period runs forward, is not over, and holds no more than 366 days."""
    today = date(2027, 3, 15)

    def days(before: int, after: int) -> bool:
        return rules.is_period(today + timedelta(before), today + timedelta(after), today)

    assert days(0, 0)
    assert days(-3, 0)
    assert not days(-3, -1)
    assert not days(1, 0)
    assert days(1, 366)
    assert not days(1, 367)


def test_proofs_and_sessions_end_at_their_moment() -> None:
    """A proof counts for ten minutes; a session until it expires, and no longer idle than it may be."""
    lasts = rules.PROOF_LASTS
    assert rules.is_proved(NOW, NOW + lasts - MOMENT)
    assert not rules.is_proved(NOW, NOW + lasts)
    idle, later = timedelta(hours=2), NOW + timedelta(hours=1)
    assert rules.is_live(NOW, later, later - MOMENT, idle)
    assert not rules.is_live(NOW, later, later, idle)
    assert rules.is_live(NOW, NOW + timedelta(hours=9), NOW + idle - MOMENT, idle)
    assert not rules.is_live(NOW, NOW + timedelta(hours=9), NOW + idle, idle)


def test_a_setting_names_roles() -> None:
    """Roles are named apart by commas or spaces; a word that is none is refused and named."""
    assert rules.roles_named("expert, funder observer") == {"expert", "funder", "observer"}
    assert rules.roles_named(" ") == frozenset()
    with pytest.raises(ValueError, match=r"^no such role: ministers, pilot$"):
        rules.roles_named("pilot expert ministers")


@given(st.lists(st.integers(0, 700), max_size=30))
def test_a_guess_waits_until_fewer_than_ten_failed_lately(ago: list[int]) -> None:
    """While ten failures count nobody guesses; the wait ends with the first second at which they do not."""
    failed = [rules.microseconds(NOW - timedelta(seconds=seconds)) for seconds in ago]
    counting = rules.failures_within(failed, NOW)
    assert counting == sorted(moment for moment, seconds in zip(failed, ago, strict=True) if seconds < 300)
    wait = rules.seconds_to_wait(counting, NOW)
    assert (wait == 0) == (len(counting) < 10)
    assert wait <= 300
    if wait:
        assert len(rules.failures_within(failed, NOW + timedelta(seconds=wait))) < 10
        if wait > 1:
            assert len(rules.failures_within(failed, NOW + timedelta(seconds=wait - 1))) >= 10


def test_a_wait_is_told_in_whole_seconds_and_never_as_none() -> None:
    """What is left of a second counts as one."""
    counting = [rules.microseconds(NOW)] * 10
    end = NOW + rules.FAILURE_WINDOW
    assert rules.seconds_to_wait(counting, end - MOMENT) == 1
    assert rules.seconds_to_wait(counting, end) == 1
    assert rules.seconds_to_wait(counting, NOW + MOMENT) == 300
    assert rules.seconds_to_wait(counting, end - timedelta(seconds=1) - MOMENT) == 2
    assert rules.microseconds(NOW) == 1_805_103_000_250_000
    assert rules.microseconds_in(timedelta(seconds=2, microseconds=3)) == 2_000_003


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/120 Safari/537 Edg/120", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux) AppleWebKit/537 Chrome/120 Safari/537 OPR/106", "Opera, Linux"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537 Chrome/120 Safari/537", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; like Mac OS X) CriOS/120 Safari/604", "Chrome, iPhone"),
        ("Mozilla/5.0 (iPad; like Mac OS X) FxiOS/120 Safari/604", "Firefox, iPad"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/17 Safari/605", "Safari, macOS"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("curl/8.14.1", "curl"),
        ("x" * 50 + "/1", "x" * 40),
        ("", ""),
    ],
)
def test_a_device_is_called_as_people_call_it(told: str, words: str) -> None:
    """Browser and system are named by the first mark that counts; a program by its own first word."""
    assert rules.device_in_words(told) == words
