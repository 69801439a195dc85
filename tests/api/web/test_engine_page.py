"""The page of models and indexes, with promotions in the registry."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from api.web.languages import COOKIE
from matcher.embed.promoted import PACKAGE, GuardFigure, Kind
from matcher.rank.levels import LevelModel
from matcher.train.model_files import read_model
from matcher.train.registry import Registry
from tests.api.web.people import clients
from tests.api.world import World


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_figures_of_a_promotion_are_shown(
    make_world: Callable[..., World], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("MATCHER_MODEL_DIR", str(tmp_path / "models"))
    replace(LevelModel.load(), none_fits_below=0.3).save(tmp_path / "levels.json")
    model = read_model(tmp_path / "levels.json")
    registry = Registry(tmp_path / "models")
    figure = GuardFigure(guard="本县", figure="ndcg@10", before=0.5, after=0.612, low=0.01, high=0.214, lost=False)
    registry.promote([model], before=dict.fromkeys(Kind, PACKAGE), figures=[figure])
    administrator = clients(make_world())["administrator"]
    administrator.cookies.set(COOKIE, language)
    for step in ("promoted", "rolled back"):
        page = administrator.get("/admin/engine")
        assert page.status_code == 200, step
        for told in (model.id, "本县", "0.612", "+0.010 – +0.214"):
            assert told in page.text
        if step == "promoted":
            registry.rollback()
