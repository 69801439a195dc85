"""What the parts of a running service take from it, and not from the environment once more."""

from pathlib import Path

import api

# Each starts a process, and hands what it read to `Service.of` or to the commands of an operator.
READS = {"cli/serving.py", "jobs/child.py", "serve/building.py"}


def test_only_what_starts_a_process_reads_the_settings_of_the_engine() -> None:
    root = Path(api.__file__).parent
    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if "import load_settings" in (text := path.read_text(encoding="utf-8")) or "load_settings(" in text
    }
    assert found == READS
