"""Pages in a real browser: what they ask for, how wide they are, and what a screen reader would miss.

A test module that looks at pages imports the fixture `browser` from here.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

EXTRA = "needs requirements-extra.txt: .venv/bin/python -m pip install -r requirements-extra.txt"
OPTIONS = (
    "--no-sandbox",  # tests run as root in CI, and the pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDTHS = (1280, 390)  # of a desk and of a telephone
SCHEMES = ("light", "dark")
HIGH = 900
PATIENCE_MS = 120_000  # a machine that is busy with other tests is slow


@dataclass(frozen=True)
class Look:
    """What was seen of a page.

    asked_for  addresses, other than its own
    too_wide   by so many pixels it can be moved sideways
    faults     what axe calls serious or critical, each with the elements concerned
    said       what the browser complains about
    """

    asked_for: tuple[str, ...]
    too_wide: int
    faults: tuple[str, ...]
    said: tuple[str, ...]


CALM = Look((), 0, (), ())  # all is well


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """The Chromium of this machine, without a window; skips where it, or what drives it, is missing."""
    driver = pytest.importorskip("playwright.sync_api", reason=EXTRA)
    pytest.importorskip("axe_playwright_python", reason=EXTRA)
    if not (program := shutil.which("chromium") or shutil.which("chromium-browser")):
        pytest.skip("needs chromium: apt install chromium")
    with driver.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield chromium
        chromium.close()


@contextmanager
def opened(browser: object, path: Path, width: int = WIDTHS[0], scheme: str = "light") -> Iterator[object]:
    """The page in a window so many pixels wide."""
    window = browser.new_context(viewport={"width": width, "height": HIGH}, color_scheme=scheme)
    page = window.new_page()
    page.set_default_timeout(PATIENCE_MS)
    try:
        page.goto(path.as_uri())
        yield page
    finally:
        window.close()


def looked_at(browser: object, path: Path, width: int = WIDTHS[0], scheme: str = "light") -> Look:
    """Opens a page, and everything on it that can be opened, and looks at it."""
    from axe_playwright_python.sync_playwright import Axe

    asked_for: list[str] = []
    said: list[str] = []
    with opened(browser, path, width, scheme) as page:
        page.on("request", lambda request: asked_for.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.reload()
        for summary in page.locator("summary").all():
            summary.click()
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found = Axe().run(page).response["violations"]
    faults = [_fault(each) for each in found if each["impact"] in ("serious", "critical")]
    return Look(tuple(url for url in asked_for if url != path.as_uri()), too_wide, tuple(faults), tuple(said))


def _fault(violation: dict) -> str:
    places = ", ".join(str(node["target"]) for node in violation["nodes"][:3])
    return f"{violation['impact']}: {violation['help']}: {places}"
