"""Regular work of showing things: numbers and example searches for the first page."""

from api.chores import Chore
from api.showcases.examples import find_examples
from api.showcases.tally import tally

__all__ = ["CHORES"]

CHORES: tuple[Chore, ...] = (Chore("home-examples", 30, find_examples), Chore("home-tally", 60, tally))
