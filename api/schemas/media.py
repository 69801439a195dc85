"""Media types of the files that are handed out."""

__all__ = ["XLSX"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
