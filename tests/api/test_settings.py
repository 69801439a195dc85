"""Settings of the service: read from the environment, refused by name, documented."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from api.settings import ServiceSettings, load_service_settings
from matcher.errors import ConfigError

DOCS = Path(__file__).resolve().parents[2] / "docs"


def shown(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def test_every_setting_is_documented_with_its_default() -> None:
    page = (DOCS / "service.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(SERVICE_\w+)` \| (?:`([^`]*)`)? ?\|", page, flags=re.MULTILINE)
    wanted = {f"SERVICE_{name.upper()}": shown(field.default) for name, field in ServiceSettings.model_fields.items()}
    assert dict(rows) == wanted
    assert len(rows) == len(wanted)


def test_lists_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8,")
    monkeypatch.setenv("SERVICE_METRICS_NETWORKS", "")
    settings = load_service_settings()
    assert settings.trusted_proxies == ("127.0.0.1", "10.0.0.0/8")
    assert settings.metrics_networks == ()


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "70000"), ("WORKERS", "0"), ("LOG_LEVEL", "loud"), ("REVIEW", "maybe")]
)
def test_a_bad_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"SERVICE_{name}", value)
    with pytest.raises(ConfigError, match=f"SERVICE_{name}.*docs/service.md"):
        load_service_settings()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PORT", "70000", "值“70000”不可用，应在 0 到 65535 之间"),
        ("LOG_LEVEL", "loud", "值“loud”不可用，只能是 debug、info、warning、error"),
        ("REVIEW", "maybe", "值“maybe”不可用，应是 true 或 false"),
        ("CONTACT", "电" * 201, f"值“{'电' * 201}”不可用，最多 200 个字"),
    ],
)
def test_what_a_value_may_be_is_told_in_chinese(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"SERVICE_{name}", value)
    with pytest.raises(ConfigError) as refused:
        load_service_settings()
    assert str(refused.value) == f"环境变量 SERVICE_{name} 的{told}；请改正后重试，允许的值见 docs/service.md。"


def test_variables_that_need_each_other_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE_OIDC_ISSUER", "https://login.example.cn")
    with pytest.raises(ConfigError, match=r"^启用统一身份认证（SERVICE_OIDC_ISSUER）还需要 .*PUBLIC_URL；请改正"):
        load_service_settings()


def test_every_metric_is_documented() -> None:
    page = (DOCS / "operations.md").read_text(encoding="utf-8")
    sources = (Path(__file__).resolve().parents[2] / "api" / "ops").glob("*.py")
    found = {name for path in sources for name in re.findall(r'"(service_[a-z_]+)"', path.read_text(encoding="utf-8"))}
    assert len(found) > 8
    assert {name for name in found if name not in page} == set()
