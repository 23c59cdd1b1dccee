// @ts-check
// The keyboard. A key acts on the alarm that had focus when the key went down.

import { act, claim, open, shut, sideBySide } from "./acts.js";
import { openedKey } from "./detail.js";
import { sayNow } from "./announce.js";
import { mayRaise, openManual } from "./manual.js";
import { signOnAgain } from "./desks.js";
import { say } from "./words.js";

/** @typedef {import("./rows.js").RowList} RowList */

/** @returns {boolean} whether keys belong to a field, a menu or a dialog now */
function isTaken() {
  const active = document.activeElement;
  if (document.querySelector("dialog[open]")) return true;
  if (!(active instanceof HTMLElement)) return false;
  if (active.closest("details.menu[open]")) return true;
  return active.matches("textarea, select, input:not([type=radio], [type=checkbox])");
}

/** @returns {string} the alarm a key is about: the focused one, else the opened one */
export function aimedKey() {
  const active = document.activeElement;
  const focused = active?.closest("[data-key]");
  if (focused instanceof HTMLElement) return focused.dataset.key ?? "";
  return openedKey();
}

/** @param {RowList} list @param {number} step */
function move(list, step) {
  const rows = list.rows();
  if (!rows.length) return;
  const key = aimedKey();
  const at = rows.findIndex((row) => row.dataset.key === key);
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step));
  const link = rows[next].querySelector("a[data-open]");
  if (!(link instanceof HTMLElement)) return;
  link.focus();
  rows[next].scrollIntoView({ block: "nearest" });
}

/** @returns {boolean} whether no form under the hand chooses by digits */
function digitsAreFree() {
  return !document.activeElement?.closest(".detail form");
}

const ACTS = /** @type {const} */ ({
  l: "release", a: "note", x: "close", v: "verify", g: "progress", p: "park", f: "lead", c: "code", o: "prov",
  b: "rescue", r: "call", u: "dispatch", s: "word",
  h: "speak", i: "incident",
});

/** @param {string} letter @param {KeyboardEvent} event */
function actOn(letter, event) {
  event.preventDefault();
  const key = aimedKey();
  if (!key) return sayNow(say("mark_first"));
  const gone = document.getElementById(key.replace(":", "-"))?.hasAttribute("data-gone");
  if (gone) return sayNow(say("gone"));
  if (letter === "t") claim(key);
  else act(key, ACTS[/** @type {keyof typeof ACTS} */ (letter)]);
}

/** @returns {boolean} whether this workstation uses single letters */
function lettersOn() {
  try {
    return localStorage.getItem("keys-letters") !== "off";
  } catch {
    return true;
  }
}

export class Keys {
  /** @param {{list: RowList | null, mute: () => void, reveal: () => void, search: () => void, showAll?: () => void}} parts */
  constructor({ list, mute, reveal, search, showAll }) {
    this.list = list;
    this.mute = mute;
    this.reveal = reveal;
    this.search = search;
    this.showAll = showAll;
    this.letters = lettersOn();
  }

  start() {
    document.addEventListener("keydown", (event) => this.pressed(event));
    const button = document.getElementById("keys-open");
    if (button) button.hidden = false;
    button?.addEventListener("click", () => this.help());
    const choice = document.getElementById("keys-letters");
    if (!(choice instanceof HTMLInputElement)) return;
    choice.checked = this.letters;
    choice.addEventListener("change", () => this.setLetters(choice.checked));
  }

  /** Speech input and unsteady hands need single letters to be dead (WCAG 2.1.4). @param {boolean} on */
  setLetters(on) {
    this.letters = on;
    try {
      localStorage.setItem("keys-letters", on ? "on" : "off");
    } catch {
      // Then it holds for this page only.
    }
  }

  help() {
    const dialog = document.getElementById("keys");
    if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return this.escape();
    if (isTaken()) return;
    const letter = event.key.toLowerCase();
    // Shift+L locks the workstation (lock.js); it must never give an alarm back.
    if (letter === "l" && event.shiftKey) return;
    if (letter.length === 1 && !this.letters) return;
    if (this.moves(letter, event)) return;
    if (event.repeat) return;
    if (letter === "enter") return this.enter(event);
    if (letter === "t" || letter in ACTS) return actOn(letter, event);
    const other = { m: this.mute, w: document.getElementById("sign-on-again") ? signOnAgain : undefined, n: mayRaise() ? openManual : undefined, ".": this.reveal, 0: digitsAreFree() ? this.showAll : undefined, "/": this.search, "?": () => this.help() }[letter];
    if (!other) return;
    event.preventDefault();
    other();
  }

  /** @param {string} letter @param {KeyboardEvent} event @returns {boolean} */
  moves(letter, event) {
    if (!this.list) return false;
    const step = { j: 1, k: -1, arrowdown: 1, arrowup: -1 }[letter];
    if (!step) return false;
    const active = document.activeElement;
    const arrow = letter.startsWith("arrow");
    // Arrows choose among radio buttons and scroll the pane; in the list they walk the rows.
    if (arrow && active !== document.body && !active?.closest(".row")) return false;
    event.preventDefault();
    move(this.list, step);
    return true;
  }

  /** Enter on a row opens it and steps in. @param {KeyboardEvent} event */
  enter(event) {
    const link = document.activeElement;
    if (!link?.matches("a[data-open]") || !sideBySide()) return;
    event.preventDefault();
    open(aimedKey(), { focus: true });
  }

  escape() {
    if (document.querySelector("dialog[open], details.menu[open]")) return;
    const active = document.activeElement;
    if (active instanceof HTMLElement && active.matches("textarea, input")) {
      const title = active.closest(".detail")?.querySelector("[data-detail-title]");
      return title instanceof HTMLElement ? title.focus() : active.blur();
    }
    if (openedKey() && document.getElementById("pane")) shut();
  }
}
