// @ts-check
// The command bar: find an alarm among the rows, go somewhere, change how the page looks or sounds.

import { setView } from "./view.js";
import { open } from "./acts.js";
import { lock } from "./lock.js";
import { nameOf, priorityOf } from "./mark.js";
import { say } from "./words.js";

/** @typedef {{label: string, run: () => void}} Choice */
/** @typedef {import("./rows.js").RowList} RowList */

const SHOWN = 12;

export class CommandBar {
  /** @param {{list: RowList, mute: () => void, help: () => void}} parts */
  constructor({ list, mute, help }) {
    this.list = list;
    this.mute = mute;
    this.help = help;
    this.input = /** @type {HTMLInputElement} */ (document.getElementById("command-input"));
    this.box = /** @type {HTMLElement} */ (document.getElementById("command-list"));
    /** @type {Choice[]} */
    this.choices = [];
    this.at = 0;
  }

  start() {
    const bar = document.getElementById("command");
    if (bar) bar.hidden = false;
    this.input.addEventListener("input", () => this.look());
    this.input.addEventListener("focus", () => this.look());
    this.input.addEventListener("blur", () => setTimeout(() => this.hide(), 150));
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.box.addEventListener("pointerdown", (event) => {
      const item = event.target instanceof Element ? event.target.closest("li[data-at]") : null;
      if (!(item instanceof HTMLElement)) return;
      event.preventDefault();
      this.run(Number(item.dataset.at));
    });
  }

  focus() {
    this.input.focus();
    this.input.select();
  }

  look() {
    const words = this.input.value.toLocaleLowerCase("sv").split(/\s+/).filter(Boolean);
    const fits = (/** @type {string} */ text) => words.every((word) => text.toLocaleLowerCase("sv").includes(word));
    const alarms = words.length ? this.list.rows().filter((row) => fits(row.textContent ?? "")) : [];
    this.choices = [
      ...alarms.map((row) => alarmChoice(row)),
      ...this.commands().filter((choice) => fits(choice.label)),
    ].slice(0, SHOWN);
    this.at = 0;
    this.draw();
  }

  /** @returns {Choice[]} */
  commands() {
    const links = /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll(".nav a")]);
    const choices = /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll("#desk-links a, .choices-pages a[data-choose]")]);
    return [
      ...choices.map((link) => ({ label: say("cmd_show", { label: link.dataset.chooseAs ?? link.textContent?.trim() ?? "" }), run: () => link.click() })),
      ...links.map((link) => ({ label: say("cmd_go", { label: link.textContent?.trim() ?? "" }), run: () => link.click() })),
      { label: say("cmd_mute"), run: this.mute },
      { label: say("cmd_lock"), run: lock },
      { label: say("cmd_dark"), run: () => setView("theme", "dark") },
      { label: say("cmd_light"), run: () => setView("theme", "light") },
      { label: say("cmd_system"), run: () => setView("theme", "") },
      { label: say("cmd_dense"), run: () => setView("density", "dense") },
      { label: say("cmd_normal"), run: () => setView("density", "") },
      { label: say("cmd_keys"), run: this.help },
    ];
  }

  draw() {
    const items = this.choices.map((choice, index) => {
      const item = document.createElement("li");
      item.id = `command-${index}`;
      item.role = "option";
      item.dataset.at = String(index);
      item.textContent = choice.label;
      item.ariaSelected = String(index === this.at);
      return item;
    });
    if (!items.length) {
      const none = document.createElement("li");
      none.role = "option";
      none.ariaDisabled = "true";
      none.ariaSelected = "false";
      none.textContent = say("no_hits");
      items.push(none);
    }
    this.box.replaceChildren(...items);
    this.box.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.point();
  }

  point() {
    for (const item of this.box.children) item.ariaSelected = String(item.id === `command-${this.at}`);
    if (this.choices.length) this.input.setAttribute("aria-activedescendant", `command-${this.at}`);
    else this.input.removeAttribute("aria-activedescendant");
    this.box.children[this.at]?.scrollIntoView({ block: "nearest" });
  }

  hide() {
    this.box.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.choices.length) {
      event.preventDefault();
      this.at = (this.at + step + this.choices.length) % this.choices.length;
      this.point();
    }
    if (event.key === "Enter" && !event.repeat) this.run(this.at);
    if (event.key === "Escape") {
      this.input.value = "";
      this.input.blur();
    }
  }

  /** @param {number} index */
  run(index) {
    const choice = this.choices[index];
    if (!choice) return;
    this.input.value = "";
    this.input.blur();
    this.hide();
    choice.run();
  }
}

/** @param {HTMLElement} row @returns {Choice} */
function alarmChoice(row) {
  const key = row.dataset.key ?? "";
  const number = row.querySelector(".row-number")?.textContent ?? "";
  const shape = ["▲", "◆", "■", "●", "○"][priorityOf(row) - 1] ?? "";
  return { label: `${shape}${priorityOf(row)} ${nameOf(row)} · ${number}`, run: () => { open(key, { focus: true }); } };
}
