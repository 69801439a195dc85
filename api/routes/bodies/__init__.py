"""Bodies and answers of the routes, one noun a file."""
