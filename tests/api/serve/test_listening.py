"""The socket of the web processes."""

import socket
import threading
import time

import pytest

from api.serve.listening import address_of, listen
from matcher.errors import ConfigError


def test_any_free_port_is_named() -> None:
    with listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        assert address_of(listening) == f"http://localhost:{port}"
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass


def test_a_port_in_use_is_said_so() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"127\.0\.0\.1:{port}.*--port"):
            listen("127.0.0.1", port, patience_s=0.3)


def test_a_port_that_becomes_free_is_taken() -> None:
    first = listen("127.0.0.1", 0)
    port = first.getsockname()[1]
    threading.Timer(0.5, first.close).start()
    began = time.monotonic()
    listen("127.0.0.1", port, patience_s=20).close()
    assert time.monotonic() - began >= 0.4


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"无法监听 203\.0\.113\.1"):
        listen("203.0.113.1", 0, patience_s=0)
    with pytest.raises(ConfigError, match="监听地址"):
        listen("no such host", 0)
