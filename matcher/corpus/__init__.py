"""From spreadsheets to typed records: read, recognise columns, load, find duplicates, classify."""
