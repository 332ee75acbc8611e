// Saving what an editor holds: by the button or Ctrl S, and never over what somebody else has saved.

import {ask} from "./api.js";

const at = (id) => document.getElementById(id);

export class Saving {
  /** `address` takes what `body` says with the text and the version that was opened. */
  constructor({view, words, address, version, body = {}, refused = () => {}}) {
    Object.assign(this, {view, words, address, version, body, refused});
    this.saved = this.text();
    this.busy = false;
    at("save").addEventListener("click", () => this.save());
    for (const button of document.querySelectorAll("[data-choice]")) {
      button.addEventListener("click", () => at("conflict").close(button.dataset.choice));
    }
    addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "s") {
        event.preventDefault();
        this.save();
      }
    });
    addEventListener("beforeunload", (event) => this.text() === this.saved || event.preventDefault());
    this.tell();
  }

  text() {
    return this.view.state.doc.toString();
  }

  tell(what = "") {
    const clean = this.text() === this.saved && this.version !== null;
    at("save").disabled = clean;
    at("saved").textContent = what || (clean ? this.words.saved : this.words.unsaved);
  }

  async save(over = this.version) {
    const text = this.text();
    if ((text === this.saved && this.version !== null) || this.busy) return;
    this.busy = true;
    const {status, told} = await ask(this.address, {...this.body, text, version: over});
    this.busy = false;
    if (status === 409) return this.conflict(told);
    if (status !== 200) return this.tell(told.error);
    this.version = told.version;
    this.saved = text;
    this.tell(this.text() === text ? this.words.just_saved : "");
  }

  conflict(told) {
    at("theirs").textContent = told.text ?? this.words.gone;
    document.querySelector("[data-choice=theirs]").disabled = told.text === null;
    at("conflict").showModal();
    at("conflict").onclose = () => {
      const choice = at("conflict").returnValue;
      if (choice === "mine") this.save(told.version);
      if (choice !== "theirs") return;
      this.version = told.version;
      this.saved = told.text;
      this.replace(told.text);
    };
  }

  replace(content) {
    this.view.dispatch({changes: {from: 0, to: this.view.state.doc.length, insert: content}});
    this.tell();
  }
}

const timers = {};
/** Act when nothing of that name was asked for a while: milliseconds. */
export function soon(name, after, act) {
  clearTimeout(timers[name]);
  timers[name] = setTimeout(act, after);
}
