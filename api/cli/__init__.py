"""The service's commands, joined to `matcher` by entry points of pyproject.toml. What is heavy loads when one runs."""
