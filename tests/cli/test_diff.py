"""`touchpoints diff`: two policies on the same data, as tables, JSON lines and a page."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html.parser import HTMLParser
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from rich.console import Console

from tests.office import POLICY, Office, at
from touchpoints.cli.diffpage import page
from touchpoints.cli.difftable import print_tables
from touchpoints.cli.diffwords import DiffWords, money, place, signed, signed_money
from touchpoints.cli.heatmap import Calendar, Scale, calendars
from touchpoints.cli.spreadchart import bars
from touchpoints.engine.comparing import compare
from touchpoints.engine.fates import Fate, Side
from touchpoints.engine.simulating import Span
from touchpoints.engine.spread import Spread

WEEK = ("--from", "2026-12-05T00:00:00+08:00", "--until", "2026-12-12T00:00:00+08:00")
TABLES = ("meta", "customer", "fact", "consent", "preference", "history", "message", "attempt")
HOSTILE = """<script>alert('x')</script>"><img src=//evil.example/>{{ 7 * 7 }}&[red]"""
STRICT = (
    POLICY.replace("caps: []", "caps: [{name: weekly, max: 1, per: 7d}]")
    .replace("name: Harbour Bank", "name: Harbour Bank, stricter")
    .replace("channels: [email, sms]\n    audience", "channels: [sms, email]\n    audience")
)
KEYS = (
    *("customer", "touchpoint", "occurrence", "change"),
    *("channel_here", "send_at_here", "reason_here"),
    *("channel_there", "send_at_there", "reason_there"),
)


@pytest.fixture
def town(office: Office) -> Office:
    """Four customers with birthdays in one week, half of them with debts, and a hostile fifth."""
    for number in range(1, 5):
        office.customer(f"C{number}", birthday=f"1990-12-{number + 5:02d}")
        office.says(f"C{number}", "granted", "2026-01-01T00:00")
    for number in (1, 2):
        office.owes(f"C{number}", "L1", f"2026-12-{number + 11:02d}")
    office.customer(HOSTILE, birthday="1990-12-09", email="x@example.org", phone="+8613800000099")
    office.says(HOSTILE, "granted", "2026-01-01T00:00")
    return office


