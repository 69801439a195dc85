"""The engine inside the service: the live index, kept up with the database, and one matcher for all requests."""
