"""Settings of the service, read from `SERVICE_…` variables by whoever starts it, never at import."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from matcher.config import unusable

__all__ = ["ServiceSettings", "load_service_settings"]


class ServiceSettings(BaseSettings):
    """All that may differ between two installations; every field can be set as `SERVICE_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="SERVICE_", frozen=True, extra="forbid")

    data_dir: Annotated[Path, Field(description="数据文件夹：数据库、索引、上传和结果文件都在其中")] = Path("data")
    database_url: Annotated[
        str,
        Field(description="数据库地址；空为数据文件夹里的 SQLite，也可写 postgresql+psycopg://用户:密码@主机/库名"),
    ] = ""
    host: Annotated[str, Field(min_length=1, description="监听地址")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="监听端口；0 由系统选")] = 8000
    workers: Annotated[int, Field(ge=1, le=64, description="网页进程数；SQLite 建议 1，PostgreSQL 可更多")] = 1
    contact: Annotated[
        str, Field(max_length=200, description="平台联系方式（电话、邮箱、科室），显示在每页页脚，也告诉没有账号的人")
    ] = ""
    public_url: Annotated[
        str, Field(description="对外网址（写进回调、导出和通知里的链接），如 https://kjt.example.cn")
    ] = ""
    secure_cookies: Annotated[bool, Field(description="只在 HTTPS 下发送登录 Cookie；对外服务必须为 true")] = False
    rerank: Annotated[
        int, Field(ge=0, le=200, description="每次匹配由重排模型细读的候选数；0 为不读（快）。任务和网页用同一个数")
    ] = 0
    session_idle_minutes: Annotated[int, Field(ge=5, le=1440, description="多久不操作需重新登录（分钟）")] = 120
    session_hours: Annotated[int, Field(ge=1, le=720, description="一次登录最长有效时间（小时）")] = 24
    trusted_proxies: Annotated[
        tuple[str, ...], NoDecode, Field(description="可信反向代理的地址段（逗号分隔），只采信它们转来的访问地址")
    ] = ()
    metrics_networks: Annotated[
        tuple[str, ...],
        NoDecode,
        Field(description="可不带密钥读取 /metrics 的地址段（逗号分隔），通常是监控服务器；其他地方须用 admin 密钥"),
    ] = ("127.0.0.0/8", "::1/128")
    rate_per_minute: Annotated[int, Field(ge=1, description="每个账号或密钥每分钟的请求上限")] = 1200
    rate_anonymous_per_minute: Annotated[
        int, Field(ge=1, description="每个地址未登录时每分钟的请求上限；打开一个网页算二至五次")
    ] = 300
    throttle_store: Annotated[
        str, Field(description="限流计数存放处；多进程共用时可写 redis:// 或 memcached:// 地址")
    ] = "memory://"
    review: Annotated[bool, Field(description="发布前是否需要管理员或组织者审核")] = False
    open_registration: Annotated[bool, Field(description="是否允许企业和院所自行注册")] = False
    max_upload_mb: Annotated[int, Field(ge=1, le=2048, description="一次上传的大小上限（MB）")] = 50
    keep_days: Annotated[int, Field(ge=1, description="任务结果文件和已送达回调保留的天数")] = 90
    renewal_days: Annotated[int, Field(ge=1, le=365, description="到期前多少天提醒续期")] = 14
    feed_root: Annotated[Path | None, Field(description="可读取的本地供数文件夹的上级目录；空为不允许")] = None
    allow_private_addresses: Annotated[
        bool, Field(description="是否允许回调和供数访问内网地址（仍须在管理员的允许名单内）")
    ] = False
    oidc_issuer: Annotated[str, Field(description="统一身份认证（OIDC）的颁发者网址；空为不启用")] = ""
    oidc_client_id: Annotated[str, Field(description="在统一身份认证登记的客户端编号")] = ""
    oidc_client_secret: Annotated[SecretStr, Field(description="客户端密钥")] = SecretStr("")
    log_level: Annotated[Literal["debug", "info", "warning", "error"], Field(description="日志级别")] = "info"

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, values: object) -> object:
        """`10.0.0.0/8,127.0.0.1` as people write lists in an environment."""
        if isinstance(values, dict):
            for name in ("trusted_proxies", "metrics_networks"):
                if isinstance(text := values.get(name), str):
                    values[name] = tuple(part.strip() for part in text.split(",") if part.strip())
        return values

    @model_validator(mode="after")
    def _oidc_whole(self) -> "ServiceSettings":
        if self.oidc_issuer and not (self.oidc_client_id and self.public_url):
            raise ValueError(
                "启用统一身份认证（SERVICE_OIDC_ISSUER）还需要 SERVICE_OIDC_CLIENT_ID 和 SERVICE_PUBLIC_URL"
            )
        return self

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in use."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'service.sqlite').absolute()}"

    @property
    def index_folder(self) -> Path:
        """Where the live index is."""
        return self.data_dir / "index"


def load_service_settings(**given: object) -> ServiceSettings:
    """Read the environment; keyword arguments win over it.

    Raises:
        ConfigError: a `SERVICE_…` variable holds a value that cannot be used.
    """
    try:
        return ServiceSettings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        raise unusable(error, ServiceSettings, page="docs/service.md") from error
