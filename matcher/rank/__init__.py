"""Features of a pair, its level, and the hard conditions."""
