"""Time and memory growth of reading files, one call each: `python benchmarks/read_files.py FILE…`.

For honest peaks give one file per run: the peak of a process never falls.
"""

import resource
import sys
import time
from pathlib import Path

from matcher.corpus.read import read_tables

TITLES = frozenset({"name", "title", "成果名称", "需求名称"})


def main() -> None:
    for name in sys.argv[1:]:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.perf_counter()
        tables = read_tables(Path(name), is_heading=TITLES.__contains__, max_bytes=1 << 30)
        seconds = time.perf_counter() - start
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        rows = sum(len(table.rows) for table in tables)
        print(f"{name}: {rows} rows, {seconds:.2f} s, +{grown:.0f} MB")


if __name__ == "__main__":
    main()
