"""Webhooks: telling other systems that something happened, signed by the Standard Webhooks convention.

Knows: where events are sent for a desk or for the instance, what became of each sending.
Owns: ``webhook``, ``webhook_delivery``.
Asks: needs, offers, matches (what the owner may see at that moment), stakeholders, keys, journal.
Tells: ``webhook.registered``, ``webhook.switched-off``, ``webhook.switched-on``,
    ``webhook.given-up`` (after days of failures), ``webhook.tested``.
Never: sends text: only names of events and ids, and only of what the owner may see. Never connects to an
    address that is not public, follows a redirect, or reads what the other side answers. Never shows a
    secret a second time.
"""
