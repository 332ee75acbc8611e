"""`touchpoints studio`: how it starts, and why it does not."""

from __future__ import annotations

import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.office import child_environment

WITHOUT = "import sys; sys.modules['fastapi'] = None; from touchpoints.cli import main; main({})"


def test_without_the_extra_it_says_what_to_install(bank: Path) -> None:
    code = WITHOUT.format(["-w", str(bank), "studio"])
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=child_environment(),
    )
    assert done.returncode == 2
    assert "pip install 'touchpoints[web]'" in done.stderr


def test_a_port_that_is_taken_is_told(bank: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "touchpoints", "-w", str(bank), "studio", "--port", port]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=child_environment()
        )
    assert done.returncode == 2
    assert f"port {port} cannot be used" in done.stderr


def test_it_listens_on_this_machine_only_and_prints_the_address_that_opens_it(bank: Path) -> None:
    command = [sys.executable, "-m", "touchpoints", "-w", str(bank), "studio"]
    with subprocess.Popen(
        [*command, "--port", "0", "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=child_environment(),
    ) as studio:
        assert studio.stdout is not None
        address = studio.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:")
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor()
        )
        with opener.open(address, timeout=20) as page:
            assert b"<h1>Templates</h1>" in page.read()
            assert page.headers["server"] is None
        studio.terminate()
        assert studio.wait(20) in {0, -15}
