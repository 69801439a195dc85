"""Settings of one process, read from `MATCHER_…` variables by whoever starts it, never at import."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from matcher.errors import ConfigError

__all__ = ["Settings", "load_settings", "unusable", "unusable_value"]

# What pydantic calls the errors of values, and what is wrong then; of numbers, the span follows.
_NUMBERS = {
    "greater_than_equal": "",
    "less_than_equal": "",
    "int_parsing": "是整数",
    "int_parsing_size": "是整数",
    "int_from_float": "是整数",
    "float_parsing": "是数",
}
_OTHERS = {"bool_parsing": "应是 true 或 false", "string_too_short": "不能为空"}

GateName = Literal["region", "trl", "modes", "budget", "validity", "blocked"]


class Settings(BaseSettings):
    """All that may differ between two installations; every field can be set as `MATCHER_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="MATCHER_", frozen=True, extra="forbid")

    encoder: Annotated[
        str,
        Field(
            min_length=1,
            description="编码器：in-use（启用的，没有启用过则为随包的）、bundled（随包的）、"
            "fast（随包的快速编码器），或模型名 / 文件夹",
        ),
    ] = "in-use"
    dim: Annotated[int, Field(ge=0, description="每个向量保留的维数；0 表示全部，改后须重建索引")] = 0
    index_dir: Annotated[Path, Field(description="索引所在文件夹")] = Path("indexes")
    model_dir: Annotated[Path, Field(description="模型库所在文件夹")] = Path("models")
    threads: Annotated[int, Field(ge=0, description="计算线程数；0 表示全部核心")] = 0
    batch_size: Annotated[int, Field(ge=1, le=4096, description="每批编码的文本数")] = 32
    window_chars: Annotated[int, Field(ge=50, le=450, description="长文本分段的字数上限")] = 200
    query_windows: Annotated[int, Field(ge=1, le=64, description="一条查询最多使用的分段数")] = 4
    candidates: Annotated[int, Field(ge=10, le=10_000, description="进入排序的候选数")] = 200
    rerank: Annotated[int, Field(ge=0, le=200, description="每条查询由重排模型细读的候选数；0 表示不重排")] = 20
    hard_gates: Annotated[
        tuple[GateName, ...], NoDecode, Field(description="会排除候选的硬条件（逗号分隔）；其余条件只提示")
    ] = ("region", "trl", "budget", "validity", "blocked")
    max_file_mb: Annotated[int, Field(ge=1, description="单个输入文件的大小上限（MB）")] = 100
    seed: Annotated[int, Field(ge=0, description="随机种子")] = 20_250_101
    browser: Annotated[
        str,
        Field(
            min_length=1,
            description="打印对接会材料用的浏览器：auto（自动寻找 Chromium、Chrome、Edge）、none（不生成 PDF），或路径",
        ),
    ] = "auto"

    @field_validator("hard_gates", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """`region,trl` as people write lists in an environment; an empty text is an empty list."""
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def load_settings(*, rerank: int | None = None) -> Settings:
    """Read the environment; `rerank` wins over it unless None.

    Raises:
        ConfigError: a `MATCHER_…` variable holds a value out of its range.
    """
    try:
        return Settings() if rerank is None else Settings(rerank=rerank)
    except ValidationError as error:
        raise unusable(error, Settings, page="docs/settings.md") from error


def unusable(error: ValidationError, settings: type[BaseSettings], *, page: str) -> ConfigError:
    """What is wrong with the environment, in one sentence: the variable, its value, and what it may be.

    Args:
        error: of reading it.
        settings: what was to be read.
        page: where the variables are described.
    """
    first = error.errors()[0]
    if not first["loc"]:
        # Of several variables together; the check says which.
        return ConfigError(f"{first['ctx']['error']}；请改正后重试，各变量的含义见 {page}。")
    field = str(first["loc"][0])
    limits = {
        name: getattr(item, name)
        for item in settings.model_fields[field].metadata
        for name in ("ge", "le")
        if hasattr(item, name)
    }
    told = unusable_value(error, low=limits.get("ge"), high=limits.get("le"))
    variable = f"{settings.model_config['env_prefix']}{field.upper()}"
    return ConfigError(f"环境变量 {variable} 的{told}；请改正后重试，允许的值见 {page}。")


def unusable_value(error: ValidationError, *, low: float | None, high: float | None, among: str = "") -> str:
    """“值“0”不可用，应在 1 到 1000 之间”, of the first value that is refused.

    Args:
        error: of reading a variable or an option.
        low: least that is allowed, None where nothing is said.
        high: most that is allowed, None likewise.
        among: the only values there may be, where the error does not tell them.
    """
    first = error.errors()[0]
    kind, limits = first["type"], first.get("ctx", {})
    if kind in _NUMBERS:
        allowed = "应" + "，且".join(filter(None, (_NUMBERS[kind], _span(low, high))))
    elif kind == "literal_error":
        named = str(limits["expected"]).replace("'", "").replace(" or ", ", ")
        allowed = f"只能是 {named.replace(', ', '、')}"
    elif kind == "string_too_long":
        allowed = f"最多 {limits['max_length']} 个字"
    else:
        allowed = _OTHERS.get(kind) or (f"只能是 {among}" if among else first["msg"])
    return f"值“{first['input']}”不可用，{allowed}"


def _span(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"在 {low:g} 到 {high:g} 之间"
    return f"不小于 {low:g}" if low is not None else f"不大于 {high:g}" if high is not None else ""
