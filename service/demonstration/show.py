"""``homologue demo``: set up, load, run a round, show it, and serve it to this machine alone."""

import ipaddress
import os
import sys
import time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlmodel import Session

from migrations import migrate
from service.database.engines import Database, open_database
from service.demonstration import people
from service.demonstration.loading import Loaded, load
from service.demonstration.pool import load_pool
from service.demonstration.report import print_report
from service.jobs.rooms import gather_reactions
from service.matches.commands import request_round
from service.matches.reasons import failure_text
from service.matches.rules import ROUND_ENDS
from service.matches.schemas import RoundRequest
from service.matches.tables import MatchRound
from service.reference.commands import sync_reference
from service.serving import run_web
from service.settings import PREFIX, Settings, get_settings
from service.worker import working

FOLDER = "demonstration"
LOOK_SECONDS = 0.1
CODE_OF_FAILURE = 1


def run(*, serve: bool) -> None:
    """Show what Homologue does with real cases. Safe to repeat; the data stay in a folder of their own."""
    settings = _settings()
    gather_reactions()
    console = Console()
    database = _set_up(settings, console)
    try:
        with working(settings, database):
            row = _run_round(database, console)
            with database.reading() as session:
                print_report(session, people.caller_for(session, "secretariat"), row, console)
            with database.writing() as session:
                load_pool(session)
            if serve:
                _print_sign_ins(settings, database, console)
                run_web(settings, database)
    finally:
        database.close()


def _settings() -> Settings:
    """Return the settings of the demonstration, which is reachable from this machine only."""
    given = get_settings()
    if given.host != "localhost" and not ipaddress.ip_address(given.host).is_loopback:
        sys.exit(
            "The demonstration has open sign-ins and is for this machine only: leave HOMOLOGUE_HOST out."
        )
    # The process that computes the round reads its settings from the environment too.
    os.environ[PREFIX + "DEMONSTRATION"] = "true"
    os.environ[PREFIX + "DATA_DIR"] = str(given.data_dir / FOLDER)
    get_settings.cache_clear()
    return get_settings()


def _set_up(settings: Settings, console: Console) -> Database:
    with console.status("Setting up the tables …"):
        migrate(settings.address())
        database = open_database(settings.address(), settings.pool_size)
        with database.writing() as session:
            for line in sync_reference(session).lines():
                console.print(line, style="dim")
    with _progress(console) as progress, database.writing() as session:
        loaded = _load(session, progress)
    console.print(
        f"Loaded {loaded.needs} needs, {loaded.offers} offers and {loaded.deliveries} past deliveries"
        " from public pages; what was there already stays."
    )
    for line in loaded.refused:
        console.print(f"Refused: {line}", style="yellow")
    return database


def _load(session: Session, progress: Progress) -> Loaded:
    tasks = {
        what: progress.add_task(f"Loading {what}", total=None) for what in ("needs", "offers", "deliveries")
    }

    def told(what: str, done: int, total: int) -> None:
        progress.update(tasks[what], completed=done, total=total)

    return load(session, told)


def _run_round(database: Database, console: Console) -> MatchRound:
    with database.writing() as session:
        caller = people.caller_for(session, "secretariat")
        desk = next(iter(caller.desks()))
        round_id = request_round(session, caller, RoundRequest(desk=desk), demonstration=True).id
    with _progress(console) as progress:
        task = progress.add_task("Round: waiting", total=None)
        while True:
            with database.reading() as session:
                row = session.get_one(MatchRound, round_id)
            progress.update(
                task,
                description=f"Round: {row.stage or row.state}",
                completed=row.done,
                total=row.total or None,
            )
            if row.state in ROUND_ENDS:
                break
            time.sleep(LOOK_SECONDS)
        progress.update(task, description=f"Round: {row.state}", completed=1, total=1)
    if row.state != "finished":
        console.print(failure_text(row.failure_code or "", row.failure_params, "en"), style="red")
        sys.exit(CODE_OF_FAILURE)
    return row


def _print_sign_ins(settings: Settings, database: Database, console: Console) -> None:
    address = f"http://{settings.host}:{settings.port}"
    console.rule("Look at it in a browser")
    console.print(
        f"Open [bold]{address}[/bold] and sign in with one click as one of these (this machine only)."
    )
    console.print("The same over the API: [dim]curl -H 'Authorization: Bearer TOKEN' …[/dim]")
    with database.writing() as session:
        for part in people.parts(session):
            token = people.issue_token_for(session, part.who)
            console.print(f"  {part.who:<12} {part.name}")
            console.print(f"  {'':<12} [dim]{token}[/dim]", soft_wrap=True)
    console.print(f"The API describes itself at {address}/api/v1/openapi.json. Stop with Ctrl+C.")


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )
