"""What a running service is made of; built once by `api.app.create_app`, and by the worker processes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from api.access.address import Network, parse_networks
from api.access.caller import Caller
from api.access.oidc import OidcProvider, OidcSettings
from api.access.throttle import Counters, OnceOnly, Rate, RateLimiter, SignInThrottle
from api.access.tokens import Lifetime, check_server_secret, new_server_secret
from api.db.engine import Database
from api.db.tables import ServiceValue
from api.matching.live import Matching
from api.settings import ServiceSettings
from matcher.config import Settings

__all__ = ["CallerDep", "Service", "ServiceDep", "server_secret"]

# From one address: a fair's whole office registers in an hour, a flood does not.
_REGISTRATIONS_PER_HOUR = 20
_SECRET = "server-secret"  # noqa: S105


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Everything a route may need.

    engine: how the matcher works here. secret: signs cookies and cursors; it is made at the first start, never shown.
    """

    settings: ServiceSettings
    engine: Settings
    database: Database
    counters: Counters
    secret: bytes
    matching: Matching
    trusted_proxies: tuple[Network, ...]
    signed_in_rate: RateLimiter
    anonymous_rate: RateLimiter
    refused_rate: RateLimiter
    registration_rate: RateLimiter
    sign_in_throttle: SignInThrottle
    lifetime: Lifetime
    oidc: OidcProvider | None = None

    @classmethod
    def of(cls, settings: ServiceSettings, engine: Settings, database: Database) -> "Service":
        """Put together; the database must have its tables. `SERVICE_RERANK` stands for the engine's `rerank`.

        Raises:
            ConfigError: a setting that cannot work.
        """
        counters = Counters(settings.throttle_store)
        engine = engine.model_copy(update={"rerank": settings.rerank})
        return cls(
            settings=settings,
            engine=engine,
            database=database,
            counters=counters,
            secret=server_secret(database),
            matching=Matching(settings.index_folder, engine),
            trusted_proxies=parse_networks(settings.trusted_proxies),
            signed_in_rate=RateLimiter(counters, Rate(settings.rate_per_minute, 60), "signed-in"),
            anonymous_rate=RateLimiter(counters, Rate(settings.rate_anonymous_per_minute, 60), "anonymous"),
            refused_rate=RateLimiter(counters, Rate(settings.rate_anonymous_per_minute, 60), "refused"),
            registration_rate=RateLimiter(counters, Rate(_REGISTRATIONS_PER_HOUR, 3600), "registration"),
            sign_in_throttle=SignInThrottle(counters),
            lifetime=Lifetime(idle_s=settings.session_idle_minutes * 60, absolute_s=settings.session_hours * 3600),
            oidc=_provider(settings, counters),
        )

    @property
    def uploads(self) -> Path:
        """Where uploaded files wait for their job."""
        return self.settings.data_dir / "uploads"

    @property
    def results(self) -> Path:
        """Where jobs put their files, one folder a job."""
        return self.settings.data_dir / "results"


def _provider(settings: ServiceSettings, counters: Counters) -> OidcProvider | None:
    """The city's identity provider, where one is set; nothing is asked of it yet."""
    if not settings.oidc_issuer:
        return None
    known_as = OidcSettings(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        redirect_uri=f"{settings.public_url.rstrip('/')}/api/v1/oidc/callback",
    )
    return OidcProvider(known_as, first_use=OnceOnly(counters).first_use)


def server_secret(database: Database) -> bytes:
    """The server's secret, made where there is none yet."""
    with database.work() as session:
        found = session.get(ServiceValue, _SECRET)
        if found is None:
            found = ServiceValue(name=_SECRET, value={"text": new_server_secret()})
            session.add(found)
        return check_server_secret(str(found.value["text"]))


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


ServiceDep = Annotated[Service, Depends(_service)]
CallerDep = Annotated[Caller, Depends(_caller)]
