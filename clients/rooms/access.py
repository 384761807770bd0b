"""``client.me``, ``client.accounts`` and ``client.health``: who asks, who may, and how the service is."""

from clients.calls import Call, get, listing, post
from clients.doors import Room, Way, ask, paged
from clients.models import (
    Account,
    AccountAddition,
    DutyGrant,
    Health,
    IssuedToken,
    Move,
    Page,
    Token,
    TokenRequest,
)


class Me(Room[Way]):
    """Your own account and tokens."""

    @ask
    def get(self) -> Call[Account]:
        """Read your account and the duties that you have now.

        >>> client.me.get()
        """
        return get("/me")

    @ask
    def tokens(self) -> Call[list[Token]]:
        """List your live tokens.

        >>> client.me.tokens()
        """
        return get("/me/tokens")

    @ask
    def issue_token(self, request: TokenRequest) -> Call[IssuedToken]:
        """Issue a token for yourself, signed in as a person (a token issues none). It is shown this once.

        >>> client.me.issue_token(TokenRequest(label="Nightly export", scope="read"))
        """
        return post("/me/tokens", request)

    @ask
    def revoke_token(self, token_id: str) -> Call[Token]:
        """Revoke a token; it stops at once.

        >>> client.me.revoke_token(token_id)
        """
        return post("/me/tokens/{token_id}/revoke", token_id=token_id)


class Accounts(Room[Way]):
    """All accounts, for administrators."""

    @ask
    def add(self, addition: AccountAddition) -> Call[Account]:
        """Add an account.

        >>> client.accounts.add(AccountAddition(email="focal.point@ministry.example", name="Focal point"))
        """
        return post("/accounts", addition)

    @ask
    def disable(self, account_id: str, *, reason: str | None = None) -> Call[Account]:
        """Close an account; the last administrator stays.

        >>> client.accounts.disable(account_id, reason="Left the ministry")
        """
        return post("/accounts/{account_id}/disable", Move(reason=reason), account_id=account_id)

    @ask
    def grant_duty(self, account_id: str, grant: DutyGrant) -> Call[Account]:
        """Give an account a duty.

        >>> client.accounts.grant_duty(
        ...     account_id, DutyGrant(role="requester_officer", stakeholder=ministry_id)
        ... )
        """
        return post("/accounts/{account_id}/duties", grant, account_id=account_id)

    @ask
    def end_duty(self, duty_id: str, *, reason: str | None = None) -> Call[Account]:
        """End a duty; the last administrator stays.

        >>> client.accounts.end_duty(duty_id)
        """
        return post("/duties/{duty_id}/end", Move(reason=reason), duty_id=duty_id)

    @paged
    def list(self) -> Call[Page[Account]]:
        """List all accounts.

        >>> for account in client.accounts.list():
        ...     print(account.email)
        """
        return listing("/accounts")


class ServiceHealth(Room[Way]):
    """How the service is."""

    @ask
    def live(self) -> Call[Health]:
        """Ask whether the service lives.

        >>> client.health.live()
        """
        return Call("GET", "/livez")

    @ask
    def ready(self) -> Call[Health]:
        """Ask whether the service is ready to answer; raises ``NotAvailable`` if it is not.

        >>> client.health.ready()
        """
        return Call("GET", "/readyz")
