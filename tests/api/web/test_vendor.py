"""What was taken from others is what they published, and its licence lies beside it."""

import hashlib
import re
from pathlib import Path

from api import web

FOLDER = Path(web.__file__).parent / "static" / "vendor"
ROW = re.compile(r"^\| (\S+\.(?:js|css)) \| (.+?) \| (.+?) \| ([0-9a-f]{64}) \|$", re.MULTILINE)


def test_every_file_is_listed_with_its_hash_and_licence() -> None:
    listed = {name: (licence, sha) for name, _, licence, sha in ROW.findall((FOLDER / "README.md").read_text())}
    assert set(listed) == {path.name for path in FOLDER.iterdir() if path.suffix in {".js", ".css"}}
    for name, (licence, sha) in listed.items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == sha, name
        for text in re.findall(r"\S+-(?:LICENSE|NOTICE)\.\w+", licence):
            assert list(FOLDER.glob(f"**/{Path(text).name}")), text


def test_none_of_them_asks_for_anything_elsewhere() -> None:
    css = (FOLDER / "pico.min.css").read_text()
    assert not re.findall(r"url\((?![\"']?data:)", css)
    assert "@import" not in css
