"""A sheet of labelled lines on a terminal, wrapped so that further lines stand under the first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from touchpoints.cli.wrapping import wrapped
from touchpoints.core.phrase import Language, Phrase

NARROWEST, WIDEST = 40, 100
"""Cells of a line; longer ones are no longer read at one glance."""
_QUIET = "dim"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where lines are printed in one language; texts begin behind `indent` cells for the label."""

    screen: Console
    language: Language
    indent: int

    @classmethod
    def of(cls, screen: Console, language: Language, labels: Iterable[str]) -> Sheet:
        """A sheet with room for the longest of these labels."""
        return cls(screen, language, max(map(cell_len, labels)) + 4)

    def say(self, key: str, **values: object) -> str:
        """A sentence of the catalogue in the sheet's language."""
        return Phrase(key, **values).told(self.language)

    def line(self, text: str = "", style: str = "", indent: int = 0) -> None:
        """A text over the whole width."""
        for line in wrapped(text, self._width - indent):
            self._print(Text(" " * indent).append(line, style=style))

    def verdict(self, key: str, text: str, style: str) -> None:
        """The word of a key in colour and what it is about, both bold."""
        head = Text(set_cell_size(self.say(key), self.indent), style=f"bold {style}")
        for line in wrapped(text, self._width - self.indent):
            self._print(head + Text(line, style="bold"))
            head = Text(" " * self.indent)

    def labelled(self, label: str, text: str, sign: str = "", style: str = "") -> None:
        """A label, a sign in colour, and a text."""
        head = Text(set_cell_size(f"  {label}", self.indent), style=_QUIET)
        head += Text(sign, style=style)
        for line in wrapped(text, self._width - cell_len(head.plain)):
            self._print(head + Text(line))
            head = Text(" " * cell_len(head.plain))

    def items(self, key: str, texts: Sequence[str]) -> None:
        """Several texts under one label, given by its key."""
        label = self.say(f"label.{key}")
        for place, text in enumerate(texts):
            self.labelled(label if place == 0 else "", text)

    @property
    def _width(self) -> int:
        return max(NARROWEST, min(self.screen.width, WIDEST))

    def _print(self, text: Text) -> None:
        self.screen.print(text, soft_wrap=True)
