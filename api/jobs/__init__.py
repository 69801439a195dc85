"""Long work: asked for by a row, done by a worker in a child process, started again after whatever befalls it."""
