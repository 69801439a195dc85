"""Who may ask how the service is: everybody whether it lives, machines of the operator for the figures."""

import ipaddress
from dataclasses import dataclass

from fastapi import BackgroundTasks, Request

from api.access.address import Network, client_address
from api.access.caller import Caller
from api.access.roles import Role
from api.errors import ForbiddenError, NotSignedInError
from api.identify import identify
from api.service import Service

__all__ = ["MetricsReach", "nobody"]

_FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip", "via")


def nobody(request: Request) -> None:
    """For a route that looks at no key or cookie: it must answer while the database does not; it is never limited."""
    request.state.caller = Caller(address=_address(request), request_id=getattr(request.state, "request_id", ""))


@dataclass(frozen=True, slots=True)
class MetricsReach:
    """From the operator's networks anybody reads the metrics, unlimited; from elsewhere only an administrator."""

    networks: tuple[Network, ...]

    def __call__(self, request: Request, background: BackgroundTasks) -> None:
        """Leave the caller on the request.

        Raises:
            NotSignedInError: somebody from elsewhere without a key.
            ForbiddenError: from elsewhere, and not an administrator.
            TooManyError: from elsewhere, and over the rate limit.
        """
        if self._is_near(request):
            nobody(request)
            return
        identify(request, background)
        caller: Caller = request.state.caller
        if caller.role is Role.ANONYMOUS:
            raise NotSignedInError(
                "此地址只对本机和 SERVICE_METRICS_NETWORKS 中的网段开放；其他地方请用带 admin 权限的密钥。",
                "Sign in first.",
            )
        if caller.role is not Role.ADMINISTRATOR:
            raise ForbiddenError("运行指标只供管理员查看；请联系管理员。", "Administrators only.")

    def _is_near(self, request: Request) -> bool:
        """By the address of the peer; one that passes on somebody else's request and is no trusted proxy is not near.

        A proxy on this machine that nobody entered as trusted would otherwise make the whole world local.
        """
        service: Service = request.app.state.service
        address = _address(request)
        passed_on = any(name in request.headers for name in _FORWARDED)
        peer = request.client.host if request.client else None
        if passed_on and not (service.trusted_proxies and _within(peer or "", service.trusted_proxies)):
            return False
        return _within(address, self.networks)


def _address(request: Request) -> str:
    service: Service = request.app.state.service
    peer = request.client.host if request.client else None
    return client_address(peer, request.headers.getlist("x-forwarded-for"), service.trusted_proxies)


def _within(text: str, networks: tuple[Network, ...]) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return any(address in network for network in networks)
