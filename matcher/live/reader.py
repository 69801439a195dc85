"""Reading a live index: a matcher over what it holds now, and a cheap look whether there is more."""

import threading
from pathlib import Path

from matcher.config import Settings
from matcher.embed.base import Encoder
from matcher.embed.remember import RememberingEncoder
from matcher.engine import Matcher
from matcher.errors import IndexDamagedError, IndexMismatchError
from matcher.index.disk import Disk
from matcher.live.folder import LiveFolder
from matcher.live.state import State
from matcher.rank.models import Models, load_models

__all__ = ["LiveReader"]


class LiveReader:
    """Follows a live index. Writers are never waited for and never disturbed.

    Any thread may call `refresh` while others do or search; a `Matcher` itself is for one thread at once.
    """

    def __init__(
        self, folder: Path, settings: Settings, *, encoder: Encoder | None = None, models: Models | None = None
    ) -> None:
        """Open what is there; a folder that is empty or missing holds no records yet.

        Args:
            folder: of the index, as given to `LiveWriter`.
            settings: of the matcher; they also name the models.
            encoder: None takes the one that made the index, where it can be found, and follows when it changes.
            models: None takes those in use with that encoder.

        Raises:
            IndexDamagedError: files are missing or differ from the manifest.
            IndexMismatchError: the index was made by another encoder, which is not at hand.
            ModelError: the encoder or another model file is missing or damaged.
        """
        self._folder = LiveFolder(folder, Disk())
        self._settings = settings
        self._encoder = encoder
        self._given = models
        self._models: Models | None = None
        self._remembering: RememberingEncoder | None = None
        self._data = b""
        # Two that open at once could put the older state last, and mix up what is open.
        self._opening = threading.Lock()
        self._matcher = self._open()

    @property
    def version(self) -> str:
        """Generation of the state that is served; `0` before the first change."""
        return self._matcher.version

    def matcher(self) -> Matcher:
        """The matcher over what the index held at the last `refresh`; it goes on answering from that after the next."""
        return self._matcher

    def refresh(self) -> bool:
        """Whether the index has changed since, and then `matcher` is a new one. Opens only what is new.

        Waits for another thread that is at it, so that afterwards `matcher` is at least as new as the call.

        Raises:
            IndexDamagedError, IndexMismatchError, ModelError: as on opening; the old matcher stays.
        """
        with self._opening:
            if self._folder.read() == self._data:
                return False
            self._matcher = self._open()
            return True

    def _open(self) -> Matcher:
        while True:
            data = self._folder.read()
            try:
                models, encoder = self._models_for(State.of(data))
                view = self._folder.view(data, encoder, query_windows=self._settings.query_windows)
                sides = view.sides
            except (IndexDamagedError, IndexMismatchError):
                # A writer may have taken away what was about to be opened; then there is a newer state.
                if self._folder.read() == data:
                    raise
                continue
            self._data = data
            return Matcher(
                sides,
                encoder,
                self._settings,
                model=models.levels,
                reranker=models.reranker,
                version=str(view.state.generation),
            )

    def _models_for(self, state: State) -> tuple[Models, RememberingEncoder]:
        """The models for what is there, kept as long as the encoder stays."""
        made_by = state.encoder_id
        if self._models is None or self._remembering is None or made_by not in ("", self._models.encoder.id):
            models = self._given or load_models(self._settings, encoder=self._encoder, made_by=made_by)
            # Vectors of another encoder must not be remembered, nor segments kept that ask it.
            self._folder.forget()
            self._models, self._remembering = models, RememberingEncoder(models.encoder)
        return self._models, self._remembering
