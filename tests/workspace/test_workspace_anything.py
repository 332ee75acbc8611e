"""Whatever the file holds, opening it gives settings or complaints, and nothing else."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from touchpoints.errors import PolicyError
from touchpoints.workspace import load
from touchpoints.workspace.models import NAMED_SECTIONS, WorkspaceSection, keys_of

KEYS = sorted(
    {
        *keys_of(WorkspaceSection),
        *(key for _, model in NAMED_SECTIONS.values() for key in keys_of(model)),
        *("annual", "fact", "event", "offset", "leap_day", "open", "close", "mon-fri", "[key]"),
    }
)
WORDS = ["UTC", "1d", "-3d", "0d 09:00", "4h", "3bd", "09:00-17:00", "5%", "sms", "smtp", "${X}"]
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(WORDS),
    st.sampled_from(KEYS),
)
keys = st.one_of(st.sampled_from(KEYS), st.text(max_size=4), st.integers(0, 3))
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=30,
)
files = st.dictionaries(st.sampled_from([*keys_of(WorkspaceSection)]), values, max_size=8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("anything")


def open_or_complain(folder: Path, content: bytes) -> None:
    (folder / "touchpoints.yaml").write_bytes(content)
    try:
        load(folder, {"X": "hunter2"})
    except PolicyError as error:
        for complaint in error.complaints:
            assert complaint.file == "touchpoints.yaml"
            assert complaint.line >= 1
            assert complaint.column >= 1
            assert complaint.what
            assert complaint.code
            assert "hunter2" not in str(complaint)


@settings(deadline=None, max_examples=150)
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode()))
def test_any_bytes_give_settings_or_complaints(folder, content):
    open_or_complain(folder, content)


@settings(deadline=None, max_examples=150)
@given(file=files)
def test_any_values_under_any_keys_give_settings_or_complaints(folder, file):
    stream = io.StringIO()
    YAML(typ="safe", pure=True).dump(file, stream)
    open_or_complain(folder, stream.getvalue().encode())


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_any_edit_of_a_right_file_gives_settings_or_complaints(folder, harbour, data):
    start = data.draw(st.integers(0, len(harbour)))
    length = data.draw(st.integers(0, 20))
    typed = data.draw(st.text(max_size=5) | st.sampled_from(["&a ", "*a", "<<: ", "!!int ", "- "]))
    text = harbour[:start] + typed + harbour[start + length :]
    open_or_complain(folder, text.encode())
