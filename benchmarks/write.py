"""Make text messages and complete e-mails, and check 200 templates; prints JSON.

    python benchmarks/write.py [--texts 20000] [--out FILE]

One core, texts of the starter templates, each for a customer of its own. The obvious way compiles
its template for every message with plain Jinja2, and builds mails with the standard library. What
each e-mail would take if its page were read anew is shown beside them: the styles and the words.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from jinja2 import Environment
from measuring import Result, machine, report

from touchpoints.channels.mime import Envelope, compose
from touchpoints.content.catalogue import Catalogue
from touchpoints.content.inlining import inlined
from touchpoints.content.plaintext import plain_text
from touchpoints.content.render import Renderer
from touchpoints.engine.checking import Checker
from touchpoints.engine.hands import processors
from touchpoints.engine.starting import start_workspace
from touchpoints.engine.vocabulary import Vocabulary
from touchpoints.workspace import load

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
ROUNDS = 10
GIVEN = ("Ann", "Zoë", "Li", "Oliver", "Grace")


def people(count: int) -> Iterator[dict[str, object]]:
    """A customer's variables after the other."""
    for number in range(count):
        given = GIVEN[number % len(GIVEN)]
        yield {
            "customer": {"id": f"C{number}", "given_name": given, "name": f"{given} No{number}"},
            "company": {"name": "Harbour Bank"},
            "fact": {
                "amount": Decimal(number % 5000) + Decimal("0.50"),
                "currency": "EUR",
                "date": date(2026, 11, 1 + number % 28),
                "ref": f"L-{number:06d}",
            },
            "line": {"phone": "+86 400 000 0000", "hours": "Mon–Fri 09:00–17:00"},
        }


def per_second(count: int, work: Callable[[dict[str, object]], object]) -> Result:
    """How often it is done in a second of processor time, after a round that is not counted.

    Everybody is another customer. Of ten rounds all are added up, and the quickest is told beside:
    the others show what the machine's neighbours take.
    """
    everybody = list(people(count))
    for each in everybody[:200]:
        work(each)
    rounds: list[float] = []
    for start in range(0, count, count // ROUNDS):
        began = time.process_time()
        for each in everybody[start : start + count // ROUNDS]:
            work(each)
        rounds.append(time.process_time() - began)
    spent = sum(rounds)
    return {
        "count": count,
        "cpu_seconds": round(spent, 3),
        "per_second": round(count / spent),
        "per_second_in_the_quickest_round": round(count / ROUNDS / min(rounds[:ROUNDS])),
    }


def ours(templates: Path, count: int) -> Result:
    """Messages as they are made for sending."""
    renderer = Renderer(Catalogue(templates), "en")

    def mail(each: dict[str, object], template: str) -> bytes:
        rendered = renderer.render(template, "email", "en", each)
        envelope = Envelope(str(each["customer"]), "Bank <a@b.example>", "ann@c.example", NOW)
        return compose(envelope, rendered)

    html = renderer.render("overdue", "email", "en", next(people(1))).html or ""
    return {
        "sms": per_second(count, lambda each: renderer.render("birthday", "sms", "en", each)),
        "sms_with_money_and_date": per_second(
            count, lambda each: renderer.render("instalment-due", "sms", "en", each)
        ),
        "email_text_and_html": per_second(count // 4, lambda each: mail(each, "birthday")),
        "email_text_made_from_html": per_second(count // 4, lambda each: mail(each, "overdue")),
        "styles_put_on_anew": per_second(count // 4, lambda _each: inlined(html)),
        "text_from_html_read_anew": per_second(count // 4, lambda _each: plain_text(html)),
    }


def obvious(templates: Path, count: int) -> Result:
    """Compile and render each time; a mail by the standard library, without styles inlined."""
    text = (templates / "birthday" / "sms.en.j2").read_text("utf-8")
    body = (templates / "birthday" / "email.en.j2").read_text("utf-8").split("---\n", 2)[2]
    page = "<html><style>p { margin: 0 }</style><p>" + body + "</p></html>"

    def mail(each: dict[str, object]) -> bytes:
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = "Bank <a@b.example>", "ann@c.example"
        message["Subject"] = Environment().from_string("Happy birthday").render(each)
        message.set_content(Environment().from_string(body).render(each))
        html = Environment(autoescape=True).from_string(page).render(each)
        message.add_alternative(html, subtype="html")
        return message.as_bytes()

    return {
        "sms": per_second(count, lambda each: Environment().from_string(text).render(each)),
        "email_text_and_html": per_second(count // 4, mail),
    }


def checking(folder: Path, count: int) -> Result:
    """Check many templates in a workspace with the usual samples, the first time and again."""
    names = [path.name for path in (folder / "templates").iterdir() if (path / "golden").is_dir()]
    for number in range(count - len(names)):
        source = folder / "templates" / names[number % len(names)]
        copy = folder / "templates" / f"copy-{number}"
        shutil.copytree(source, copy, ignore=shutil.ignore_patterns("golden"))
        for file in copy.iterdir():  # no two are the same, so that no work is saved
            file.write_text(file.read_text("utf-8") + f"{{# {number} #}}", "utf-8")
    workspace = load(folder, {})
    found: Result = {"templates": len(Catalogue(workspace.templates).names())}
    began = time.process_time()
    complaints = Checker(workspace, Vocabulary()).everything()
    found["cpu_seconds"] = round(time.process_time() - began, 2)
    found["complaints"] = len(complaints)
    return found | {"processors": processors(), "command": command(folder)}


def command(folder: Path) -> Result:
    """`template check` as its user waits for it: the median of seven, each a new process."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    load = round(os.getloadavg()[0], 1)  # with others at work, waiting says little
    taken: list[tuple[float, float]] = []
    for _ in range(7):
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        asked = [sys.executable, "-m", "touchpoints", "-w", str(folder), "template", "check"]
        subprocess.run(asked, check=False, stdout=subprocess.DEVNULL, env=environment)
        after, waited = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - began
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        taken.append((round(waited, 2), round(spent, 2)))
    seconds, cpu = sorted(taken)[len(taken) // 2]
    return {
        "seconds": seconds,
        "cpu_seconds_of_all_processes": cpu,
        "seconds_of_all_runs": [waited for waited, _ in taken],
        "load_before": load,
    }


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=20_000)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "bank"
        start_workspace(folder, date(2026, 11, 24))
        made, plain = ours(folder / "templates", asked.texts), None
        plain = obvious(folder / "templates", asked.texts // 20)
        result = {
            **machine(),
            "touchpoints": made,
            "obvious_way": plain,
            "check": checking(folder, 200),
        }
    report(result, asked.out)


if __name__ == "__main__":
    main()
