"""Spreadsheets into the database and out of it again."""
