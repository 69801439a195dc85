"""Counters of requests."""

import subprocess
import sys
from pathlib import Path

from api.ops.metrics import Metrics


def lines(text: bytes) -> set[str]:
    return set(text.decode().splitlines())


def test_requests_are_counted_by_route_and_status() -> None:
    metrics = Metrics()
    metrics.note("GET", "/a", 200, 0.02)
    metrics.note("GET", "/a", 200, 0.3)
    metrics.note("POST", "/a", 404, 0.02)
    metrics.note("BREW", "/a", 405, 0.02)
    found = lines(metrics.text())
    assert 'service_requests_total{method="GET",route="/a",status="200"} 2.0' in found
    assert 'service_requests_total{method="POST",route="/a",status="404"} 1.0' in found
    assert 'service_requests_total{method="OTHER",route="/a",status="405"} 1.0' in found
    # 0.02 three times, 0.3 once.
    assert 'service_request_seconds_bucket{le="0.025",route="/a"} 3.0' in found
    assert 'service_request_seconds_bucket{le="0.5",route="/a"} 4.0' in found


def test_searches_are_timed_apart_and_only_answered_ones() -> None:
    metrics = Metrics()
    metrics.note("POST", "/search", 200, 0.12, tags=["matching"])
    metrics.note("POST", "/search", 422, 0.001, tags=["matching"])
    metrics.note("GET", "/needs", 200, 0.001, tags=["needs"])
    found = lines(metrics.text())
    assert "service_matching_seconds_count 1.0" in found
    assert 'service_matching_seconds_bucket{le="0.1"} 0.0' in found
    assert 'service_matching_seconds_bucket{le="0.15"} 1.0' in found


def test_two_applications_do_not_share_counters() -> None:
    one, other = Metrics(), Metrics()
    one.note("GET", "/a", 200, 0.1)
    assert b'route="/a"' not in other.text()


def test_several_processes_are_summed(tmp_path: Path) -> None:
    code = "from api.ops.metrics import Metrics\nm = Metrics()\nm.note('GET', '/a', 200, 0.1)\nprint(m.text().decode())"
    environment = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PATH": ""}
    wanted = 'service_requests_total{method="GET",route="/a",status="200"}'
    for count in (1.0, 2.0, 3.0):
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        assert f"{wanted} {count}" in done.stdout.splitlines()
