"""Introductions (线上对接): a need and an achievement on their way from a first word to a contract."""
