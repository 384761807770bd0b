"""``homologue api``: ask an instance from the command line."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from clients import tables
from clients.calls import LARGEST_PAGE, Call, reading
from clients.connection import TOKEN_VARIABLE, URL_VARIABLE
from clients.doors import Listed
from clients.errors import HomologueError, SignInRequired
from clients.flows import exchange
from clients.models import Candidates, Round, RoundRequest, RoundScope
from clients.sync import Homologue

Item = TypeVar("Item", bound=BaseModel)

cli = typer.Typer(
    name="homologue", help="Ask an instance over its API.", no_args_is_help=True, rich_markup_mode=None
)

Context = typer.Context
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Limit = Annotated[int, typer.Option(min=1, help="How many entries at most.")]
Words = Annotated[str | None, typer.Option("--words", "-q", help="Words that the texts hold.")]
Status = Annotated[str | None, typer.Option(help="Only at this stage.")]
State = Annotated[str | None, typer.Option(help="Only of this state (ISO code, such as GHA).")]
Theme = Annotated[str | None, typer.Option(help="Only of this theme (T1 to T5).")]
Commitment = Annotated[str | None, typer.Option(help="Only of this commitment, such as T4-06.")]


@cli.callback()
def connect(
    context: Context,
    *,
    url: Annotated[str | None, typer.Option(envvar=URL_VARIABLE, help="Address of the instance.")] = None,
    token: Annotated[
        str | None,
        typer.Option(envvar=TOKEN_VARIABLE, help="Your API token; safer in the variable than typed here."),
    ] = None,
    language: Annotated[str | None, typer.Option(help="Language of the texts, such as fr.")] = None,
) -> None:
    """Ask an instance over its API."""
    context.obj = {"base_url": url, "token": token, "language": language}


@cli.command()
def needs(
    context: Context,
    *,
    state: State = None,
    status: Status = None,
    theme: Theme = None,
    commitment: Commitment = None,
    words: Words = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List the needs that you may see, newest first."""
    with _client(context) as client:
        listed = client.needs.list(state=state, status=status, theme=theme, commitment=commitment, q=words)
        _show(_first(listed, limit), tables.NEEDS, as_json=as_json)


@cli.command()
def offers(
    context: Context,
    *,
    state: State = None,
    status: Status = None,
    theme: Theme = None,
    commitment: Commitment = None,
    words: Words = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List the offers that you may see, newest first."""
    with _client(context) as client:
        listed = client.offers.list(state=state, status=status, theme=theme, commitment=commitment, q=words)
        _show(_first(listed, limit), tables.OFFERS, as_json=as_json)


@cli.command()
def desks(context: Context, *, limit: Limit = 50, as_json: AsJson = False) -> None:
    """List the desks that handle needs."""
    with _client(context) as client:
        _show(_first(client.stakeholders.list(desks=True), limit), tables.STAKEHOLDERS, as_json=as_json)


@cli.command()
def rounds(context: Context, *, status: Status = None, limit: Limit = 20, as_json: AsJson = False) -> None:
    """List the rounds of your desks, newest first."""
    with _client(context) as client:
        _show(_first(client.rounds.list(status=status), limit), tables.ROUNDS, as_json=as_json)


@cli.command()
def proposals(
    context: Context,
    *,
    need: Annotated[str | None, typer.Option(help="Only for this need.")] = None,
    round_id: Annotated[str | None, typer.Option("--round", help="Only of this round.")] = None,
    status: Status = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List the proposals for the needs that you ask for or handle, newest first."""
    with _client(context) as client:
        listed = client.proposals.list(need=need, round_=round_id, status=status)
        _show(_first(listed, limit), tables.PROPOSALS, as_json=as_json)


@cli.command()
def unmet(
    context: Context,
    *,
    need: Annotated[str | None, typer.Option(help="Only of this need.")] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List what is unmet, and why."""
    with _client(context) as client:
        _show(_first(client.unmet.list(need=need), limit), tables.UNMET, as_json=as_json)


@cli.command()
def candidates(
    context: Context,
    need: Annotated[str, typer.Argument(help="Id of the need.")],
    *,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many candidates at most.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Rank one need's candidates now, each explained."""
    with _client(context) as client:
        found = client.needs.candidates(need, limit=limit)
        if as_json:
            Console().print_json(data=found.model_dump(mode="json"))
        else:
            _explain(found)


@cli.command("round-start")
def start_round(
    context: Context,
    desk: Annotated[str, typer.Argument(help="Id of your desk.")],
    *,
    theme: Theme = None,
    dialogue: Annotated[str | None, typer.Option(help="Only with this dialogue.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the round.")] = 0,
    deadline_seconds: Annotated[float, typer.Option(help="How long to wait at most.")] = 3600,
    as_json: AsJson = False,
) -> None:
    """Start a matching round, watch it to its end, and list what it proposes."""
    with _client(context) as client:
        scope = RoundScope(theme=theme, dialogue=dialogue)
        asked = client.rounds.request(RoundRequest(desk=desk, scope=scope, seed=seed))
        ended = _watched(client, asked, deadline_seconds)
        if as_json:
            Console().print_json(data=ended.model_dump(mode="json"))
        else:
            Console().print(tables.ending_of(ended))
            _show(client.proposals.list(round_=ended.id), tables.PROPOSALS, as_json=False)
        if ended.state != "finished":
            raise typer.Exit(1)


@cli.command("get")
def get_raw(
    context: Context, path: Annotated[str, typer.Argument(help="Such as needs?state=GHA or states/GHA.")]
) -> None:
    """Read an address of the API and print its JSON as it is."""
    with _client(context) as client:
        call: Call[Any] = reading(path)
        Console().print_json(data=client.way.run(exchange(call, client.way.retries)))


def _first(listed: Listed[Item], limit: int) -> Iterable[Item]:
    return islice(listed.in_pages_of(min(limit, LARGEST_PAGE)), limit)


def _show(entries: Iterable[Item], columns: tables.Columns, *, as_json: bool) -> None:
    rows = list(entries)
    if as_json:
        Console().print_json(data=[row.model_dump(mode="json") for row in rows])
    else:
        Console().print(tables.table_of(rows, columns))


def _explain(found: Candidates) -> None:
    console = Console()
    console.print(tables.table_of(found.candidates, tables.CANDIDATES))
    for line in tables.reasons_of(found):
        console.print(line)


def _watched(client: Homologue, asked: Round, deadline_seconds: float) -> Round:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    # The bar goes where it does not mix with what is printed for programs.
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("requested", total=None)

        def tell(seen: Round) -> None:
            progress = seen.progress
            stage = progress.stage or seen.state
            bar.update(task, description=stage, completed=progress.done, total=progress.total or None)

        return client.rounds.wait(asked.id, on_progress=tell, deadline_seconds=deadline_seconds)


@contextmanager
def _client(context: Context) -> Iterator[Homologue]:
    """Open the client; tell an error in one line."""
    try:
        with Homologue(**context.obj) as client:
            yield client
    except (HomologueError, ValueError) as error:
        hint = f" Put a token into {TOKEN_VARIABLE}." if isinstance(error, SignInRequired) else ""
        Console(stderr=True).print(f"{error}{hint}", style="red", markup=False, highlight=False)
        raise typer.Exit(1) from None
