"""What came of a fair: filled sheets read back as feedback, attendance and a summary."""

from matcher.fair.results.base import Fault, Result, Results
from matcher.fair.results.read import read_results
from matcher.fair.results.summary import summary
from matcher.fair.results.write import write_results

__all__ = ["Fault", "Result", "Results", "read_results", "summary", "write_results"]
