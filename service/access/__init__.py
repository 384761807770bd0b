"""Access: who is who, how they sign in, and which duties they have now.

Knows: accounts, duties within a stakeholder or a desk, passwords, second factors, sessions, API tokens.
Owns: ``account``, ``duty``, ``api_token``, ``account_password``, ``password_reset``, ``sign_in_session``,
    ``authenticator_app``, ``passkey``, ``passkey_challenge``, ``recovery_code``, ``sign_in_throttle``.
Asks: stakeholders, journal, mail.
Tells: ``account.added``, ``account.revised``, ``account.disabled``, ``duty.granted``, ``duty.ended``,
    ``token.issued``, ``token.revoked``, ``session.opened``, ``session.ended``, ``password.set``,
    ``password.reset_requested``, ``authenticator_app.started``, ``authenticator_app.added``,
    ``authenticator_app.removed``, ``passkey.added``, ``passkey.removed``, ``recovery_codes.issued``,
    ``recovery_code.used``.
Never: keeps a token, password or code readable; says whether an address has an account; lets the last
    administrator go.
"""
