"""People of the service: signing in, accounts and organisations, keys, who read and did what."""