@pytest.fixture
def strict(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Another workspace: one message a week, reminders by SMS first, and no data of its own."""
    return Office(tmp_path_factory.mktemp("strict"), STRICT)


def words(*pairs: tuple[Fate | None, Fate | None], names: str = "Bank") -> DiffWords:
    """A comparison of so many fates here and there, in a span of two weeks."""
    here, there = (
        Side(names, {"email": 0.1}, tuple(fate for fate in fates if fate), 10)
        for fates in (zip(*pairs, strict=True) if pairs else ((), ()))
    )
    span = Span(at("2026-12-01T00:00"), at("2026-12-15T00:00"))
    return DiffWords(compare(here, there), span, "Asia/Shanghai", ("one", "other"))


def sent(customer: str, when: str, touchpoint: str = "greeting") -> Fate:
    """A message that went out by e-mail."""
    instant = int(at(when).timestamp())
    return Fate(customer, touchpoint, "2026", "Asia/Shanghai", "email", instant)


def test_one_line_for_each_message_that_changes_in_order(town: Office, strict: Office) -> None:
    lines = town.lines("diff", str(strict.folder), *WEEK, "--format", "jsonl")
    assert {tuple(line) for line in lines} == {KEYS}
    told = [(line["customer"], line["touchpoint"], line["change"]) for line in lines]
    assert told == [
        ("C1", "greeting", "lost"),
        ("C1", "reminder", "moved"),
        ("C2", "greeting", "lost"),
        ("C2", "reminder", "moved"),
    ]
    lost, moved = lines[0], lines[1]
    assert (lost["channel_here"], lost["channel_there"]) == ("email", None)
    assert (lost["reason_here"], lost["reason_there"]) == (None, "cap:weekly")
    assert (moved["channel_here"], moved["channel_there"]) == ("email", "sms")
    assert moved["send_at_here"] == moved["send_at_there"] == "2026-12-09T09:00:00+08:00"


def test_the_other_way_round_what_was_lost_is_gained(town: Office, strict: Office) -> None:
    strict.rule(POLICY)
    town.rule(STRICT)
    lines = town.lines("diff", str(strict.folder), *WEEK, "--format", "jsonl")
    assert [line["change"] for line in lines] == ["gained", "moved", "gained", "moved"]
    assert lines[0]["reason_here"] == "cap:weekly"


@pytest.mark.sqlite
def test_the_data_stay_as_they_are_in_both_workspaces(town: Office, strict: Office) -> None:
    town.plan("2026-12-05T00:00")
    before = {name: town.table(name) for name in TABLES}
    town.database.close()
    content = (town.folder / "touchpoints.db").read_bytes()
    assert town.ask("diff", str(strict.folder), *WEEK).code == 0
    assert (town.folder / "touchpoints.db").read_bytes() == content
    assert {name: town.table(name) for name in TABLES} == before
    assert strict.table("customer") == strict.table("message") == []
    assert not (town.folder / "outbox").exists()
    assert not (strict.folder / "outbox").exists()


def test_the_table_says_which_policy_is_which_and_what_changes(
    town: Office, strict: Office
) -> None:
    answer = town.ask("diff", str(strict.folder), *WEEK)
    assert answer.code == 0
    assert f"here   Harbour Bank ({town.folder})" in answer.out
    assert f"there  Harbour Bank, stricter ({strict.folder})" in answer.out
    assert "7 messages here, 5 there: 2 fewer there (-28.6%)." in answer.out
    assert "Of 5 customers: 0 with more messages there, 2 with fewer, 0 with as many" in answer.out
    assert re.search(r"lost +│ cap:weekly +│ +2", answer.out)
    assert re.search(r"from email to sms +│ +2", answer.out)


def test_the_same_folder_twice_is_no_difference(town: Office) -> None:
    assert town.lines("diff", str(town.folder), *WEEK, "--format", "jsonl") == []
    answer = town.ask("diff", str(town.folder), *WEEK)
    assert (answer.code, answer.err) == (0, "")
    assert "7 messages here, 7 there: as many." in answer.out
    assert "The first messages that change" not in answer.out


@pytest.mark.parametrize("form", ["table", "jsonl", "html"])
def test_twice_it_says_the_same(town: Office, strict: Office, form: str) -> None:
    asked = ("diff", str(strict.folder), *WEEK, "--format", form)
    assert town.raw(*asked) == town.raw(*asked)


def test_touchpoints_and_channels_that_only_one_policy_has(town: Office, strict: Office) -> None:
    other = POLICY.replace("reminder:", "nudge:").replace("sms", "push")
    strict.rule(other.replace("audience", "template: reminder\n    audience"))
    strict.write("templates/reminder/push.j2", "{{ fact.ref }}")
    strict.write("templates/greeting/push.j2", "{{ customer.name }}")
    lines = town.lines("diff", str(strict.folder), *WEEK, "--format", "jsonl")
    told = {(line["touchpoint"], line["change"], line["reason_here"]) for line in lines}
    assert told == {("nudge", "gained", None), ("reminder", "lost", None)}
    assert "no candidate" in town.ask("diff", str(strict.folder), *WEEK).out


def test_what_waits_at_the_end_is_said(town: Office, strict: Office) -> None:
    strict.rule(
        POLICY.replace('open: "0d 09:00", close: "0d 20:00"', 'open: "2d 09:00", close: "3d 20:00"')
    )
    span = (WEEK[0], WEEK[1], WEEK[2], "2026-12-10T00:00:00+08:00")
    answer = town.ask("diff", str(strict.folder), *span)
    assert re.search(r"Planned there for after the end: \d of the lost\.", answer.out)


def test_nobody_is_there_yet(office: Office, strict: Office) -> None:
    for form in ("table", "jsonl", "html"):
        assert office.ask("diff", str(strict.folder), *WEEK, "--format", form).code == 0


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--from", WEEK[3], "--until", WEEK[1]), "--until must come after --from"),
        (("--from", WEEK[1], "--until", WEEK[1]), "--until must come after --from"),
        (("--from", WEEK[1]), "Missing option '--until'"),
    ],
)
def test_a_span_that_is_none_is_refused(
    office: Office, strict: Office, options: tuple[str, ...], complaint: str
) -> None:
    answer = office.ask("diff", str(strict.folder), *options)
    assert answer.code == 2
    assert complaint in answer.err


def test_a_folder_without_a_policy_is_refused(office: Office, tmp_path: Path) -> None:
    answer = office.ask("diff", str(tmp_path / "nowhere"), *WEEK)
    assert answer.code == 2
    assert "touchpoints.yaml" in answer.err


def test_a_wrong_policy_there_is_refused_with_all_complaints(
    office: Office, strict: Office
) -> None:
    strict.rule(STRICT.replace("annual:", "annul:").replace("priority: 90", "priority: 900"))
    answer = office.ask("diff", str(strict.folder), *WEEK)
    assert (answer.code, answer.out) == (2, "")
    assert "`annul` is not a kind of moment" in answer.err
    assert "900" in answer.err


def test_a_broken_text_there_is_refused(office: Office, strict: Office) -> None:
    strict.write("templates/greeting/sms.j2", "{{ customer.name")
    answer = office.ask("diff", str(strict.folder), *WEEK)
    assert (answer.code, answer.out) == (2, "")
    assert "greeting/sms.j2" in answer.err


class Reader(HTMLParser):
    """Reads a page as a browser does: its tags with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "link"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every tag of a name."""
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def whole_page(town: Office, strict: Office) -> str:
    """The page about two policies that differ."""
    strict.rule(POLICY[: POLICY.index("  greeting:")] + POLICY[POLICY.index("  reminder:") :])
    return town.raw("diff", str(strict.folder), *WEEK, "--format", "html").decode()


def test_the_page_can_be_written_to_a_file(town: Office, strict: Office, tmp_path: Path) -> None:
    asked = ("diff", str(strict.folder), *WEEK, "--format", "html")
    file = tmp_path / "page.html"
    answer = town.ask(*asked, "--out", str(file))
    assert (answer.code, answer.out) == (0, "")
    assert file.read_bytes() == town.raw(*asked)


def test_the_page_refers_to_no_other_host_and_runs_nothing(whole_page: str) -> None:
    read = Reader(whole_page)
    assert read.open == []
    assert {"script", "img", "iframe", "form", "object"}.isdisjoint(name for name, _ in read.tags)
    named = {"src", "href", "xlink:href", "action", "srcset", "data"}
    referred = [value for _, each in read.tags for name, value in each.items() if name in named]
    assert referred == ["data:,"]
    assert not [name for _, each in read.tags for name in each if name.startswith("on")]
    assert not re.search(r"https?:|url\(|@import", whole_page)
    policy = next(each for each in read.all("meta") if each.get("http-equiv"))
    assert str(policy["content"]).startswith("default-src 'none'; style-src 'unsafe-inline';")


def test_a_hostile_customer_is_shown_as_is(whole_page: str) -> None:
    assert HOSTILE in "".join(Reader(whole_page).text)
    assert "<script" not in whole_page
    assert "{{ 7 * 7 }}" in whole_page


def test_hostile_names_of_policies_touchpoints_and_channels_are_shown_as_they_are() -> None:
    fate = Fate(HOSTILE, HOSTILE, HOSTILE, "UTC", HOSTILE, int(at("2026-12-05T09:00").timestamp()))
    kept = Fate(HOSTILE, HOSTILE, HOSTILE, "UTC", reason=HOSTILE)
    told = page(words((fate, kept), names=HOSTILE))
    read = Reader(told)
    assert read.open == []
    assert "<script" not in told
    assert "".join(read.text).count(HOSTILE) >= 8


def test_names_like_markup_stand_in_the_tables_as_they_are() -> None:
    name = "[red]x[/red]"
    fate = Fate(name, name, name, "UTC", name, int(at("2026-12-05T09:00").timestamp()))
    screen = Console(file=StringIO(), width=160)
    print_tables(screen, words((fate, None), names=name))
    told = screen.file.getvalue()  # type: ignore[attr-defined]
    assert told.count(name) == 8


def test_the_page_can_be_read_aloud(whole_page: str) -> None:
    read = Reader(whole_page)
    assert read.all("html") == [{"lang": "en"}]
    assert all(each.get("scope") in {"col", "row"} for each in read.all("th"))
    drawn = [each for each in read.all("svg") if each.get("aria-hidden") != "true"]
    assert len(drawn) == 4
    assert all(each.get("role") == "img" and each.get("aria-label") for each in drawn)
    levels = [int(name[1]) for name, _ in read.tags if re.fullmatch(r"h[1-6]", name)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [each["id"] for _, each in read.tags if "id" in each]
    assert len(ids) == len(set(ids))
    named = {each["aria-labelledby"] for _, each in read.tags if "aria-labelledby" in each}
    assert named <= set(ids)


def test_every_day_of_the_span_has_its_counts_in_its_title() -> None:
    told = page(
        words(
            (sent("C1", "2026-12-05T09:00"), sent("C1", "2026-12-06T09:00")),
            (sent("C2", "2026-12-05T09:00"), None),
        )
    )
    assert told.count("<title>Sat 2026-12-05: 2 here, 0 there (-2)</title>") == 3
    assert told.count("<title>Sun 2026-12-06: 0 here, 1 there (+1)</title>") == 3
    assert told.count("<title>Mon 2026-12-07: 0 here, 0 there</title>") == 3
    assert "Tue 2026-12-01" in told
    assert "Mon 2026-12-14" in told
    assert "Tue 2026-12-15" not in told


def test_a_page_lists_the_first_changes_and_counts_the_others() -> None:
    pairs = [(sent(f"C{number:03d}", "2026-12-05T09:00"), None) for number in range(203)]
    told = page(words(*pairs))
    assert "<bdi>C199</bdi>" in told
    assert "<bdi>C200</bdi>" not in told
    assert "And 3 more" in told


def test_a_page_about_nothing_is_a_page() -> None:
    assert "No message goes out under either policy." in page(words())


@pytest.mark.parametrize(
    ("counts", "ranges"),
    [
        ([], []),
        ([0, 0], []),
        ([7], ["1–7"]),
        ([1, 1, 1], ["1"]),
        ([1, 2, 3, 4, 5, 0], ["1", "2", "3", "4", "5"]),
        ([5, 5, 5, 900, 900], ["1–5", "6–900"]),
        (list(range(1001)), ["1–200", "201–400", "401–600", "601–800", "801–1,000"]),
    ],
)
def test_a_scale_parts_the_busy_days(counts: list[int], ranges: list[str]) -> None:
    scale = Scale.over(counts, 5)
    assert [told for _, told in scale.ranges()] == ranges
    assert all((scale.shade(count) == 0) == (count == 0) for count in counts)
    assert max((scale.shade(count) for count in counts), default=0) == len(ranges)


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        ("2026-12-05", "2026-12-05", ["Dec 2026"]),
        ("2026-11-05", "2027-02-05", ["Nov 2026 to Feb 2027"]),
        ("2027-01-01", "2027-12-31", ["Jan to Jun 2027", "Jul to Dec 2027"]),
        ("2026-12-31", "2028-01-01", ["Dec 2026 to Jun 2027", "Jul 2027 to Jan 2028"]),
        (
            "2027-05-15",
            "2028-05-14",
            ["May to Jun 2027", "Jul to Dec 2027", "Jan to May 2028"],
        ),
    ],
)
def test_a_long_span_is_drawn_in_halves_of_years(first: str, last: str, names: list[str]) -> None:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    drawn = calendars(begin, end)
    assert [each.name for each in drawn] == names
    found = [day.date for each in drawn for day in each.days]
    assert found == [begin + timedelta(days=number) for number in range(len(found))]
    assert found[-1] == end


def test_a_calendar_has_weeks_as_columns_from_monday() -> None:
    drawn = Calendar.between(date(2026, 12, 5), date(2026, 12, 8))
    assert [(day.x, day.y) for day in drawn.days] == [(26, 76), (26, 88), (38, 16), (38, 28)]
    assert drawn.months == ((26, "Dec"),)


def test_bars_begin_with_those_who_get_nothing_and_are_not_too_many() -> None:
    few = bars(Spread({0: 3, 1: 2}), Spread({1: 4, 2: 1}))
    assert [(each.label, each.here, each.there) for each in few] == [
        ("0", 3, 0),
        ("1", 2, 4),
        ("2", 0, 1),
    ]
    many = bars(Spread({0: 3, 50: 2}), Spread({1: 4, 93: 1}))
    assert [each.label for each in many][:3] == ["0", "1–5", "6–10"]
    assert many[-1].there == 1
    assert sum(each.here for each in many) == sum(each.there for each in many) == 5


def test_few_who_get_very_many_are_one_bar() -> None:
    found = bars(Spread({0: 1, 1: 500, 3: 500, 700: 2, 900: 1}), Spread({2: 1000, 3: 4}))
    assert [(each.label, each.here, each.there) for each in found] == [
        ("0", 1, 0),
        ("1", 500, 0),
        ("2", 0, 1000),
        ("3", 500, 4),
        ("4+", 3, 0),
    ]


@pytest.mark.parametrize(
    ("amount", "told", "signed_"),
    [
        (0.0, "0.00", "0.00"),
        (0.00001, "0.00", "0.00"),
        (0.0001 * 3, "0.0003", "+0.0003"),
        (0.05 * 3, "0.15", "+0.15"),
        (-2.5, "-2.50", "-2.50"),
        (1234567.0, "1,234,567.00", "+1,234,567.00"),
    ],
)
def test_costs_have_two_places_or_as_many_as_they_need(
    amount: float, told: str, signed_: str
) -> None:
    assert (money(amount), signed_money(amount)) == (told, signed_)


def test_a_difference_has_a_sign_unless_there_is_none() -> None:
    assert [signed(number) for number in (0, 3, -1200)] == ["0", "+3", "-1,200"]


def test_a_folder_is_named_as_it_was_typed() -> None:
    assert place(Path("../other")) == "../other"
    assert place(Path()) == Path.cwd().name
