"""Which addresses may be called, as far as their spelling and the administrator's list can tell.

What a name resolves to is checked where the connection is made, see `pinned`.
"""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import httpx

from api.outbound.errors import AddressRefusedError
from api.outbound.ranges import Reach, reach
from matcher.errors import ConfigError

__all__ = ["AddressRules", "Target", "check_url"]

_DEFAULT_PORT = {"https": 443, "http": 80}
_MAX_LENGTH = 2048
_FIRST_OPEN_PORT = 1024
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(\.{_LABEL})*")
# The last part of 2130706433, 0x7f.1, 127.1 or 0177.0.0.1: what many resolvers read as an IPv4 address.
_NUMBER = re.compile(r"(\d+|0x[0-9a-f]*)\Z")
_ENTRY = re.compile(r"(?P<host>\[[0-9a-f:.]+\]|[^:\[\]/@?#\s]+)(:(?P<port>\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class AddressRules:
    """An administrator's rules on what this service may call.

    Attributes:
        allowed_hosts: "host" (the default port of the scheme only) or "host:port", matched exactly, no wildcards; IPv6
            in brackets. Empty: nothing may be called. None: any public host, on a default port or one from 1024 up.
        allow_private: loopback, private and carrier-grade NAT addresses may be called too. Link-local, multicast,
            reserved, tunnelled and cloud metadata addresses stay refused.
        schemes: of "https" and "http".

    Raises:
        ConfigError: an entry is not a host, or a scheme is another one.
    """

    allowed_hosts: frozenset[str] | None = frozenset()
    allow_private: bool = False
    schemes: frozenset[str] = frozenset({"https"})

    def __post_init__(self) -> None:
        odd = self.schemes - set(_DEFAULT_PORT)
        if odd or not self.schemes:
            shown = "、".join(sorted(odd)) or "（空）"
            raise ConfigError(f"对外访问的协议“{shown}”不能使用；请只填写 https 或 http。")
        if self.allowed_hosts is not None:
            object.__setattr__(self, "allowed_hosts", frozenset(map(_entry, self.allowed_hosts)))

    @classmethod
    def of(
        cls, hosts: Iterable[str] | None, *, allow_private: bool = False, schemes: Iterable[str] = ("https",)
    ) -> Self:
        """Build rules from any iterables, such as lists of settings.

        Raises:
            ConfigError: as the class.
        """
        return cls(None if hosts is None else frozenset(hosts), allow_private, frozenset(schemes))

    def listed(self, scheme: str, host: str, port: int) -> bool:
        """Whether the list has this host and port; `host` is lower case, IPv6 without brackets."""
        if self.allowed_hosts is None:
            return port == _DEFAULT_PORT[scheme] or port >= _FIRST_OPEN_PORT
        shown = _bracketed(host)
        return f"{shown}:{port}" in self.allowed_hosts or (
            port == _DEFAULT_PORT[scheme] and shown in self.allowed_hosts
        )

    def permits(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        """Whether a connection to this IP address may be made."""
        kind = reach(address)
        return kind is Reach.PUBLIC or (kind is Reach.PRIVATE and self.allow_private)


@dataclass(frozen=True, slots=True)
class Target:
    """A checked URL in its parts: `host` in lower-case ASCII, IPv6 without brackets, `path` with the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """Scheme, host and port, the default port left out: what messages may name."""
        port = "" if self.port == _DEFAULT_PORT[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{_bracketed(self.host)}{port}"

    @property
    def url(self) -> str:
        """The whole address, to be called; path and query may hold a token."""
        return self.origin + self.path


def check_url(url: str, rules: AddressRules) -> Target:
    """Check an address by its spelling and the list; no name is resolved.

    Raises:
        AddressRefusedError: not a plain https (or allowed http) URL, an IP address in an odd spelling or of a refused
            network, or a host or port that is not on the list.
    """
    if len(url) > _MAX_LENGTH or not url.isprintable() or re.search(r"[\s\\]", url):
        raise AddressRefusedError("网址过长，或含有空格、反斜杠等不允许的字符；请检查后重新填写。")
    try:
        parsed = httpx.URL(url)
        # `raw_path` is bytes that httpx has already percent-encoded.
        scheme, host, path = parsed.scheme, parsed.raw_host.decode("ascii"), parsed.raw_path.decode("ascii")
        port = _DEFAULT_PORT.get(scheme, 0) if parsed.port is None else parsed.port
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise AddressRefusedError(
            "网址的写法不对；请填写完整的网址，例如 https://data.example.cn/list.csv。"
        ) from error
    if scheme not in rules.schemes:
        accepted = "、".join(f"{name}://" for name in sorted(rules.schemes, reverse=True))
        raise AddressRefusedError(f"网址必须以 {accepted} 开头；请改正后重试。")
    # Also an empty one, which httpx drops without a word.
    if "@" in re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0]:
        raise AddressRefusedError("网址中不能带用户名和密码；请去掉“@”之前的部分，改用请求头或令牌。")
    if not 0 < port < 2**16:
        raise AddressRefusedError("网址中的端口必须在 1 到 65535 之间；请改正后重试。")
    target = Target(scheme, _checked_host(host, rules), port, path)
    if not rules.listed(target.scheme, target.host, target.port):
        raise AddressRefusedError(f"{target.origin} 不在管理员允许访问的地址之列；请联系管理员添加，或换一个地址。")
    return target


def _checked_host(host: str, rules: AddressRules) -> str:
    bare = host.removeprefix("[").removesuffix("]")
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        name = bare.removesuffix(".")
        if not _NAME.fullmatch(name) or _NUMBER.match(name.rpartition(".")[2]):
            raise AddressRefusedError(
                "网址中的主机名写法不对（IP 地址只能写成 203.0.113.7 这样的四段十进制）；请改用域名。"
            ) from None
        return name
    if not rules.permits(address):
        raise AddressRefusedError(f"{bare} 是内部或保留的网络地址，不能访问；请改用公网地址，或联系管理员放行。")
    return str(address)


def _entry(text: str) -> str:
    """One entry of the list in its normal form.

    Raises:
        ConfigError: not "host" or "host:port".
    """
    match = _ENTRY.fullmatch(text.strip().lower())
    if match is None or not 0 < int(match["port"] or 1) < 2**16:
        raise ConfigError(f"允许访问的地址“{text}”写法不对；请写成“主机名”或“主机名:端口”，不带协议和路径。")
    try:
        host = httpx.URL(f"https://{match['host']}/").raw_host.decode("ascii").lower().removesuffix(".")
        bare = host.removeprefix("[").removesuffix("]")
        host = _bracketed(str(ipaddress.ip_address(bare))) if ":" in bare else host
    except (httpx.InvalidURL, ValueError) as error:
        raise ConfigError(f"允许访问的地址“{text}”不是主机名；请写成“主机名”或“主机名:端口”。") from error
    if ":" not in bare and not _NAME.fullmatch(host):
        raise ConfigError(f"允许访问的地址“{text}”不是主机名（不支持通配符）；请逐个写出主机名。")
    return host + (f":{int(match['port'])}" if match["port"] else "")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
