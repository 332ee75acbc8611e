"""How long the studio's live preview takes, from a key stroke to pixels, in a real Chromium.

    python benchmarks/live_preview.py [KEYS]

Types into a mail and into a text message of a new workspace and measures each key in the browser:
from its `keydown` until the frame after the new preview has been painted. Beside it, how long the
first preview of a page takes, which starts the child process. Prints JSON, in milliseconds.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Page, sync_playwright

OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
OPTIONS += ["--disable-background-networking", "--disable-sync"]
TEXTS = {"email": "birthday/email.en.html.j2", "sms": "birthday/sms.en.j2"}

WATCH = """
() => {
  window.keys = [];
  addEventListener("keydown", (event) => { window.pressed = event.timeStamp; }, true);
  new PerformanceObserver((list) => {
    for (const mark of list.getEntriesByName("preview-shown")) {
      if (!window.pressed) continue;
      window.keys.push(mark.startTime - window.pressed);
      window.pressed = 0;
    }
  }).observe({type: "mark"});
}
"""

# Playwright's own way to wait evaluates text, which the page's policy forbids.
UNTIL = """
([what, count]) => new Promise((resolve) => {
  const shown = () => what === "keys" ? window.keys : performance.getEntriesByName("preview-shown");
  const look = () => shown().length >= count ? resolve() : setTimeout(look, 10);
  look();
})
"""


def main() -> None:
    keys = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    program = [sys.executable, "-m", "touchpoints"]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        bank = Path(folder) / "bank"
        subprocess.run([*program, "init", str(bank)], check=True, capture_output=True)
        command = [*program, "-w", str(bank), "studio", "--port", "0", "--no-browser"]
        studio = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert studio.stdout is not None
        address = studio.stdout.readline().strip()
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=OPTIONS)
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(address)
            home = address.partition("/?")[0]
            found = {
                name: typed(page, f"{home}/templates/edit/{file}", keys)
                for name, file in TEXTS.items()
            }
            print(json.dumps({"browser": browser.version, "keys": keys, **found}, indent=2))
        finally:
            browser.close()
            studio.terminate()
            studio.wait()


def typed(page: Page, address: str, keys: int) -> dict[str, float]:
    """Median and 95th percentile of so many keys, each after the one before has been shown."""
    page.goto(address)
    page.evaluate(UNTIL, ["performance", 1])
    first = page.evaluate("performance.getEntriesByName('preview-shown')[0].startTime")
    page.wait_for_timeout(800)
    page.evaluate(WATCH)
    page.get_by_text("Happy birthday").first.click()
    page.keyboard.press("End")
    page.evaluate("window.pressed = 0")
    for number in range(keys):
        page.keyboard.press("abcdefghij"[number % 10])
        page.evaluate(UNTIL, ["keys", number + 1])
        page.wait_for_timeout(60)
    took = page.evaluate("window.keys")
    return {
        "median_ms": round(median(took), 1),
        "p95_ms": round(quantiles(took, n=20)[-1], 1),
        "worst_ms": round(max(took), 1),
        "first_ms": round(first, 1),
    }


if __name__ == "__main__":
    main()
