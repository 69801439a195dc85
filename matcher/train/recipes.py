"""Read a recipe: the numbers of a training, from a TOML file."""

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from matcher.errors import ConfigError

__all__ = ["read_recipe"]

_Recipe = TypeVar("_Recipe")


def read_recipe(kind: type[_Recipe], path: Path | None) -> _Recipe:
    """A recipe of the dataclass `kind`; what the file leaves out keeps its default. None is all defaults.

    Raises:
        ConfigError: the file cannot be read, or holds an unknown name or a wrong value.
    """
    if path is None:
        return kind()
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        unknown = sorted(set(values) - set(getattr(kind, "__dataclass_fields__", ())))
        if unknown:
            raise ConfigError(f"配方文件 {path} 中的 {unknown[0]} 不认识；可用的名称见 docs/training.md。")
        return TypeAdapter(kind).validate_python(values)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"读不了配方文件 {path}（{error}）；请检查路径，并用 UTF-8 的 TOML 书写。") from error
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"配方文件 {path} 中 {name} 的值不可用（{first['msg']}）；请改正后重试。") from error
