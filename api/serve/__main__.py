"""`python -m api.serve <process>`: what the supervisor starts. Each process imports only what it needs."""

import sys
from collections.abc import Callable
from importlib import import_module

from api.ops.yielding import step_back
from api.serve.stopping import wait_for_go

_PROCESSES = {
    # Module, function, and how far it steps back behind the web.
    "web": ("api.serve.web", "run_web", 0),
    "indexer": ("api.serve.indexer", "run_indexer", 10),
    "worker": ("api.serve.working", "run_working", 5),
    "compact": ("api.serve.compacting", "run_compaction", 15),
}


def main() -> None:
    """Run one process; a known error ends it with one line in the log."""
    process, *rest = sys.argv[1:]
    module, function, niceness = _PROCESSES[process]
    # Before the imports: the first page must not wait for the index process to load.
    step_back(niceness)
    run: Callable[..., None] = getattr(import_module(module), function)
    errors = import_module("matcher.errors")
    wait_for_go()
    try:
        run(*rest)
    except errors.MatcherError as error:
        import_module("structlog").get_logger(process).error("ended", error=str(error))
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
