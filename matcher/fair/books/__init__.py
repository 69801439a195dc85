"""What people hold in their hands: workbook, printed pages, calendars, made from a plan."""

from matcher.fair.books.base import Books
from matcher.fair.books.explaining import explaining
from matcher.fair.books.gather import gather
from matcher.fair.books.write import Written, write_books

__all__ = ["Books", "Written", "explaining", "gather", "write_books"]
