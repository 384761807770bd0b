"""The command line: ``homologue``.

A plain install holds the client's commands only; with the extra ``[server]`` the service's stand beside them.
"""

import json
import sys
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlmodel import Session

    from service.settings import Settings

cli = typer.Typer(
    name="homologue",
    help="Match states' needs for help in migration governance with peers who have done it before.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
accounts = typer.Typer(help="Accounts of this instance.", no_args_is_help=True)
tokens = typer.Typer(help="API tokens.", no_args_is_help=True)
OPENAPI_FILE = Path(__file__).parent / "openapi.json"


@cli.command()
def serve(
    *,
    work: Annotated[
        bool | None, typer.Option(help="Run long jobs in this process too (by default: on SQLite).")
    ] = None,
) -> None:
    """Serve the API and the pages."""
    from service.serving import serve as run

    run(work=work)


@cli.command()
def work() -> None:
    """Run long jobs: rounds, and what follows from changes. For PostgreSQL, beside `serve`."""
    from service.serving import work as run

    run()


@cli.command()
def migrate() -> None:
    """Bring the tables to what this version needs, and the reference data with them."""
    from migrations import migrate as run
    from service.settings import get_settings

    run(get_settings().address())
    print("The tables are up to date.")
    sync_reference()


@cli.command("sync-reference")
def sync_reference() -> None:
    """Bring the reference data into the tables and print what changed. Safe to repeat."""
    from service.reference.commands import sync_reference as run

    with _writing() as session:
        report = run(session)
        for line in report.lines():
            print(line)


@cli.command()
def demo(
    *,
    serve: Annotated[bool, typer.Option(help="Serve the results afterwards, until interrupted.")] = True,
) -> None:
    """Load the real cases, run a matching round and show who could help whom. Safe to repeat."""
    from service.demonstration.show import run

    run(serve=serve)


@cli.command()
def lookback(
    *,
    known: Annotated[Path, typer.Option(help="Cases that are known: columns of real_cases.csv.")],
    cases: Annotated[Path, typer.Option(help="Cases to ask: the same columns, or the same file.")],
    offers: Annotated[Path | None, typer.Option(help="Published offers: columns of real_offers.csv.")] = None,
    protocol: Annotated[
        str, typer.Option(help="leave-one-out, or earlier: only what had ended before the case began.")
    ] = "leave-one-out",
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the rankings and figures.")] = None,
    learn: Annotated[bool, typer.Option(help="Learn the weights from what each case may see.")] = True,
    seed: Annotated[int, typer.Option(help="Of the bootstrap intervals.")] = 0,
) -> None:
    """Ask documented cases as if they were new, and tell how often those are found who really helped."""
    from service.lookback.engine import PROTOCOLS
    from service.lookback.show import run

    chosen = next((name for name in PROTOCOLS if name == protocol), None)
    if chosen is None:
        raise typer.BadParameter(f"choose one of: {', '.join(PROTOCOLS)}", param_hint="--protocol")
    run(known, cases, offers, chosen, json_file, learning=learn, seed=seed)


@cli.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")],
    *,
    passphrase_file: Annotated[
        Path | None, typer.Option(help="Seal the backup with the passphrase in this file.")
    ] = None,
) -> None:
    """Write everything that the database holds to one file, while the service goes on."""
    from service.backups.show import back_up

    back_up(file, passphrase_file)


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="The backup to bring in.")],
    *,
    passphrase_file: Annotated[
        Path | None, typer.Option(help="The passphrase that the backup was sealed with.")
    ] = None,
) -> None:
    """Bring a backup into an empty database: all of it or nothing. Then check the journal."""
    from service.backups.show import bring_back

    bring_back(file, passphrase_file)


@cli.command()
def verify() -> None:
    """Check every chain of the journal and every root over them."""
    from service.backups.show import verify_journal

    verify_journal()


