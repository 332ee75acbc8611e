// How the editor looks: the colours are those of the page, light or dark.

import {EditorView, HighlightStyle, syntaxHighlighting, tags as t} from "./codemirror/codemirror.js";

const frame = EditorView.theme({
  "&": {backgroundColor: "transparent", color: "var(--ink)", fontSize: "13.5px", height: "100%"},
  "&.cm-focused": {outline: "none"},
  ".cm-scroller": {fontFamily: "var(--mono)", lineHeight: "1.65"},
  ".cm-content": {caretColor: "var(--ink)", padding: "12px 0"},
  ".cm-cursor": {borderLeftColor: "var(--ink)"},
  ".cm-gutters": {backgroundColor: "transparent", color: "var(--quiet)", border: "none"},
  ".cm-activeLine, .cm-activeLineGutter": {backgroundColor: "var(--active)"},
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {backgroundColor: "var(--chosen)"},
  ".cm-tooltip": {backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: "8px", overflow: "hidden", boxShadow: "0 6px 24px rgb(0 0 0 / .14)"},
  ".cm-tooltip-autocomplete > ul > li": {padding: "3px 10px"},
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": {backgroundColor: "var(--accent)", color: "var(--on-accent)"},
  ".cm-completionInfo": {padding: "8px 10px", fontFamily: "inherit"},
  ".cm-diagnostic": {padding: "6px 10px", borderLeftWidth: "3px"},
  ".cm-panels": {backgroundColor: "var(--sunk)", color: "var(--ink)"},
  ".cm-lint-marker": {width: "0.9em"},
});

const colours = HighlightStyle.define([
  {tag: t.meta, color: "var(--tok-brace)"},
  {tag: t.keyword, color: "var(--tok-keyword)", fontWeight: "600"},
  {tag: t.variableName, color: "var(--tok-name)"},
  {tag: t.function(t.variableName), color: "var(--tok-filter)"},
  {tag: t.string, color: "var(--tok-string)"},
  {tag: t.number, color: "var(--tok-filter)"},
  {tag: [t.tagName, t.angleBracket], color: "var(--tok-tag)"},
  {tag: [t.attributeName, t.propertyName], color: "var(--tok-attribute)"},
  {tag: t.comment, color: "var(--quiet)", fontStyle: "italic"},
  {tag: t.operator, color: "var(--tok-brace)"},
]);

export const looks = [frame, syntaxHighlighting(colours)];
