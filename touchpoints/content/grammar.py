"""Which pieces of the template language are allowed, and what the others are called."""

from __future__ import annotations

from collections.abc import Mapping

from jinja2 import nodes

from touchpoints.content.context import ROOTS

EXPRESSIONS: frozenset[type[nodes.Node]] = frozenset(
    {
        nodes.Add,
        nodes.And,
        nodes.Compare,
        nodes.Concat,
        nodes.CondExpr,
        nodes.Const,
        nodes.Div,
        nodes.Filter,
        nodes.FloorDiv,
        nodes.Getattr,
        nodes.Getitem,
        nodes.Keyword,
        nodes.List,
        nodes.Mod,
        nodes.Mul,
        nodes.Name,
        nodes.Neg,
        nodes.Not,
        nodes.Operand,
        nodes.Or,
        nodes.Pos,
        nodes.Slice,
        nodes.Sub,
        nodes.Test,
        nodes.Tuple,
    }
)
STATEMENTS: frozenset[type[nodes.Node]] = frozenset(
    {
        nodes.Assign,
        nodes.Block,
        nodes.Call,
        nodes.Extends,
        nodes.For,
        nodes.If,
        nodes.Include,
        nodes.Output,
        nodes.Template,
        nodes.TemplateData,
    }
)
RECORDS = frozenset(ROOTS) - {"occurrence"}

WORDS: Mapping[type[nodes.Node], str] = {
    nodes.Call: "a call",
    nodes.Dict: "a mapping",
    nodes.Pow: "the power **",
    nodes.Macro: "a macro",
    nodes.CallBlock: "a call block",
    nodes.Import: "an import",
    nodes.FromImport: "an import",
    nodes.FilterBlock: "a filter block",
    nodes.AssignBlock: "a set block",
    nodes.NSRef: "a namespace",
    nodes.ScopedEvalContextModifier: "switching autoescape",
    nodes.Scope: "switching autoescape",
    nodes.With: "a with block",
}
