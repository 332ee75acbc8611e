"""The obvious ways to send many messages: a job for each, or a loop that sends and marks."""

from __future__ import annotations

import logging
import smtplib
import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from jinja2 import Environment

TEXT = """Dear {{ name }},

Happy birthday! All of us at {{ company }} wish you a day among the people you love, and a year of
good health and good news. Thank you for letting us be part of your plans.
"""
_TEXT = Environment(autoescape=False).from_string(TEXT)
_HTML = Environment(autoescape=True).from_string(f"<html><body><p>{TEXT}</p></body></html>")
_own = threading.local()


def key(no: int) -> str:
    """The key of a message, as long as one of touchpoints."""
    return f"C{no:06d}/birthday-greeting/2026"


def send(port: int, key: str) -> None:
    """Write one mail and hand it over, on a connection that this thread keeps."""
    values = {"name": "Ann", "company": "Benchmark Bank"}
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = "Bank <hello@bank.example>", "somebody@bank.example"
    mail["Subject"], mail["X-Touchpoint-Key"] = "Happy birthday", key
    mail.set_content(_TEXT.render(values))
    mail.add_alternative(_HTML.render(values), subtype="html")
    session = getattr(_own, "session", None)
    if session is None:
        session = _own.session = smtplib.SMTP("127.0.0.1", port)
    session.send_message(mail)


def _opened(folder: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(folder / "loop.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL").close()
    connection.execute("PRAGMA synchronous = FULL").close()
    return connection


def fill_loop(folder: Path, count: int) -> None:
    """A table of so many messages that are not sent."""
    connection = _opened(folder)
    connection.execute("CREATE TABLE message (no INTEGER PRIMARY KEY, key TEXT, sent INTEGER)")
    connection.execute("BEGIN")
    rows = [(no, key(no)) for no in range(1, count + 1)]
    connection.executemany("INSERT INTO message VALUES (?, ?, 0)", rows)
    connection.execute("COMMIT")
    connection.close()


def send_then_mark(folder: Path, port: int) -> None:
    """Send what is not marked, and mark it, one commit each."""
    connection = _opened(folder)
    sql = "SELECT no, key FROM message WHERE NOT sent ORDER BY no"
    for no, key in connection.execute(sql).fetchall():
        send(port, key)
        connection.execute("UPDATE message SET sent = 1 WHERE no = ?", [no])


def mark_then_send(folder: Path, port: int) -> None:
    """The other way round."""
    connection = _opened(folder)
    sql = "SELECT no, key FROM message WHERE NOT sent ORDER BY no"
    for no, key in connection.execute(sql).fetchall():
        connection.execute("UPDATE message SET sent = 1 WHERE no = ?", [no])
        send(port, key)


def _scheduler(folder: Path, options: dict[str, object]) -> BackgroundScheduler:
    logging.disable(logging.CRITICAL)  # it tells of every job that it misses
    store = SQLAlchemyJobStore(url=f"sqlite:///{folder / 'jobs.db'}")
    return BackgroundScheduler(jobstores={"default": store}, job_defaults=options)


def fill_jobs(
    folder: Path, port: int, count: int, *, over: float = 0.0, options: dict[str, object]
) -> float:
    """Add a job for each message, due soon and together, or over some seconds; how long it took."""
    scheduler = _scheduler(folder, options)
    scheduler.start(paused=True)
    began = time.monotonic()
    # All are there before the first is due.
    due = datetime.now(UTC) + timedelta(seconds=2 + 0.02 * count)
    for no in range(1, count + 1):
        at = due + timedelta(seconds=over * no / count)
        scheduler.add_job("obvious:send", "date", run_date=at, args=[port, key(no)])
    took = time.monotonic() - began
    scheduler.shutdown()
    return took


def run_jobs(options: dict[str, object]) -> Callable[[Path, int], None]:
    """A life of the scheduler: until no job is left."""

    def live(folder: Path, _port: int) -> None:
        scheduler = _scheduler(folder, options)
        scheduler.start()
        connection = sqlite3.connect(folder / "jobs.db", timeout=30)
        while connection.execute("SELECT COUNT(*) FROM apscheduler_jobs").fetchone()[0]:
            time.sleep(0.1)
        scheduler.shutdown(wait=True)

    return live
