// The editor of one text: writing, findings, saving, history; the preview stands beside it.

import * as cm from "./codemirror/codemirror.js";
import {ask, get, make, say} from "./api.js";
import {completion} from "./complete.js";
import {template} from "./jinja.js";
import {paper} from "./paper.js";
import {Preview} from "./preview.js";
import {Saving, soon} from "./saving.js";

const SHOW_AFTER = 15; // milliseconds; a key that repeats makes one preview at a time anyway
const CHECK_AFTER = 350;

const at = (id) => document.getElementById(id);
const desk = at("desk");
const {file, words, records, filters} = JSON.parse(at("desk-data").textContent);

const text = () => view.state.doc.toString();
const written = () => ({file, text: text()});
const preview = new Preview(words, file, written);

const view = paper({
  parent: at("editor"),
  text: at("source").value,
  label: `${words.text}: ${file}`,
  nonce: desk.dataset.nonce,
  language: template,
  changed,
  more: cm.autocompletion({override: [completion({records, filters})]}),
});
const saving = new Saving({view, words, address: "/templates/save", version: desk.dataset.version, body: {file}});

function changed() {
  saving.tell();
  soon("show", SHOW_AFTER, () => preview.show());
  soon("check", CHECK_AFTER, check);
}

async function check() {
  const asked = written();
  const {told} = await ask("/templates/check", asked);
  if (asked.text !== text()) return;
  const findings = told.findings || [];
  const here = findings.filter((each) => each.file === `templates/${file}`);
  view.dispatch(cm.setDiagnostics(view.state, here.map(diagnostic)));
  at("found").textContent = told.error || (findings.length ? say(words.findings, {count: findings.length}) : words.clean);
  at("findings").replaceChildren(...findings.map(listed));
}

function place(finding) {
  const line = view.state.doc.line(Math.min(Math.max(1, finding.line), view.state.doc.lines));
  return {line, from: Math.min(line.from + Math.max(0, finding.column - 1), line.to)};
}

function diagnostic(finding) {
  const {line, from} = place(finding);
  const word = /^[\w.]+|^\S/.exec(view.state.sliceDoc(from, line.to));
  const severity = {error: "error", warning: "warning"}[finding.severity] || "info";
  const message = finding.remedy ? `${finding.what}; ${finding.remedy}` : finding.what;
  return {from, to: Math.min(line.to, from + (word ? word[0].length : 1)), severity, message, source: finding.code};
}

function listed(finding) {
  const item = make("li");
  const own = finding.file === `templates/${file}`;
  const where = own ? `${finding.line}:${finding.column}` : `${finding.file.replace(/^templates\//, "")}:${finding.line}`;
  const button = make("button", "", `finding ${finding.severity}`);
  button.append(make("span", words[finding.severity] || finding.severity, "severity"), make("code", where));
  button.append(make("span", finding.what));
  if (finding.remedy) button.append(make("span", finding.remedy, "quiet"));
  button.disabled = !own;
  button.addEventListener("click", () => {
    view.dispatch({selection: {anchor: place(finding).from}, scrollIntoView: true});
    view.focus();
  });
  item.append(button);
  return item;
}

async function past() {
  const {told} = await get(`/templates/history/${file.split("/").map(encodeURIComponent).join("/")}`);
  const commits = told.commits || [];
  at("no-history").hidden = commits.length > 0;
  at("version").hidden = true;
  at("commits").replaceChildren(...commits.map((commit) => {
    const item = make("li");
    const button = make("button", "", "commit");
    button.append(make("span", commit.subject), make("span", `${commit.author} · ${commit.at.slice(0, 10)} · ${commit.name.slice(0, 8)}`, "quiet fine"));
    button.addEventListener("click", () => old(commit.name));
    item.append(button);
    return item;
  }));
  at("history").showModal();
}

async function old(commit) {
  const path = file.split("/").map(encodeURIComponent).join("/");
  const {told} = await get(`/templates/history/${path}?commit=${commit}`);
  at("old").textContent = told.text ?? told.error;
  at("version").hidden = false;
  at("restore").disabled = told.text === undefined;
  at("restore").onclick = () => {
    saving.replace(told.text);
    at("history").close();
  };
}

at("past").addEventListener("click", past);
document.querySelector("[data-close]").addEventListener("click", () => at("history").close());
for (const button of document.querySelectorAll(".views [data-view]")) {
  button.addEventListener("click", () => {
    desk.dataset.view = button.dataset.view;
    for (const each of document.querySelectorAll(".views [data-view]")) {
      each.setAttribute("aria-pressed", String(each === button));
    }
  });
}
document.querySelector(".files [aria-current]")?.scrollIntoView({inline: "center", block: "nearest"});
preview.show();
check();
