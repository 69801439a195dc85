"""One matcher for all requests of a process: used by one thread at a time, renewed in the background."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from matcher.config import Settings
from matcher.engine import Matcher
from matcher.errors import MatcherError
from matcher.explain import Explaining
from matcher.live.reader import LiveReader
from matcher.records import Achievement, Need, Side

__all__ = ["Matching"]

_EVERY_S = 0.5
# A number in it, so that reading indicators is warm too.
_FIRST_QUESTION = "耐温1200℃以上的涂层"


class Matching:
    """Opens the live index when first used and follows it; a search never waits for a rebuild.

    Safe for several threads.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        """Nothing is opened yet."""
        self._folder = folder
        self._settings = settings
        self._reader: LiveReader | None = None
        self._warm = False
        self._opening = threading.Lock()
        self._using = threading.Lock()
        self._stop = threading.Event()
        self._follower: threading.Thread | None = None

    @contextmanager
    def use(self) -> Iterator[Matcher]:
        """The matcher of this moment, for this thread alone until the end of the block.

        Raises:
            IndexStoreError: the index is damaged or was made by another encoder.
            ModelError: the encoder's files are missing or damaged.
        """
        reader = self.reader()
        with self._using:
            yield reader.matcher()

    def reader(self) -> LiveReader:
        """The reader, opened now if it was not yet; errors as for `use`."""
        with self._opening:
            if self._reader is None:
                self._reader = LiveReader(self._folder, self._settings)
            return self._reader

    def read_with(self, reader: LiveReader) -> None:
        """Use a reader that is open already, with an encoder that needs no loading."""
        with self._opening:
            self._reader = reader
        self._warm = True

    @property
    def is_open(self) -> bool:
        """Whether searches can be answered without opening or loading anything first."""
        reader = self._reader
        # An index without records is answered at once: nothing is encoded.
        return reader is not None and (self._warm or not _sides(reader.matcher()))

    def warm_up(self) -> None:
        """Ask one question of each side: the models load with their first text, and that is not to be a visitor's.

        Does nothing once that was done, or while there are no records. Errors as for `use`.
        """
        if self._warm:
            return
        with self.use() as matcher:
            sides = _sides(matcher)
            if Side.ACHIEVEMENT in sides:
                matcher.match(Need(id="first", title=_FIRST_QUESTION), top=1, explaining=Explaining.WORDS)
            if Side.NEED in sides:
                matcher.leads(Achievement(id="first", title=_FIRST_QUESTION), top=1, explaining=Explaining.WORDS)
        self._warm = bool(sides)

    def refresh(self) -> bool:
        """Take over what the index has learned since; whether there was anything. Errors as for `use`."""
        return self.reader().refresh()

    def start(self) -> None:
        """Open the index and follow it in a thread of its own, twice a second."""
        self._follower = threading.Thread(target=self._follow, name="index-reader", daemon=True)
        self._follower.start()

    def stop(self) -> None:
        """End the thread that `start` made."""
        self._stop.set()
        if self._follower is not None:
            self._follower.join(timeout=10)

    def _follow(self) -> None:
        log = structlog.get_logger("matching")
        told = ""
        while not self._stop.is_set():
            try:
                self.refresh()
                self.warm_up()
                told = ""
            except MatcherError as error:
                # The old matcher goes on; the same trouble is told once.
                if str(error) != told:
                    told = str(error)
                    log.warning("index_not_read", error=told)
            self._stop.wait(_EVERY_S)


def _sides(matcher: Matcher) -> list[Side]:
    return [side for side in Side if matcher.has(side)]
