"""The workspace file as a tree in which every key and value knows where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Scalar = str | int | float | bool | None
Place = tuple[int, int]
KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """One value of the file: where it starts (line, column, from 1), and what is written there.

    `keys` holds the places of a mapping's keys; `size` counts the values in it, aliases spelt out.
    """

    place: Place
    value: Scalar | Mapping[str, Node] | list[Node]
    written: str = ""
    plain: bool = False
    keys: Mapping[str, Place] = field(default_factory=dict)
    size: int = 1

    def step(self, key: str | int) -> Node | None:
        """The value under a key or at an index, or None where there is none."""
        if isinstance(self.value, Mapping):
            return self.value.get(key) if isinstance(key, str) else None
        if isinstance(self.value, list) and isinstance(key, int) and 0 <= key < len(self.value):
            return self.value[key]
        return None

    def place_of(self, path: KeyPath, *, key: bool = False) -> Place:
        """Where a value stands, or its `key`; for a path that is not there, what leads to it.

        A mapping or list that starts below its key is found at the key, and so is a blank value,
        which the parser takes to stand at the next thing that is written.
        """
        node, place = self, self.place
        for step in path:
            below = node.step(step)
            if below is None:
                break
            at_key = node.keys.get(str(step), below.place)
            has_text = isinstance(below.value, Scalar) and bool(below.written)
            starts_below = not has_text and below.place[0] > at_key[0]
            node, place = below, at_key if key or starts_below else below.place
        return place
