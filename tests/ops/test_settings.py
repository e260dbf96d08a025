"""What the environment says of an installation."""

from __future__ import annotations

from pathlib import Path

import pytest

from ops.settings import Refused, Settings, origins

OWN = {"http://127.0.0.1:9000", "http://localhost:9000"}


def test_pages_of_named_front_ends_may_ask_beside_its_own() -> None:
    named = ["https://console.example", "http://localhost:5173", "https://[2001:db8::1]:8443"]
    for environ, others in (({}, set()), ({"YIDANG_ORIGINS": f" {'  '.join(named)}"}, set(named))):
        settings = Settings(state=Path(), port=9000, origins=origins(environ))
        assert settings.allowed_origins == OWN | others


@pytest.mark.parametrize(
    "wrong",
    [
        "*",
        "null",
        "console.example",
        "https://console.example/",
        "https://Console.example",
        "https://console.example:443",
        "http://console.example:80",
        "https://a.example,https://b.example",
    ],
)
def test_what_no_browser_sends_is_refused_at_the_start(wrong: str) -> None:
    with pytest.raises(Refused) as refused:
        origins({"YIDANG_ORIGINS": f"https://good.example {wrong}"})
    told = str(refused.value)
    assert f"“{wrong}”不是浏览器所报的来源" in told
    assert f"{wrong!r} is no origin" in told
