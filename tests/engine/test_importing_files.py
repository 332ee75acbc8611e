"""Importing files of every make: dialects, encodings, broken rows, and all or nothing."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.databases import DATABASES
from tests.importing import POLICY, TODAY, Desk, attributes, counts, reasons
from touchpoints.engine.importing import ImportRequest, import_file
from touchpoints.engine.records.intake import CHUNK
from touchpoints.errors import TouchpointsError, UsageError


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


PLAIN = "id,name,note\nC1,Ann,a b\nC2,李,\n"
TWO: list[dict[str, Any]] = [
    {"no": 1, "id": "C1", "name": "Ann", "attributes": '{"note":"a b"}'},
    {"no": 2, "id": "C2", "name": "李"},
]


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace(",", "|").encode(),
        PLAIN.replace(",", " , ").encode(),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.rstrip("\n").encode(),
        b"\xef\xbb\xbf" + PLAIN.encode(),
        b"\n\r\n" + PLAIN.encode() + b"\n,,\n \n",
        ("sep=;\n" + PLAIN.replace(",", ";")).encode(),
        b'"id","name","note"\n"C1","Ann","a b"\n"C2",\xe6\x9d\x8e,""\n',
        PLAIN.replace("note\n", "note,\n").replace("b\n", "b,\n").replace("李,", "李,,").encode(),
    ],
)
def test_a_csv_file_of_any_dialect_is_read(desk: Desk, content: bytes) -> None:
    summary = desk.take("customers", content)
    assert counts(summary) == (2, 2, 0, 0, 0)
    assert desk.table("customer") == TWO


def test_a_delimiter_is_found_by_the_names_that_it_gives(desk: Desk) -> None:
    desk.take("customers", "id;name;first, second, third\nC1;Ann;x\n")
    assert attributes(desk.table("customer")[0]) == {"first, second, third": "x"}


def test_quoted_fields_hold_delimiters_quotes_and_line_ends(desk: Desk) -> None:
    summary = desk.take("customers", 'id,name\nC1,"Li, ""Ann""\nof York"\nC1,again\n')
    assert desk.table("customer")[0]["name"] == 'Li, "Ann"\nof York'
    assert desk.rejects()[0][:2] == ["4", "duplicate id 'C1', first on line 2"]
    assert summary.read == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("in.jsonl", '{"id": "C1", "name": "Ann", "note": "a b"}\n\n{"id": "C2", "name": "李"}\n'),
        ("in.txt", '\n {"id": "C1", "name": "Ann", "note": "a b"}\r\n{"id": "C2", "name": "李"}'),
    ],
)
def test_json_lines_are_known_by_their_name_or_their_first_sign(
    desk: Desk, name: str, content: str
) -> None:
    desk.take("customers", content, name=name)
    assert desk.table("customer") == TWO


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "UTF_8", "utf-16-le"])
def test_another_encoding_is_named(desk: Desk, encoding: str) -> None:
    desk.take("customers", PLAIN.encode(encoding), encoding=encoding)
    assert desk.table("customer") == TWO


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode("utf-16"),
        "id,name\nC1,李\nC2,张\n".encode("gb18030"),
        "编号,姓名\nC1,a\n".encode("gb18030"),
    ],
)
def test_a_file_in_another_encoding_is_refused_and_the_option_is_named(
    desk: Desk, content: bytes
) -> None:
    with pytest.raises(UsageError, match=r"is not utf-8; name its encoding, .* --encoding"):
        desk.take("customers", content)
    assert desk.table("customer") == []
    assert sorted(path.name for path in desk.folder.glob("*.rejected*")) == []


def test_a_row_that_is_not_text_is_rejected_alone(desk: Desk) -> None:
    summary = desk.take("customers", b"id,name\nC1,Ann\nC2,Andr\xe9\nC3,Cy\n")
    assert counts(summary) == (3, 2, 0, 0, 1)
    assert desk.rejects() == [["3", "the row is not utf-8", "C2", "Andr\\xe9"]]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("C2", "the row has 1 fields, the header has 2; it ends on line 3"),
        ("C2,Bo,more", "the row has 3 fields, the header has 2; it ends on line 3"),
        ('C2,"Bo" x', "the row is not CSV: ',' expected after '\"'"),
        ('C2,"Bo', "the row is not CSV: ',' expected after '\"'"),
    ],
)
def test_a_broken_row_is_rejected_alone(desk: Desk, row: str, reason: str) -> None:
    summary = desk.take("customers", f'id,name\nC1,Ann\n{row}\nC3,"Cy"\nC4,Di\n')
    assert counts(summary) == (4, 3, 0, 0, 1)
    ((line, text, *cells),) = desk.rejects()
    assert (line, text) == ("3", reason)
    assert ",".join(cells) == row


def test_a_field_that_is_too_long_is_rejected_whole(desk: Desk) -> None:
    row = f"C2,{'x' * 200_000}"
    summary = desk.take("customers", f"id,name\nC1,Ann\n{row}\nC3,Cy\n")
    assert counts(summary) == (3, 2, 0, 0, 1)
    assert row in (desk.folder / "in.csv.rejected.csv").read_text("utf-8")


def test_a_quote_that_is_never_closed_costs_one_row(desk: Desk) -> None:
    summary = desk.take("customers", 'id,name\nC1,"Ann\nC2,Bo\nC3,Cy\n')
    assert counts(summary) == (3, 2, 0, 0, 1)
    assert desk.rejects()[0][1] == "the row is not CSV: unexpected end of data"


@pytest.mark.parametrize(
    "row",
    [
        "nope",
        "[1]",
        '{"id": "C1", "id": "C1"}',
        '{"id": "C1", "x": NaN}',
        '{"id": "C1", "x": 1e999}',
        '{"id": "C1", "x": {"y": 1}}',
        '{"id": "C1", "x": "\\ud800"}',
        '{"id": "C1", "name": ["a", 1]}',
        '{"id": "C1", "x": ' + "[" * 100_000,
        '{"name": "Ann"}',
        "1" * 5_000,
    ],
)
def test_a_broken_json_line_is_rejected_alone(desk: Desk, row: str) -> None:
    summary = desk.take("customers", f'{row}\n{{"id": "C2"}}\n', name="in.jsonl")
    assert counts(summary) == (2, 1, 0, 0, 1)
    assert [(line, cell) for line, _, cell in desk.rejects("in.jsonl")] == [("1", row)]


def test_a_value_in_a_column_without_a_name_is_remarked_on(desk: Desk) -> None:
    summary = desk.take("customers", "id,,\nC1,,\nC2,x,\n")
    assert reasons(summary.warned) == ["a column without a name has a value, which is left out"]


def test_columns_are_mapped_and_set(desk: Desk) -> None:
    summary = desk.take(
        "customers",
        "CustomerKey,name,Gender,channels\n11,Ann,F,sms\n",
        maps={"id": "CustomerKey", "sex": "Gender"},
        sets={"channels": "email", "source": "shop"},
    )
    (row,) = desk.table("customer")
    assert (row["id"], row["name"], row["channels"]) == ("11", "Ann", "email")
    assert attributes(row) == {"sex": "F", "source": "shop"}
    assert reasons(summary.warned) == [
        "column 'channels' of the file is not read: --set takes its place"
    ]


def test_columns_are_mapped_and_set_in_json_too(desk: Desk) -> None:
    summary = desk.take(
        "customers",
        '{"key": 11, "Gender": "F"}\n{"key": 12}\n',
        name="in.jsonl",
        maps={"id": "key", "sex": "Gender", "name": "Nmae"},
        sets={"source": "shop"},
    )
    assert [attributes(row) for row in desk.table("customer")] == [
        {"sex": "F", "source": "shop"},
        {"source": "shop"},
    ]
    assert reasons(summary.warned) == ["--map name=Nmae: no row has this column"]


@pytest.mark.parametrize(
    ("kind", "content", "options", "message"),
    [
        ("customers", "", {}, "the file is empty; expected a header with id"),
        ("customers", "a,b\n", {}, "column 'id' is missing; the file has 'a', 'b'; .* --map id="),
        (
            "facts",
            "CustomerKey,kind,ref,date\n",
            {},
            "column 'customer' is missing; did you mean 'CustomerKey'.*--map customer=CustomerKey",
        ),
        ("customers", "id,a,a\n", {}, "column 'a' stands twice in the header"),
        ("customers", 'id,"a\n', {}, "the header cannot be read"),
        (
            "customers",
            "id,BirthDate\n",
            {"maps": {"birthday": "BirthDay"}},
            "--map birthday=BirthDay: the file has no column 'BirthDay'; did you mean 'BirthDate'",
        ),
        (
            "customers",
            "id\n",
            {"maps": {"name": "id"}, "sets": {"name": "x"}},
            "column 'name' has both --map and --set",
        ),
        ("customers", "id\n", {"encoding": "utf8x"}, "'utf8x' is not an encoding"),
        ("customers", "id\n", {"encoding": "base64"}, "'base64' is not an encoding"),
        ("customers", "id\n", {"date_format": "%d"}, "is not a form of dates"),
        ("customers", "id\n", {"date_format": "m/d/y"}, "is not a form of dates"),
        ("customers", "id\n", {"date_format": "%m/%d/%Y %Z"}, "is not a form of dates"),
        ("customers", "id\n", {"date_format": "%Y-%m-%d %Q"}, "is not a form of dates"),
        ("receipts", "id\n", {}, "is not a kind of file; expected one of customers, facts, events"),
        ("custmers", "id\n", {}, "is not a kind of file.*did you mean `customers`"),
    ],
)
def test_a_file_that_cannot_be_read_at_all_is_refused_with_a_remedy(
    desk: Desk, kind: str, content: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        desk.take(kind, content, **options)
    assert not (desk.folder / "touchpoints.db").exists()


def test_a_file_that_is_none_is_refused(desk: Desk) -> None:
    with pytest.raises(UsageError, match="no such file"):
        desk.take_file("customers", desk.folder / "missing.csv")
    with pytest.raises(UsageError, match="not a file"):
        desk.take_file("customers", desk.folder)


def test_a_json_array_is_refused_with_the_form_that_is_expected(desk: Desk) -> None:
    with pytest.raises(UsageError, match="expected one JSON object a line"):
        desk.take("customers", '[{"id": 1}]', name="in.json")


def test_importing_a_file_again_changes_nothing(desk: Desk) -> None:
    content = "id,name,birthday,email,channels,x\n" + "".join(
        f"C{n},Ann {n},1990-02-{n % 28 + 1:02},{'no' if n % 9 else f'c{n}@bank.example'},sms,{n}\n"
        for n in range(2 * CHUNK + 7)
    )
    assert desk.take("customers", content).new == 2 * CHUNK + 7
    before = desk.tables()
    assert counts(desk.take("customers", content))[1:3] == (0, 0)
    assert desk.tables() == before


def test_a_dry_run_says_the_same_and_leaves_nothing_behind(desk: Desk) -> None:
    content = "id,birthday\nC1,1990-01-01\nC2,1990-02-30\n"
    dry = desk.take("customers", content, dry_run=True)
    assert sorted(path.name for path in desk.folder.iterdir()) == ["in.csv"]
    fresh = Desk(desk.folder)
    assert counts(fresh.take("customers", content)) == counts(dry) == (2, 1, 0, 0, 1)
    again = fresh.take("customers", "id,birthday\nC1,1991-01-01\nC3,\n", dry_run=True)
    assert counts(again) == (2, 1, 1, 0, 0)
    assert [row["birthday"] for row in fresh.table("customer")] == ["1990-01-01"]
    assert len(fresh.rejects()) == 1


def test_rejected_rows_are_written_as_they_were_and_taken_away_when_there_are_none(
    desk: Desk,
) -> None:
    desk.take("customers", 'id;name;birthday\nC1;"A;B";1990-02-30\n')
    file = desk.folder / "in.csv.rejected.csv"
    assert file.read_text("utf-8").splitlines() == [
        "line,reason,id,name,birthday",
        "2,birthday '1990-02-30' does not exist in the calendar,C1,A;B,1990-02-30",
    ]
    desk.take("customers", 'id;name;birthday\nC1;"A;B";1990-02-28\n')
    assert not file.exists()


def test_a_rejected_cell_is_no_formula_and_comes_back_as_it_was(desk: Desk) -> None:
    cells = ["=HYPERLINK(1)", "+420633939463", "-1", "@SUM", "\tx", "'=1", "''-", "O'Brien", "'x"]
    header = ",".join(f"a{number}" for number in range(len(cells)))
    quoted = ",".join(f'"{cell}"' for cell in cells)
    desk.take("customers", f"id,birthday,{header}\nC1,1990-02-30,{quoted}\n")
    rejected = desk.folder / "in.csv.rejected.csv"
    assert all(not cell.startswith(("=", "+", "-", "@", "\t")) for cell in desk.rejects()[0])
    rejected.write_text(rejected.read_text("utf-8").replace("1990-02-30", "1990-02-28"), "utf-8")
    assert counts(desk.take_file("customers", rejected)) == (1, 1, 0, 0, 0)
    stored = attributes(desk.table("customer")[0])
    assert [stored[f"a{number}"] for number in range(len(cells))] == [c.strip() for c in cells]


def test_nothing_is_stored_where_the_rejected_rows_cannot_be_written(desk: Desk) -> None:
    (desk.folder / "in.csv.rejected.csv.part").mkdir()
    with pytest.raises(UsageError, match="nothing was imported"):
        desk.take("customers", "id,birthday\nC1,\nC2,1990-02-30\n")
    assert desk.table("customer") == []


def test_a_failure_in_the_middle_stores_nothing_and_keeps_the_last_rejects(desk: Desk) -> None:
    desk.take("customers", "id,birthday\nC0,1990-02-30\n")
    before = desk.rejects()
    many = "".join(f"C{number},1990-02-30\n" for number in range(CHUNK))
    with pytest.raises(UsageError, match="the line has more than"):
        desk.take("customers", f"id,birthday\nX1,\n{many}" + "x" * 10_000_001)
    assert desk.table("customer") == []
    assert desk.rejects() == before
    assert not list(desk.folder.glob("*.part"))


def test_progress_tells_how_many_bytes_are_read(desk: Desk) -> None:
    file = desk.write("id\n" + "".join(f"C{number:05}\n" for number in range(3 * CHUNK)))
    told: list[int] = []
    import_file(ImportRequest("customers", file, TODAY), desk.database, POLICY, told.append)
    assert told == sorted(told)
    assert told[-1] == file.stat().st_size


def test_many_different_reasons_are_told_as_further_ones(desk: Desk) -> None:
    rows = "".join(f"C{number},c{number}\n" for number in range(300))
    summary = desk.take("customers", "id,channels\n" + rows)
    assert summary.warnings == 300
    assert len(summary.warned) == 201
    assert summary.warned[0].reason == "further reasons"


PIECES = st.sampled_from(
    [
        *(b"id", b"customer", b"kind", b"ref", b"date", b"birthday", b"channel", b"category"),
        *(b"state", b"at", b"sent_at", b"email", b"phone", b"address.sms", b"max", b"per"),
        *(b",", b",", b";", b"\t", b"\n", b"\n", b"\r\n", b'"', b"'", b"{", b"}", b":", b" "),
        *(b"C1", b"C2", b"granted", b"2026-02-30", b"2026-02-28", b"1990-L06-08", b"*", b"1d"),
        *(b"2026-01-01T10:00", b"9999-12-31", b"a@b.example", b"+420633939463", b"=1", b"1"),
        *(b"\xef\xbb\xbf", b"\xff", b"\x00", b"\xed\xa0\x80", b"\\ud800", "李".encode(), b"null"),
    ]
)
HEADS = st.sampled_from(
    [
        b"",
        b"id,birthday,email,x\n",
        b"customer,kind,ref,date,amount\n",
        b"customer,channel,category,state,at,expires_at\n",
        b"customer,channels,quiet_hours,max,per,pause_from,pause_until\n",
        b"customer,sent_at,channel\n",
        b'{"id": "C1", "birthday": "1990-02-28"}\n{"id": "C2", "x": ',
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    kind=st.sampled_from(["customers", "facts", "consents", "preferences", "history"]),
    head=HEADS,
    body=st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=40).map(b"".join)),
    encoding=st.sampled_from([None, None, "utf-16", "gb18030", "latin-1", "utf-7"]),
)
def test_any_bytes_give_a_summary_or_a_message_and_the_same_tables_twice(
    kind: str, head: bytes, body: bytes, encoding: str | None
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        desk.database = DATABASES.scratch()
        desk.take("customers", "id\nC1\nC2\n", name="known.csv")
        try:
            first = desk.take(kind, head + body, encoding=encoding)
        except TouchpointsError:
            return
        finally:
            tables = desk.tables()
        assert first.read == first.new + first.changed + first.unchanged + first.rejections
        assert len(desk.rejects()) == first.rejections
        second = desk.take(kind, head + body, encoding=encoding)
        assert counts(second)[1:3] == (0, 0)
        assert second.rejections == first.rejections
        assert desk.tables() == tables
        desk.database.close()
