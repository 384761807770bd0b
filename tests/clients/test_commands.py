"""The command line over the client, against the real service."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result
from typer.testing import CliRunner

from clients import Homologue
from clients.commands import cli
from clients.connection import TOKEN_VARIABLE, URL_VARIABLE
from service.database.engines import Database
from service.settings import Settings, UnknownSettings, get_settings
from service.worker import working
from tests.clients.world import World, need_of

Run = Callable[..., Result]


@pytest.fixture
def run(address: str, world: World) -> Run:
    """Run a command as the desk's clerk, unless another token is given."""

    def run(*arguments: str, token: str | None = world.clerk.token) -> Result:
        environment = {URL_VARIABLE: address, TOKEN_VARIABLE: token, "COLUMNS": "200", "NO_COLOR": "1"}
        return CliRunner().invoke(cli, list(arguments), env=environment)

    return run


def test_a_list_is_a_table(run: Run, world: World) -> None:
    """Each entry stands in a line with its id whole, so that it can be copied."""
    printed = run("needs")
    assert printed.exit_code == 0
    (line,) = [line for line in printed.stdout.splitlines() if "Train analysts" in line]
    assert world.ids["need_id"] in line
    assert "1 entry" in printed.stdout


@pytest.mark.parametrize("command", ["needs", "offers", "desks", "rounds", "proposals", "unmet"])
def test_every_list_is_json_if_asked(run: Run, command: str) -> None:
    """With ``--json`` a program reads what people read as a table."""
    as_table, as_json = run(command), run(command, "--json")
    entries = json.loads(as_json.stdout)
    assert as_table.exit_code == as_json.exit_code == 0
    assert f"{len(entries) or 'nothing'}" in as_table.stdout
    assert all(str(entry["id"]) in as_table.stdout for entry in entries if command != "unmet")


def test_a_list_is_narrowed_and_bounded(run: Run) -> None:
    """Filters and bounds reach the service."""
    assert json.loads(run("needs", "--state", "NLD", "--json").stdout) == []
    assert len(json.loads(run("desks", "--limit", "1", "--json").stdout)) == 1


def test_candidates_are_explained(run: Run, world: World) -> None:
    """Each candidate stands in the table and again with its reasons."""
    printed = run("candidates", world.ids["need_id"])
    found = json.loads(run("candidates", world.ids["need_id"], "--json").stdout)["candidates"]
    assert [candidate["offer"] for candidate in found] == [world.ids["offer_id"]]
    reasons = [reason["text"] for criterion in found[0]["criteria"] for reason in criterion["reasons"]]
    assert found[0]["offer"] in printed.stdout
    assert any(reason in printed.stdout for reason in reasons)


def test_an_address_is_printed_as_it_is(run: Run) -> None:
    """``get`` prints the JSON of any address."""
    assert json.loads(run("get", "states/GHA").stdout)["iso2"] == "GH"
    assert json.loads(run("get", "/api/v1/states?dialogue=RABAT&limit=2").stdout)["next"]


def test_an_error_is_one_line(run: Run, world: World) -> None:
    """What the service refuses is said on the error stream, with what to do about a missing token."""
    missing = run("candidates", world.ids["need_id"], token=None)
    assert missing.exit_code == 1
    assert TOKEN_VARIABLE in missing.stderr
    unknown = run("get", "needs/need_" + "0" * 32)
    assert unknown.exit_code == 1
    assert "404 not_found" in unknown.stderr
    assert unknown.stdout == ""


def test_a_round_is_watched_to_its_end(
    run: Run, address: str, world: World, database: Database, app_settings: Settings
) -> None:
    """``round-start`` waits for the worker, shows how far the round is, and lists what it proposes."""
    with Homologue(address, token=world.clerk.token) as client:
        client.rounds.cancel(world.ids["round_id"])
        client.needs.circulate(world.ids["need_id"])
    with working(app_settings, database):
        printed = run("round-start", world.clerk.stakeholder_id, "--seed", "7")
    assert printed.exit_code == 0, printed.stderr
    (ended,) = [entry for entry in json.loads(run("rounds", "--json").stdout) if entry["state"] == "finished"]
    (proposal,) = json.loads(run("proposals", "--round", ended["id"], "--json").stdout)
    assert ended["seed"] == 7
    assert f"{ended['id']} finished" in printed.stdout
    assert proposal["id"] in printed.stdout
    assert proposal["need"] == world.ids["need_id"]


def test_a_round_that_cannot_start_says_why(run: Run, world: World) -> None:
    """A desk that runs a round already is told so."""
    printed = run("round-start", world.clerk.stakeholder_id)
    assert printed.exit_code == 1
    assert "409 round_under_way" in printed.stderr


def test_markup_in_a_title_is_shown_as_text(address: str, run: Run, world: World) -> None:
    """What people write cannot colour or hide anything in somebody's terminal."""
    titled = need_of(world.officer, world.clerk).model_copy(update={"title": "[red]Train[/red] analysts"})
    with Homologue(address, token=world.officer.token) as client:
        client.needs.register(titled)
    assert "[red]Train[/red] analysts" in run("needs", token=world.officer.token).stdout


def test_the_clients_variables_do_not_disturb_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    """One environment serves both the service and its client; a misspelt setting is still found."""
    monkeypatch.setenv(URL_VARIABLE, "https://homologue.example")
    monkeypatch.setenv(TOKEN_VARIABLE, "t")
    assert get_settings.__wrapped__().port
    monkeypatch.setenv("HOMOLOGUE_PROT", "8000")
    with pytest.raises(UnknownSettings, match="HOMOLOGUE_PROT"):
        get_settings.__wrapped__()
