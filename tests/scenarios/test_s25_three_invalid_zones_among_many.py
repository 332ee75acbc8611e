"""S25: three invalid zones among many: those three use the workspace's, the rest are untouched."""

from __future__ import annotations

from tests.office import Office

MANY = 3_000
BAD = {100: "Mars/Olympus", 1500: "UTC+8", 2999: "EST5EDT"}
ZONES = ("America/New_York", "Europe/London", "Asia/Tokyo")


def test_the_three_use_the_workspaces_zone_and_a_warning_says_so(office: Office) -> None:
    lines = ["id,birthday,email,timezone"]
    for number in range(MANY):
        zone = BAD.get(number, ZONES[number % 3])
        lines.append(f"C{number:04d},1990-12-07,c{number}@example.org,{zone}")
    file = office.write("customers.csv", "\n".join(lines) + "\n")
    answer = office.ask("import", "customers", str(file))
    assert answer.code == 0
    assert f"{MANY:,} new" in answer.out
    assert "0 rejected, 3 warnings" in answer.out
    assert "the customer uses the workspace's zone (3 rows: line 102 'C0100'" in answer.err
    consents = ["customer,channel,category,state,at"]
    consents += [f"C{n:04d},*,marketing,granted,2026-01-01T00:00:00Z" for n in range(MANY)]
    office.ask("import", "consents", str(office.write("consents.csv", "\n".join(consents) + "\n")))
    sends = {line.customer: line for line in office.preview("2026-12-06T08:00")}
    assert len(sends) == MANY
    for number in range(MANY):
        line = sends[f"C{number:04d}"]
        expected = "Asia/Shanghai" if number in BAD else ZONES[number % 3]
        assert (line.zone, line.as_line()["send_at"][11:16]) == (expected, "09:00")
