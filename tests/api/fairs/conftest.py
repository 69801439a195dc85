"""Random fairs as the planner's own tests have them."""

from tests.fair.conftest import day, random_fair

__all__ = ["day", "random_fair"]
