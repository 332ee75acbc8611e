// Asks the studio, with the secret of this page.

const csrf = document.querySelector("meta[name=csrf]").content;

async function answered(path, options) {
  const answer = await fetch(path, {
    ...options,
    headers: {Accept: "application/json", "Content-Type": "application/json", "X-CSRF": csrf},
  });
  const kind = answer.headers.get("content-type") || "";
  const told = kind.includes("json") ? await answer.json() : {error: await answer.text()};
  return {status: answer.status, told};
}

export const ask = (path, body) => answered(path, {method: "POST", body: JSON.stringify(body)});
export const get = (path) => answered(path, {method: "GET"});

/** A text with values in its places: say("{count} findings", {count: 3}). */
export const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** An element with a class and text; text is never markup. */
export function make(name, text = "", kind = "") {
  const element = document.createElement(name);
  element.textContent = text;
  if (kind) element.className = kind;
  return element;
}
