"""Signing in, accepting an invitation, and linking an account with a provider of sign-ins.

A browser is sent there with a question and comes back with an answer. What was asked is kept here, bound to a
cookie of that browser, and is used once. Nobody gets an account because a provider says so.
"""

import hmac
import secrets
from datetime import timedelta
from typing import NamedTuple

from sqlmodel import Session, col, delete, select

from service import clock
from service.access import inviting, linking, rules, second_factors, sessions
from service.access.errors import AddressUnproved, InvitationForAnother, NobodyByThisAddress, ProviderRefused
from service.access.providers import Asked, Provider, Said, address_to_ask, provider_of, what_it_says
from service.access.sessions import Opened
from service.access.signing_in import Gate
from service.access.tables import Account, Invitation, ProviderQuestion
from service.caller import Caller

QUESTION_LASTS = timedelta(minutes=10)


class Begun(NamedTuple):
    """Where to send the browser, and what it holds until it comes back."""

    address: str
    secret: str


class Ended(NamedTuple):
    """What became of it: a session, or none where an account was linked; and where to go on."""

    opened: Opened | None
    following: str


def begin(
    gate: Gate,
    code: str,
    *,
    following: str = "/",
    caller: Caller | None = None,
    invitation_secret: str = "",
) -> Begun:
    """Ask a provider who somebody is: to sign in, to accept an invitation, or to link a caller."""
    provider = provider_of(gate.settings, code)
    asked = Asked(*(secrets.token_urlsafe(length) for length in (32, 32, 48)))
    with gate.database.reading() as session:
        invitation = inviting.opened_with(session, invitation_secret) if invitation_secret else None
        invitation_id = invitation.id if invitation else None
    address, secret = address_to_ask(provider, asked, _back_to(gate, code)), secrets.token_urlsafe(32)
    with gate.database.writing() as session:
        session.exec(delete(ProviderQuestion).where(col(ProviderQuestion.expires_at) < clock.now()))
        session.add(
            ProviderQuestion(
                digest=rules.digest_of(secret),
                provider=code,
                state=asked.state,
                nonce=asked.nonce,
                verifier=asked.verifier,
                following=following,
                account_id=caller.account_id if caller else None,
                invitation_id=invitation_id,
                expires_at=clock.now() + QUESTION_LASTS,
            )
        )
    return Begun(address, secret)


def finish(gate: Gate, code: str, secret: str, state: str, answer: str, caller: Caller) -> Ended:
    """Go on with what a browser came back with."""
    question = _used_question(gate, code, secret, state)
    provider = provider_of(gate.settings, code)
    asked = Asked(question.state, question.nonce, question.verifier)
    said = what_it_says(provider, asked, answer, _back_to(gate, code))
    with gate.database.writing() as session:
        if question.account_id is not None:
            if question.account_id != caller.account_id:
                raise ProviderRefused
            linking.link(session, caller, question.account_id, said)
            return Ended(None, question.following)
        account = _account(session, question, said, provider)
        return Ended(_opened(session, gate, account, said), question.following)


def _account(session: Session, question: ProviderQuestion, said: Said, provider: Provider) -> Account:
    """Return whose account it is: by the provider's name for it, else by an address that it vouches for."""
    account = linking.account_of(session, said)
    if question.invitation_id is not None:
        account = _accepted(session, question.invitation_id, said, account, provider)
    if account is None:
        account = _by_address(session, said)
        linking.link(session, Caller(account.id), account.id, said)
    if account.disabled_at is not None:
        raise NobodyByThisAddress
    return account


def _accepted(
    session: Session, invitation_id: str, said: Said, known: Account | None, provider: Provider
) -> Account:
    row = session.get_one(Invitation, invitation_id)
    if known is not None and known.email == row.email:
        return inviting.accept_from_elsewhere(session, inviting.still_open(session, row), known.name)
    if said.email is None:
        raise AddressUnproved
    if said.email != row.email:
        raise InvitationForAnother
    name = said.name or f"{row.email.partition('@')[0]} ({provider.label})"
    account = inviting.accept_from_elsewhere(session, inviting.still_open(session, row), name)
    linking.link(session, Caller(account.id), account.id, said)
    return account


def _by_address(session: Session, said: Said) -> Account:
    if said.email is None:
        raise AddressUnproved
    found = session.exec(
        select(Account).where(Account.email == said.email, col(Account.disabled_at).is_(None))
    ).first()
    if found is None:
        raise NobodyByThisAddress
    return found


def _opened(session: Session, gate: Gate, account: Account, said: Said) -> Opened:
    linking.note_used(session, said)
    has_ours = second_factors.has_second_factor(session, account.id)
    return sessions.open_session(
        session,
        account,
        gate.settings,
        means="provider",
        device=gate.visitor.device,
        has_second_factor=said.has_second_factor,
        awaits_second_factor=has_ours and not said.has_second_factor,
    )


def _used_question(gate: Gate, code: str, secret: str, state: str) -> ProviderQuestion:
    """Return what was asked, and forget it: an answer counts once, whatever becomes of it."""
    with gate.database.writing() as session:
        row = session.get(ProviderQuestion, rules.digest_of(secret))
        if row is not None:
            session.expunge(row)
        used = session.exec(
            delete(ProviderQuestion).where(col(ProviderQuestion.digest) == rules.digest_of(secret))
        ).rowcount
    if row is None or used != 1 or row.expires_at <= clock.now() or row.provider != code:
        raise ProviderRefused
    if not hmac.compare_digest(row.state.encode(), state.encode("utf-8", "replace")):
        raise ProviderRefused
    return row


def _back_to(gate: Gate, code: str) -> str:
    return f"{gate.settings.public_address()}/sign-in/provider/{code}/back"
