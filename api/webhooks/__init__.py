"""Webhooks: an account's messages sent to its own system, signed, at least once."""
