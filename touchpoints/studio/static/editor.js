// The editor of one text: writing, findings, saving, history; the preview stands beside it.

import * as cm from "./codemirror/codemirror.js";
import {ask, get, make, say} from "./api.js";
import {completion} from "./complete.js";
import {template} from "./jinja.js";
import {looks} from "./looks.js";
import {Preview} from "./preview.js";

const SHOW_AFTER = 15; // milliseconds; a key that repeats makes one preview at a time anyway
const CHECK_AFTER = 350;

const at = (id) => document.getElementById(id);
const desk = at("desk");
const {file, words, records, filters} = JSON.parse(at("desk-data").textContent);
let version = desk.dataset.version;
let saved = at("source").value;

const text = () => view.state.doc.toString();
const written = () => ({file, text: text()});
const preview = new Preview(words, file, written);

const save = () => store(version);
// Left to itself, Chromium dresses what is typed over a selection in an inline style, which the
// page's policy forbids; so the editor replaces the selection.
function typedOver(event, editor) {
  const {from, to, empty} = editor.state.selection.main;
  if (event.inputType !== "insertText" || !event.data || empty || editor.composing) return false;
  const replaced = () => editor.state.update(
    editor.state.replaceSelection(event.data), {userEvent: "input.type", scrollIntoView: true});
  const handlers = editor.state.facet(cm.EditorView.inputHandler);
  if (!handlers.some((each) => each(editor, from, to, event.data, replaced))) editor.dispatch(replaced());
  event.preventDefault();
  return true;
}

const view = new cm.EditorView({
  parent: at("editor"),
  state: cm.EditorState.create({
    doc: saved,
    extensions: [
      cm.EditorView.cspNonce.of(desk.dataset.nonce),
      cm.lineNumbers(), cm.highlightActiveLine(), cm.highlightActiveLineGutter(),
      cm.highlightSpecialChars(), cm.drawSelection(), cm.history(), cm.bracketMatching(),
      cm.closeBrackets(), cm.highlightSelectionMatches(), cm.lintGutter(),
      cm.autocompletion({override: [completion({records, filters})]}),
      cm.EditorView.lineWrapping,
      cm.EditorView.domEventHandlers({beforeinput: typedOver}),
      cm.EditorView.contentAttributes.of({"aria-label": `${words.text}: ${file}`, spellcheck: "true"}),
      template, looks,
      cm.keymap.of([
        ...cm.closeBracketsKeymap, ...cm.defaultKeymap, ...cm.searchKeymap,
        ...cm.historyKeymap, ...cm.completionKeymap, ...cm.lintKeymap,
      ]),
      cm.EditorView.updateListener.of((update) => update.docChanged && changed()),
    ],
  }),
});

const timers = {};
function soon(name, after, act) {
  clearTimeout(timers[name]);
  timers[name] = setTimeout(act, after);
}

function changed() {
  tell();
  soon("show", SHOW_AFTER, () => preview.show());
  soon("check", CHECK_AFTER, check);
}

function tell(what = "") {
  const clean = text() === saved;
  at("save").disabled = clean;
  at("saved").textContent = what || (clean ? words.saved : words.unsaved);
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

let storing = false;
async function store(over) {
  const content = text();
  if (content === saved || storing) return;
  storing = true;
  const {status, told} = await ask("/templates/save", {file, text: content, version: over});
  storing = false;
  if (status === 409) return conflict(told);
  if (status !== 200) return tell(told.error);
  version = told.version;
  saved = content;
  tell(text() === saved ? words.just_saved : "");
}

function conflict(told) {
  at("theirs").textContent = told.text ?? words.gone;
  document.querySelector("[data-choice=theirs]").disabled = told.text === null;
  at("conflict").showModal();
  at("conflict").onclose = () => {
    const choice = at("conflict").returnValue;
    if (choice === "mine") store(told.version);
    if (choice !== "theirs") return;
    version = told.version;
    saved = told.text;
    replace(told.text);
  };
}

function replace(content) {
  view.dispatch({changes: {from: 0, to: view.state.doc.length, insert: content}});
  tell();
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
    replace(told.text);
    at("history").close();
  };
}

at("save").addEventListener("click", save);
at("past").addEventListener("click", past);
document.querySelector("[data-close]").addEventListener("click", () => at("history").close());
for (const button of document.querySelectorAll("[data-choice]")) {
  button.addEventListener("click", () => at("conflict").close(button.dataset.choice));
}
for (const button of document.querySelectorAll(".views [data-view]")) {
  button.addEventListener("click", () => {
    desk.dataset.view = button.dataset.view;
    for (const each of document.querySelectorAll(".views [data-view]")) {
      each.setAttribute("aria-pressed", String(each === button));
    }
  });
}
addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s") {
    event.preventDefault();
    save();
  }
});
addEventListener("beforeunload", (event) => text() === saved || event.preventDefault());

tell();
document.querySelector(".files [aria-current]")?.scrollIntoView({inline: "center", block: "nearest"});
preview.show();
check();
