"""``client.sign_in`` and ``client.security``: signing in and out, and how one does."""

from clients.calls import Call, get, post
from clients.doors import Room, Way, ask
from clients.models import (
    Account,
    AppSecret,
    CodeEntry,
    LinkedSignIn,
    Passkey,
    PasskeyOptions,
    PasskeyProof,
    PasskeyQuestion,
    PasskeyRegistration,
    PasswordChange,
    PasswordReset,
    PasswordSignIn,
    ProfileRevision,
    Proof,
    Proved,
    RecoveryCodes,
    ResetAsked,
    ResetQuestion,
    SecondFactorAdded,
    Security,
    SessionLine,
    SessionOpened,
    SignedOut,
    SignInProvider,
)


class SignIn(Room[Way]):
    """Signing in and out. What comes back is what a client takes as its token."""

    @ask
    def with_password(self, email: str, password: str) -> Call[SessionOpened]:
        """Sign in with a password.

        >>> client.sign_in.with_password("focal.point@ministry.example", password)
        """
        return post("/sign-in", PasswordSignIn(email=email, password=password))

    @ask
    def providers(self) -> Call[list[SignInProvider]]:
        """List the services that people can sign in with, in a browser.

        >>> client.sign_in.providers()
        """
        return get("/sign-in/providers")

    @ask
    def enter_code(self, code: str) -> Call[SessionOpened]:
        """Enter a code of your app or a recovery code, with the waiting session as token.

        >>> client.sign_in.enter_code("123456")
        """
        return post("/sign-in/second-factor", CodeEntry(code=code))

    @ask
    def ask_passkey_as_second_factor(self) -> Call[PasskeyOptions]:
        """Ask what a passkey has to sign to be the second factor of the waiting session.

        >>> client.sign_in.ask_passkey_as_second_factor()
        """
        return post("/sign-in/second-factor/passkey-options")

    @ask
    def enter_passkey(self, proof: PasskeyProof) -> Call[SessionOpened]:
        """Let a passkey be the second factor of the waiting session.

        >>> client.sign_in.enter_passkey(
        ...     PasskeyProof(
        ...         credential_id=credential_id,
        ...         client_data=client_data,
        ...         authenticator_data=authenticator_data,
        ...         signature=signature,
        ...     )
        ... )
        """
        return post("/sign-in/second-factor/passkey", proof)

    @ask
    def ask_passkey(self, *, email: str | None = None) -> Call[PasskeyOptions]:
        """Ask what a passkey has to sign to sign in without a password.

        >>> client.sign_in.ask_passkey()
        """
        return post("/sign-in/passkey-options", PasskeyQuestion(email=email))

    @ask
    def with_passkey(self, proof: PasskeyProof) -> Call[SessionOpened]:
        """Sign in with a passkey; that counts as two factors.

        >>> client.sign_in.with_passkey(
        ...     PasskeyProof(
        ...         credential_id=credential_id,
        ...         client_data=client_data,
        ...         authenticator_data=authenticator_data,
        ...         signature=signature,
        ...     )
        ... )
        """
        return post("/sign-in/passkey", proof)

    @ask
    def sign_out(self) -> Call[SignedOut]:
        """End the session that is this client's token.

        >>> client.sign_in.sign_out()
        """
        return post("/sign-out")

    @ask
    def ask_for_password_reset(self, email: str) -> Call[ResetAsked]:
        """Ask for a letter with a link to set a new password.

        >>> client.sign_in.ask_for_password_reset("focal.point@ministry.example")
        """
        return post("/password/forgotten", ResetQuestion(email=email))

    @ask
    def reset_password(self, token: str, password: str) -> Call[ResetAsked]:
        """Set a new password with the token of the letter, once; all sessions end.

        >>> client.sign_in.reset_password(end_of_the_link, password)
        """
        return post("/password/reset", PasswordReset(token=token, password=password))


