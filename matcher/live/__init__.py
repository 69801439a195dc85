"""An index that follows a database: a large base, a few small segments on top of it, and what they hide."""
