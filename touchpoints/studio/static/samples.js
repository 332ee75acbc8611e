// The sample customers: writing, what is wrong, who there is, saving.

import * as cm from "./codemirror/codemirror.js";
import {ask, make, say} from "./api.js";
import {samples} from "./jinja.js";
import {paper} from "./paper.js";
import {Saving, soon} from "./saving.js";

const CHECK_AFTER = 250;

const at = (id) => document.getElementById(id);
const desk = at("desk");
const {words} = JSON.parse(at("desk-data").textContent);

const view = paper({
  parent: at("editor"),
  text: at("source").value,
  label: `${words.title}: samples.yaml`,
  nonce: desk.dataset.nonce,
  language: samples,
  changed: () => {
    saving.tell();
    soon("check", CHECK_AFTER, check);
  },
});
const saving = new Saving({view, words, address: "/templates/samples/save", version: desk.dataset.version || null});

async function check() {
  const text = saving.text();
  const {told} = await ask("/templates/samples/check", {text});
  if (text !== saving.text()) return;
  const findings = told.findings || [];
  const lines = findings.map((each) => view.state.doc.line(Math.min(Math.max(1, each.line), view.state.doc.lines)));
  view.dispatch(cm.setDiagnostics(view.state, findings.map((each, place) => (
    {from: lines[place].from, to: lines[place].to, severity: "error", message: each.what}
  ))));
  at("found").textContent = told.error || (findings.length ? say(words.findings, {count: findings.length}) : words.clean);
  at("findings").replaceChildren(...findings.map((each, place) => listed(each, lines[place])));
  if (told.people) list(told);
}

function listed(finding, line) {
  const item = make("li");
  const button = make("button", "", "finding error");
  button.append(make("span", words.error, "severity"), make("code", String(line.number)), make("span", finding.what));
  button.addEventListener("click", () => {
    view.dispatch({selection: {anchor: line.from}, scrollIntoView: true});
    view.focus();
  });
  item.append(button);
  return item;
}

function list({people, facts, events, now}) {
  at("people").replaceChildren(...people.map(([name, locale, shown]) => {
    const row = make("tr");
    const head = make("th", name);
    head.scope = "row";
    row.append(head, make("td", locale || "–"), make("td", shown || "–"));
    return row;
  }));
  at("facts").textContent = facts.join(", ") || "–";
  at("events").textContent = events.join(", ") || "–";
  at("now").textContent = now;
}

check();