class OwnSecurity(Room[Way]):
    """How you sign in, and your profile. It takes a session as token; API tokens are refused."""

    @ask
    def get(self) -> Call[Security]:
        """Read how you sign in, and whether your duties ask for a second factor.

        >>> client.security.get()
        """
        return get("/me/security")

    @ask
    def revise_profile(self, revision: ProfileRevision) -> Call[Account]:
        """Change your name or language.

        >>> client.security.revise_profile(ProfileRevision(language="fr"))
        """
        return post("/me/profile", revision)

    @ask
    def change_password(self, new: str, *, current: str | None = None) -> Call[SessionOpened]:
        """Set a new password. All sessions end; go on with the one that comes back.

        >>> client.security.change_password(new_password, current=password)
        """
        return post("/me/password", PasswordChange(current=current, new=new))

    @ask
    def sessions(self) -> Call[list[SessionLine]]:
        """List where you are signed in.

        >>> client.security.sessions()
        """
        return get("/me/sessions")

    @ask
    def end_session(self, session_id: str) -> Call[SessionLine]:
        """End one of your sessions.

        >>> client.security.end_session(session_id)
        """
        return post("/me/sessions/{session_id}/end", session_id=session_id)

    @ask
    def end_other_sessions(self) -> Call[SignedOut]:
        """End all of your sessions but this one.

        >>> client.security.end_other_sessions()
        """
        return post("/me/sessions/end-others")

    @ask
    def start_authenticator_app(self) -> Call[AppSecret]:
        """Start setting up an app that makes codes.

        >>> client.security.start_authenticator_app()
        """
        return post("/me/authenticator-app")

    @ask
    def confirm_authenticator_app(self, code: str) -> Call[SecondFactorAdded]:
        """Let the app count by a code that it made.

        >>> client.security.confirm_authenticator_app("123456")
        """
        return post("/me/authenticator-app/confirm", CodeEntry(code=code))

    @ask
    def remove_authenticator_app(self) -> Call[Security]:
        """Remove your app; your only second factor stays while your duties ask for one.

        >>> client.security.remove_authenticator_app()
        """
        return post("/me/authenticator-app/remove")

    @ask
    def ask_to_register_passkey(self) -> Call[PasskeyOptions]:
        """Ask what a browser needs to make a passkey for you.

        >>> client.security.ask_to_register_passkey()
        """
        return post("/me/passkeys/options")

    @ask
    def add_passkey(self, registration: PasskeyRegistration) -> Call[SecondFactorAdded]:
        """Add the passkey that the browser made.

        >>> client.security.add_passkey(
        ...     PasskeyRegistration(
        ...         label="Office laptop",
        ...         credential_id=credential_id,
        ...         client_data=client_data,
        ...         attestation=attestation,
        ...     )
        ... )
        """
        return post("/me/passkeys", registration)

    @ask
    def remove_passkey(self, passkey_id: str) -> Call[Passkey]:
        """Remove a passkey; your only second factor stays while your duties ask for one.

        >>> client.security.remove_passkey(passkey_id)
        """
        return post("/me/passkeys/{passkey_id}/remove", passkey_id=passkey_id)

    @ask
    def renew_recovery_codes(self) -> Call[RecoveryCodes]:
        """Get ten new recovery codes; those before count no more.

        >>> client.security.renew_recovery_codes()
        """
        return post("/me/recovery-codes")

    @ask
    def prove(self, proof: Proof) -> Call[Proved]:
        """Prove that it is you; for ten minutes you may change how you sign in.

        >>> client.security.prove(Proof(password=password))
        """
        return post("/me/proof", proof)

    @ask
    def ask_passkey_for_proof(self) -> Call[PasskeyOptions]:
        """Ask what a passkey has to sign to prove that it is you.

        >>> client.security.ask_passkey_for_proof()
        """
        return post("/me/proof/passkey-options")

    @ask
    def prove_with_passkey(self, proof: PasskeyProof) -> Call[Proved]:
        """Prove by a passkey that it is you.

        >>> client.security.prove_with_passkey(
        ...     PasskeyProof(credential_id=id, client_data=data, authenticator_data=more, signature=signature)
        ... )
        """
        return post("/me/proof/passkey", proof)

    @ask
    def linked_sign_ins(self) -> Call[list[LinkedSignIn]]:
        """List the services that you can sign in with.

        >>> client.security.linked_sign_ins()
        """
        return get("/me/linked-sign-ins")

    @ask
    def remove_linked_sign_in(self, link_id: str) -> Call[LinkedSignIn]:
        """Sign in with a service no more.

        >>> client.security.remove_linked_sign_in(link_id)
        """
        return post("/me/linked-sign-ins/{link_id}/remove", link_id=link_id)
