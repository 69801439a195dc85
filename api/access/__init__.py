"""Who is calling, what they may do, and what of a record they may read."""
