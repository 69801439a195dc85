"""Bytes → tables: the spreadsheets people really have, read without losing a cell."""

from matcher.corpus.read.base import IsHeading, Row, Table
from matcher.corpus.read.files import read_tables

__all__ = ["IsHeading", "Row", "Table", "read_tables"]
