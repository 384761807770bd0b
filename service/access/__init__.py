"""Access: who is who, how they sign in, and which duties they have now.

Knows: accounts, duties within a stakeholder or a desk, deputies, invitations, passwords, second factors,
    sessions, providers of sign-ins, API tokens.
Owns: ``account``, ``duty``, ``deputy``, ``invitation``, ``api_token``, ``account_password``,
    ``reset_question``, ``password_reset``, ``sign_in_session``, ``authenticator_app``, ``passkey``,
    ``passkey_challenge``, ``recovery_code``, ``linked_sign_in``, ``provider_question``,
    ``sign_in_throttle``.
Asks: stakeholders, journal, mail, jobs.
Tells: ``account.added``, ``account.revised``, ``account.disabled``, ``account.restricted``,
    ``account.restriction-lifted``, ``account.objected``, ``account.objection-withdrawn``,
    ``duty.granted``, ``duty.ended``,
    ``deputy.named``, ``deputy.ended``, ``invitation.sent``, ``invitation.sent_again``,
    ``invitation.withdrawn``, ``invitation.accepted``, ``token.issued``, ``token.revoked``,
    ``session.opened``, ``session.proved``, ``session.ended``, ``password.set``,
    ``password.reset_requested``, ``authenticator_app.started``, ``authenticator_app.added``,
    ``authenticator_app.removed``, ``passkey.added``, ``passkey.removed``, ``recovery_codes.issued``,
    ``recovery_code.used``, ``sign_in.linked``, ``sign_in.unlinked``.
Never: keeps a token, password or code readable; says whether an address has an account; makes an account
    because somebody else's service says so; lets the last administrator go.
"""
