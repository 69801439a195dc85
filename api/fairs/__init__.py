"""Fairs as things of the service: kept, planned, shown as a board, changed by hand, and held."""