@cli.command()
def openapi(
    *,
    check: Annotated[bool, typer.Option(help="Only tell whether the file is what the doors say.")] = False,
) -> None:
    """Write the OpenAPI file from the doors."""
    from service.serving import openapi_document

    text = json.dumps(openapi_document(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if not check:
        OPENAPI_FILE.write_text(text, encoding="utf-8")
    elif not OPENAPI_FILE.exists() or OPENAPI_FILE.read_text(encoding="utf-8") != text:
        print("The OpenAPI file is not what the doors say. Run `make openapi` and look at what changes.")
        raise typer.Exit(1)


@accounts.command("add")
def add_account(
    email: str,
    name: str,
    *,
    role: Annotated[str | None, typer.Option(help="A role to give with it.")] = None,
    stakeholder: Annotated[str | None, typer.Option(help="Id of the stakeholder of the role.")] = None,
) -> None:
    """Add an account, with a duty if a role is named."""
    from service.access import commands
    from service.access.schemas import AccountAddition, DutyGrant
    from service.caller import OPERATOR

    with _writing() as session:
        addition = AccountAddition.model_validate({"email": email, "name": name})
        row = commands.add_account(session, OPERATOR, addition)
        if role:
            grant = DutyGrant.model_validate({"role": role, "stakeholder": stakeholder})
            commands.grant_duty(session, OPERATOR, row.id, grant)
        print(row.id)


@accounts.command("password")
def set_password(email: str) -> None:
    """Set the password of an account: typed twice, or one line from a pipe. All its sessions end."""
    from service.access import own_security
    from service.caller import OPERATOR

    typed = _typed_password()
    with _writing() as session:
        own_security.set_password(session, OPERATOR, email, typed, _settings())
        print("The password is set.")


@accounts.command("forget-second-factors")
def forget_second_factors(email: str) -> None:
    """Take all second factors from an account whose owner lost them. Make sure first who asks."""
    from service.access import own_security
    from service.access.queries import find_account_by_email
    from service.caller import OPERATOR

    with _writing() as session:
        account = find_account_by_email(session, OPERATOR, email)
        own_security.forget_second_factors(session, OPERATOR, account)
        print("Its second factors are gone, and its sessions ended.")


def _typed_password() -> str:
    if sys.stdin.isatty():
        typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed
    return sys.stdin.readline().rstrip("\r\n")


def _settings() -> "Settings":
    from service.settings import get_settings

    return get_settings()


@tokens.command("issue")
def issue_token(
    email: str,
    *,
    label: str = "Command line",
    days: Annotated[int, typer.Option(help="Days after which it ends, at most 365.")] = 90,
    scope: Annotated[str, typer.Option(help="`read`, or `write` for all that the account may do.")] = "write",
    stakeholder: Annotated[
        str | None, typer.Option(help="Id of the only stakeholder that it acts for; left out: all.")
    ] = None,
) -> None:
    """Issue an API token for an account and print it. It is shown this once."""
    from service.access import commands
    from service.access.queries import find_account_by_email
    from service.access.schemas import TokenRequest
    from service.caller import OPERATOR

    with _writing() as session:
        asked = {"label": label, "days": days, "scope": scope, "stakeholder": stakeholder}
        request = TokenRequest.model_validate(asked)
        account = find_account_by_email(session, OPERATOR, email)
        _, token = commands.issue_token(session, OPERATOR, account.id, request)
        print(token)


@contextmanager
def _writing() -> "Iterator[Session]":
    """Open a writing transaction on the configured database; tell a refusal in one line."""
    from pydantic import ValidationError

    from service.database.engines import open_database
    from service.errors import Refusal
    from service.jobs.rooms import gather_reactions
    from service.settings import get_settings

    gather_reactions()
    database = open_database(get_settings().address(), pool_size=1)
    try:
        with database.writing() as session:
            yield session
    except Refusal as refusal:
        faults = "".join(f" {fault.field}: {fault.message}" for fault in refusal.faults())
        sys.exit(f"{refusal.detail()}{faults}")
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        sys.exit(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}")
    finally:
        database.close()


def main() -> None:
    """Run the command line: the service's commands where it is installed, the client's in any case."""
    from clients.commands import cli as client

    if not find_spec("fastapi"):
        client()
        return
    cli.add_typer(accounts, name="account")
    cli.add_typer(tokens, name="token")
    cli.add_typer(client, name="api", help="Ask an instance over its API.")
    _check_settings()
    cli()


def _check_settings() -> None:
    from pydantic import ValidationError

    from service.access.providers import WrongProviders, providers_of
    from service.access.rules import roles_named
    from service.settings import PREFIX, UnknownSettings, get_settings

    try:
        settings = get_settings()
        providers_of(settings)
        roles_named(settings.second_factor_roles)
    except (UnknownSettings, WrongProviders) as unknown:
        sys.exit(str(unknown))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        sys.exit(f"{PREFIX}{str(first['loc'][0]).upper()}: {first['msg']}")
    except ValueError as error:
        sys.exit(f"{PREFIX}SECOND_FACTOR_ROLES: {error}")


if __name__ == "__main__":
    main()
