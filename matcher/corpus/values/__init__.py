"""One file a kind of value: cell text → typed value, and back.

Every `parse_…` returns None (or an empty tuple) for what it does not understand and never raises; a `render_…`
writes a value so that parsing it again gives the same value. The caller keeps the original text.
"""
