"""Retrievers behind one interface, and the saved index."""
