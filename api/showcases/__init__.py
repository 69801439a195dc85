"""Curated lists of achievements, public where they are published (重点成果展示)."""
