"""Making models: unpack, export, fit."""
