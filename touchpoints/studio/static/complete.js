// Completion inside Jinja: the records and fields that the data have, filters, and statements.

const STATEMENTS = ["if", "elif", "else", "endif", "for", "endfor", "set", "block", "endblock", "include", "extends"];

function inside(text) {
  const start = Math.max(text.lastIndexOf("{{"), text.lastIndexOf("{%"));
  if (start < 0 || start < Math.max(text.lastIndexOf("}}"), text.lastIndexOf("%}"))) return null;
  return text.slice(start);
}

export function completion({records, filters}) {
  const named = (names, type) => names.map((label) => ({label, type}));
  const all = Object.entries(filters).map(([label, detail]) => ({label, type: "function", info: detail || undefined}));
  return (context) => {
    const text = inside(context.state.sliceDoc(Math.max(0, context.pos - 400), context.pos));
    if (text === null) return null;
    const filter = /\|\s*(\w*)$/.exec(text);
    if (filter) return {from: context.pos - filter[1].length, options: all, validFor: /^\w*$/};
    const field = /(\w+)\.(\w*)$/.exec(text);
    if (field) {
      const options = named(records[field[1]] || [], "property");
      return {from: context.pos - field[2].length, options, validFor: /^\w*$/};
    }
    const word = /(\w*)$/.exec(text)[1];
    const begins = word || context.explicit || /^\{[{%]-?\s*$/.test(text);
    if (!begins) return null;
    const statements = text.startsWith("{%") ? named(STATEMENTS, "keyword") : [];
    const options = [...named(Object.keys(records), "variable"), ...statements];
    return {from: context.pos - word.length, options, validFor: /^\w*$/};
  };
}
