"""`matcher serve`: one supervisor in the foreground, and the processes that do the work."""
