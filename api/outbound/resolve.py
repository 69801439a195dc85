"""Names → IP addresses that may be called, with a time limit."""

import ipaddress
import socket
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue

from api.outbound.addresses import AddressRules
from api.outbound.errors import AddressRefusedError, UnreachableError

__all__ = ["Resolver", "checked_addresses", "system_resolve"]

# Host and port → addresses in the order to be tried; raises OSError when the name is not known.
Resolver = Callable[[str, int], Sequence[str]]


def system_resolve(host: str, port: int) -> tuple[str, ...]:
    """Addresses of a name as this machine's resolver gives them, each once.

    Raises:
        OSError: the name is not known, or the resolver cannot be reached.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked_addresses(
    host: str, port: int, rules: AddressRules, *, resolve: Resolver = system_resolve, timeout_s: float
) -> tuple[str, ...]:
    """Resolve a name once; every address it has must be one that may be called.

    A name with one public and one inner address is refused as a whole: which of them is called must not be chance.

    Raises:
        AddressRefusedError: an address is of a network that may not be called.
        UnreachableError: the name is not known, or the answer took longer than `timeout_s` seconds.
    """
    addresses = _resolve_in_time(host, port, resolve, timeout_s)
    if not addresses:
        raise UnreachableError(f"找不到主机 {host}；请检查网址中的域名。")
    for address in addresses:
        try:
            permitted = rules.permits(ipaddress.ip_address(address))
        except ValueError:
            permitted = False
        if not permitted:
            raise AddressRefusedError(
                f"{host} 指向内部或保留的网络地址，不能访问；请改用公网上的地址，或联系管理员放行。"
            )
    return tuple(addresses)


def _resolve_in_time(host: str, port: int, resolve: Resolver, timeout_s: float) -> Sequence[str]:
    answers: SimpleQueue[Sequence[str] | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolve(host, port))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    # getaddrinfo takes no time limit and cannot be stopped, so it is asked beside and left behind when it is late.
    threading.Thread(target=ask, name="resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=timeout_s)
    except Empty as error:
        raise UnreachableError(f"解析主机名 {host} 超时；请稍后重试。", timed_out=True) from error
    if isinstance(answer, Exception):
        raise UnreachableError(f"找不到主机 {host}；请检查网址中的域名，或稍后重试。") from answer
    return answer
