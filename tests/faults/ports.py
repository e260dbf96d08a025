"""Ports for servers that are stopped and started again at the same place."""

from __future__ import annotations

import errno
import random
import socket
from pathlib import Path

RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
LOWEST = 12_000
TRIES = 200


def standing_port() -> int:
    """A port where nobody listens, of those that no outgoing connection is ever given.

    The others the kernel gives to whoever connects: also one whose server is just being started again, which then finds
    it taken; and who calls there meanwhile may be connected to themselves.
    """
    first_given = int(RANGE.read_text().split()[0]) if RANGE.exists() else 32_768
    for port in random.sample(range(LOWEST, max(first_given, LOWEST + TRIES)), TRIES):
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    raise AssertionError("no port is free")
