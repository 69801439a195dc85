"""Needs and achievements in the database: what may happen to them, who sees which, and what the index shall hold."""
