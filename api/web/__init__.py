"""Pages for people, drawn on the server. They are a client of the API and know nothing that it does not tell."""
