"""Standing feeds of institutions: pushed by their machines, or read by us from an address or a folder."""
