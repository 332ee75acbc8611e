// Highlighting of a template: front matter in YAML, then text or HTML, with Jinja in all of it.

import {StreamLanguage} from "./codemirror/codemirror.js";

const KEYWORDS = /^(?:if|elif|else|endif|for|in|endfor|set|endset|block|endblock|extends|include|macro|endmacro|is|not|and|or|with|endwith|raw|endraw|true|false|none)\b/;

function jinja(stream, state) {
  if (stream.match(state.jinja)) {
    state.jinja = null;
    return "meta";
  }
  if (state.jinja === "#}") {
    if (!stream.skipTo("#}")) stream.skipToEnd();
    return "comment";
  }
  if (stream.eatSpace()) return null;
  if (stream.match(/^"(?:[^"\\]|\\.)*"?|^'(?:[^'\\]|\\.)*'?/)) return "string";
  if (stream.match(/^\d+(?:\.\d+)?/)) return "number";
  if (stream.match(/^\|\s*\w+/)) return "variableName.function";
  if (stream.match(KEYWORDS)) return "keyword";
  if (stream.match(/^[\w.]+/)) return "variableName";
  stream.next();
  return "operator";
}

function opened(stream, state) {
  const found = stream.match(/^\{(\{|%|#)-?/);
  if (!found) return false;
  state.jinja = {"{": "}}", "%": "%}", "#": "#}"}[found[1]];
  return true;
}

function yaml(stream, state) {
  if (!stream.sol() && opened(stream, state)) return "meta";
  if (stream.sol() && stream.match(/^---\s*$/)) {
    state.front = false;
    return "meta";
  }
  if (stream.match(/^\s*#.*/)) return "comment";
  if (stream.match(/^\s*[\w.]+(?=:)/)) return "propertyName";
  if (stream.eat(/[:,]/)) return "operator";
  stream.next();
  stream.eatWhile(/[^:,{]/);
  return "string";
}

function html(stream, state) {
  if (opened(stream, state)) return "meta";
  if (state.tag) {
    if (stream.match(/^\/?>/)) {
      state.tag = false;
      return "angleBracket";
    }
    if (stream.match(/^"[^"{]*"?|^'[^'{]*'?/)) return "string";
    if (stream.match(/^[\w:-]+/)) return "attributeName";
    stream.next();
    return null;
  }
  if (stream.match(/^<!--.*?(?:-->|$)/)) return "comment";
  if (stream.match(/^<\/?[a-zA-Z][\w-]*/)) {
    state.tag = true;
    return "tagName";
  }
  stream.next();
  stream.eatWhile(/[^<{]/);
  return null;
}

export const template = StreamLanguage.define({
  name: "template",
  startState: () => ({front: null, jinja: null, tag: false}),
  copyState: (state) => ({...state}),
  token(stream, state) {
    if (state.front === null) {
      state.front = stream.sol() && Boolean(stream.match(/^---\s*$/));
      if (state.front) return "meta";
    }
    if (state.jinja) return jinja(stream, state);
    return state.front ? yaml(stream, state) : html(stream, state);
  },
  languageData: {closeBrackets: {brackets: ["(", "[", "{", "'", '"']}},
});

/** Highlighting of the file of the sample customers, which is YAML. */
export const samples = StreamLanguage.define({
  name: "samples",
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match(/^#.*/)) return "comment";
    if (stream.match(/^[\w.-]+(?=\s*:(?:\s|$))/)) return "propertyName";
    if (stream.match(/^"(?:[^"\\]|\\.)*"?|^'[^']*'?/)) return "string";
    if (stream.match(/^[{}[\],:]/)) return "operator";
    if (!stream.match(/^[^\s{}[\],][^{}[\],]*?(?=\s+#|\s*[{}[\],]|\s*$)/)) stream.next();
    return "string";
  },
  languageData: {closeBrackets: {brackets: ["(", "[", "{", "'", '"']}},
});
