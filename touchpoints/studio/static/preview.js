// The preview: one question at a time, always with the latest text; the answer in its own frame.

import {ask, make, say} from "./api.js";

const at = (id) => document.getElementById(id);

export class Preview {
  constructor(words, file, text) {
    this.words = words;
    this.text = text;
    this.twist = "";
    this.width = "";
    this.again = false;
    this.busy = false;
    for (const id of ["who", "locale", "other"]) at(id).addEventListener("change", () => this.chosen());
    for (const button of document.querySelectorAll("[data-twist]")) {
      button.addEventListener("click", () => this.twisted(button));
    }
    for (const button of document.querySelectorAll("[data-width]")) {
      button.addEventListener("click", () => this.widened(button.dataset.width));
    }
    // Who writes the text part of a mail looks at that, not at the HTML beside it.
    const usual = matchMedia("(max-width: 900px)").matches ? "phone" : "desktop";
    this.widened(file.endsWith(".html.j2") ? usual : "words");
    new ResizeObserver(() => this.fitted()).observe(at("paper"));
  }

  /** Show the text as it is now, at once or as soon as the last answer is there. */
  async show() {
    this.again = true;
    if (this.busy) return;
    this.busy = true;
    while (this.again) {
      this.again = false;
      try {
        const {told} = await ask("/templates/preview", this.question());
        await this.drawn(told);
      } catch (error) {
        await this.drawn({problem: this.words.unreachable});
      }
    }
    this.busy = false;
  }

  question() {
    const [kind, ...name] = at("who").value.split(":");
    const who = kind === "other" ? {kind: "customer", name: at("other").value.trim()} : {kind, name: name.join(":")};
    return {...this.text(), ...who, twist: this.twist, locale: at("locale").value};
  }

  chosen() {
    const other = at("who").value === "other";
    at("others").hidden = !other;
    if (other && !at("other").value.trim()) at("other").focus();
    else this.show();
  }

  twisted(button) {
    this.twist = this.twist === button.dataset.twist ? "" : button.dataset.twist;
    for (const each of document.querySelectorAll("[data-twist]")) {
      each.setAttribute("aria-pressed", String(each.dataset.twist === this.twist));
    }
    this.show();
  }

  widened(width) {
    this.width = width;
    for (const each of document.querySelectorAll("[data-width]")) {
      each.setAttribute("aria-pressed", String(each.dataset.width === width));
    }
    this.fitted();
  }

  /** A desktop's mail is 680 pixels wide wherever it is looked at; narrow columns make it smaller. */
  fitted() {
    const paper = at("paper");
    const words = this.width === "words" || !this.mail;
    paper.hidden = words;
    at("plain").hidden = !words;
    paper.dataset.width = this.width;
    const scale = this.width === "phone" ? 1 : Math.min(1, paper.clientWidth / 680);
    paper.style.setProperty("--scale", scale);
  }

  async drawn(told) {
    const problem = told.problem || told.error || "";
    at("problem").hidden = !problem;
    at("problem").textContent = problem;
    at("stage").classList.toggle("stale", Boolean(problem));
    if (!problem) await this.rendered(told);
    await painted();
    performance.mark("preview-shown");
  }

  async rendered(told) {
    const kind = told.subject !== null || told.mail ? "mail" : told.channel.includes("sms") ? "sms" : "push";
    for (const each of ["mail", "sms", "push"]) at(each).hidden = each !== kind;
    at("widths").hidden = kind !== "mail";
    at("remark").textContent = this.remark(told);
    at("remark").hidden = false;
    if (kind === "mail") await this.mailed(told);
    if (kind === "sms") this.messaged(told);
    if (kind === "push") {
      at("pusher").textContent = told.sender.replace(/\s*<.*/, "");
      at("pushed").textContent = told.text;
    }
  }

  remark(told) {
    const words = this.words;
    const parts = [say(words.from_file, {file: told.file, locale: told.locale})];
    if (told.rule) parts.push(say(words.by_rule, {rule: told.rule}));
    if (!told.own) parts.push(words.made_up);
    return parts.join(" · ");
  }

  async mailed(told) {
    at("sender").textContent = told.sender;
    at("subject").textContent = told.subject || "";
    at("plain").textContent = told.text;
    this.mail = told.mail;
    this.fitted();
    if (told.mail) await turned(`/templates/mail/${told.mail}`);
  }

  messaged(told) {
    const {count, encoding, length, costly, pieces} = told.size;
    const words = this.words;
    const parts = [say(count === 1 ? words.segment : words.segments, {count, encoding, length})];
    if (told.price) parts.push(say(words.price, {price: Number(told.price.toPrecision(4))}));
    if (costly && count > 1) parts.push(say(words.forced, {character: costly}));
    at("size").textContent = parts.join(" · ");
    at("bubbles").replaceChildren(...pieces.map((piece) => make("p", piece, "bubble")));
  }
}

/** Load a mail into the hidden frame, and put it in front once it is there: nothing flickers. */
function turned(address) {
  const [shown, hidden] = [".shown", ":not(.shown)"].map((each) => document.querySelector(`#paper iframe${each}`));
  return new Promise((resolve) => {
    const limit = setTimeout(resolve, 3000);
    hidden.addEventListener("load", () => {
      clearTimeout(limit);
      shown.classList.remove("shown");
      hidden.classList.add("shown");
      shown.setAttribute("aria-hidden", "true");
      shown.tabIndex = -1;
      hidden.removeAttribute("aria-hidden");
      hidden.removeAttribute("tabindex");
      resolve();
    }, {once: true});
    hidden.src = address;
  });
}

const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
