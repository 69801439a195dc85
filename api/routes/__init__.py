"""The routes, one noun a file: they read the request, call the room that does the work, and write the answer."""
