import re
from pathlib import Path

from matcher import errors

ROOT = Path(__file__).resolve().parent.parent


def test_every_error_is_public_documented_and_in_the_tree() -> None:
    classes = {
        name: value
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.MatcherError)
    }
    assert sorted(classes) == errors.__all__
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    documented = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", page, flags=re.MULTILINE))
    assert documented == {name: str(value.exit_code) for name, value in classes.items()}
    assert all(name in (errors.__doc__ or "") for name in classes)
