"""Several saved sides searched as one, a later one hiding what it replaces or takes away in earlier ones."""
