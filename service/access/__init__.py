"""Access: who is who, and which duties they have now.

Knows: accounts, duties within a stakeholder or a desk, API tokens.
Owns: ``account``, ``duty``, ``api_token``.
Asks: stakeholders, journal.
Tells: ``account.added``, ``account.disabled``, ``duty.granted``, ``duty.ended``, ``token.issued``,
    ``token.revoked``.
Never: keeps a token or password readable; lets the last administrator go.
"""
