"""The Python that a template becomes, without what only templates from elsewhere need.

Jinja guards every use of a filter against there being none, and names twelve things of its own;
the wall has seen that all filters are there. Python compiles the rest in two thirds of the time.
"""

from __future__ import annotations

from collections.abc import Iterable

from jinja2 import nodes
from jinja2.compiler import CodeGenerator

from touchpoints.content.walking import children


class Code(CodeGenerator):
    """Writes the Python of a template that has passed the wall."""

    def pull_dependencies(self, nodes: Iterable[nodes.Node]) -> None:
        """Give filters and tests the names by which the code calls them."""
        filters, tests = _called(nodes)
        for known, names, kind in (
            (self.filters, filters, "filters"),
            (self.tests, tests, "tests"),
        ):
            for name in sorted(names):
                known.setdefault(name, self.temporary_identifier())
                self.writeline(f"{known[name]} = environment.{kind}[{name!r}]")

    def writeline(self, x: str, node: nodes.Node | None = None, extra: int = 0) -> None:
        """Write one line; what Jinja's runtime has comes whole, which is less to compile."""
        everything = x.startswith("from jinja2.runtime import ")
        super().writeline("from jinja2.runtime import *" if everything else x, node, extra)


def _called(below: Iterable[nodes.Node]) -> tuple[set[str], set[str]]:
    """The filters and tests in some nodes; blocks have their own."""
    filters: set[str] = set()
    tests: set[str] = set()
    waiting = list(below)
    while waiting:
        node = waiting.pop()
        if isinstance(node, nodes.Block):
            continue
        if isinstance(node, nodes.Filter):
            filters.add(node.name)
        elif isinstance(node, nodes.Test):
            tests.add(node.name)
        waiting += children(node)
    return filters, tests
