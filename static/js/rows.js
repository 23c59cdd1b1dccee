// @ts-check
// The list itself: every row stands once, in the strip (unanswered P1), among mine, or among all.
// How many rows there are is the server's to say: it sends a remove for each that leaves the window.

import { tell } from "./ages.js";
import { serverNow } from "./clock.js";
import { isMine, isTest, isUnanswered, mark, priorityOf } from "./mark.js";

/** @typedef {import("./live.js").Upsert} Upsert */
/** @typedef {import("./hold.js").Hold} Hold */

// In a flood a row may come this long after its message.
const NEW_FOR_MS = 15000;

/** Events: "arrived", "again" and "returned" (detail: the row), "changed" (rows or waiting rows changed). */
export class RowList extends EventTarget {
  /** @param {{strip: HTMLElement, mine: HTMLElement, all: HTMLElement, scroller: HTMLElement, hold: Hold}} parts */
  constructor({ strip, mine, all, scroller, hold }) {
    super();
    this.strip = strip;
    this.mine = mine;
    this.all = all;
    this.scroller = scroller;
    this.hold = hold;
    /** New rows that wait for the operator to stop pointing. @type {Map<string, HTMLElement>} */
    this.waiting = new Map();
    /** Rows that are shown where they were, though they belong elsewhere now. @type {Set<string>} */
    this.misplaced = new Set();
  }

  /** Sort the rows the server sent with the page into their places. */
  adopt() {
    for (const row of this.rows()) { mark(row); this.put(row); }
    this.settle();
  }

  /** @returns {HTMLElement[]} shown rows, in the order they are seen */
  rows() {
    return [this.strip, this.mine, this.all].flatMap((list) =>
      /** @type {HTMLElement[]} */ ([...list.querySelectorAll(":scope > .row")]));
  }

  /** @param {string} key @returns {HTMLElement | null} */
  find(key) {
    return document.getElementById(key.replace(":", "-"));
  }

  /** @returns {HTMLElement[]} every unanswered row, also those that wait to be shown; tests call nobody */
  unanswered() {
    return [...this.rows(), ...this.waiting.values()].filter((row) => isUnanswered(row) && !isTest(row) && !row.hasAttribute("data-gone"));
  }

  /** @param {Upsert[]} upserts @param {string[]} removed @param {number} stood the seq the page stood at before */
  apply(upserts, removed, stood) {
    const held = this.hold.active();
    this.keepStill(held, () => {
      for (const upsert of upserts) this.upsert(upsert, held, stood);
      for (const key of removed) this.remove(key, held);
      if (!held) this.flush();
    });
    this.settle();
  }

  /** @param {Upsert} upsert @param {boolean} held @param {number} stood */
  upsert(upsert, held, stood) {
    const row = parse(upsert);
    if (!row) return;
    const old = this.find(upsert.key) ?? this.waiting.get(upsert.key) ?? null;
    if (old && Number(old.dataset.seq) > upsert.seq) return;
    mark(row);
    tell(row);
    const shown = old?.isConnected ?? false;
    if (this.placeOf(row) === this.strip) this.toStrip(row, shown ? old : null, held);
    else if (shown && old) this.replace(old, row, held);
    else if (held) this.waiting.set(upsert.key, row);
    else { this.put(row); this.hold.shifted(); }
    if (!isUnanswered(row)) return;
    if (!old && isNews(row, stood)) this.emit(row.dataset.again ? "again" : "arrived", row);
    if (old && !isUnanswered(old)) this.emit(row.dataset.again ? "again" : "returned", row);
  }

  /** An unanswered P1 is never held back. @param {HTMLElement} row @param {HTMLElement | null} old @param {boolean} held */
  toStrip(row, old, held) {
    this.waiting.delete(row.dataset.key ?? "");
    if (old?.parentElement === this.strip) return this.replace(old, row, held);
    if (old) this.vacate(old, held);
    this.put(row);
  }

  /** Take a row out of the list; while it is held its room stays. @param {HTMLElement} row @param {boolean} held */
  vacate(row, held) {
    if (!held) return row.remove();
    const room = document.createElement("li");
    room.className = "row-room";
    room.setAttribute("aria-hidden", "true");
    room.style.setProperty("height", `${row.getBoundingClientRect().height}px`);
    row.replaceWith(room);
  }

  /** @param {HTMLElement} old @param {HTMLElement} row @param {boolean} held */
  replace(old, row, held) {
    const focus = focusedPart(old);
    if (old.hasAttribute("data-current")) {
      row.setAttribute("data-current", "");
      row.querySelector("[data-open]")?.setAttribute("aria-current", "true");
    }
    old.replaceWith(row);
    if (this.isPlaced(row)) this.misplaced.delete(row.dataset.key ?? "");
    else if (held) this.misplaced.add(row.dataset.key ?? "");
    else { this.put(row); this.hold.shifted(); }
    refocus(row, focus);
  }

  /** @param {string} key @param {boolean} held */
  remove(key, held) {
    this.waiting.delete(key);
    const row = this.find(key);
    if (!row) return;
    // A key pressed as the row leaves must not act on the one that takes its place.
    if (held || row.contains(document.activeElement)) row.setAttribute("data-gone", "");
    else { row.remove(); this.hold.shifted(); }
    row.removeAttribute("data-current");
  }

  /** Show what waited. Called when the operator no longer points, and by the "n nya" bar. */
  flush() {
    const changed = this.waiting.size + this.misplaced.size > 0;
    for (const row of this.waiting.values()) { this.put(row); tell(row); }
    this.waiting.clear();
    for (const key of this.misplaced) {
      const row = this.find(key);
      if (!row) continue;
      const focus = focusedPart(row);
      this.put(row);
      refocus(row, focus);
    }
    this.misplaced.clear();
    this.scroller.style.removeProperty("padding-block-end");
    for (const row of this.scroller.querySelectorAll(".row-room")) row.remove();
    for (const row of this.rows()) {
      if (row.hasAttribute("data-gone") && !row.contains(document.activeElement)) row.remove();
    }
    if (changed) this.hold.shifted();
  }

  /** Released when the operator has stopped pointing, typing and choosing. */
  breathe() {
    if (this.hold.active() || !this.isStale()) return;
    this.flush();
    this.settle();
  }

  /** @returns {boolean} whether something waits to be shown */
  isStale() {
    return this.waiting.size + this.misplaced.size > 0
      || this.scroller.style.paddingBlockEnd !== ""
      || document.querySelector(".row[data-gone], .row-room") !== null;
  }

  /** Keep what the server no longer has out of a list taken whole. @param {Upsert[]} upserts @param {number} stood */
  replaceAll(upserts, stood) {
    const keys = new Set(upserts.map((upsert) => upsert.key));
    const shown = [...this.rows(), ...this.waiting.values()].map((row) => row.dataset.key ?? "");
    this.apply(upserts, shown.filter((key) => !keys.has(key)), stood);
  }

  /** @param {HTMLElement} row @returns {HTMLElement} */
  placeOf(row) {
    if (priorityOf(row) === 1 && isUnanswered(row)) return this.strip;
    return isMine(row) ? this.mine : this.all;
  }

  /** @param {HTMLElement} row @returns {boolean} whether it stands where it belongs */
  isPlaced(row) {
    if (row.parentElement !== this.placeOf(row)) return false;
    const sort = row.dataset.sort ?? "";
    const before = /** @type {HTMLElement | null} */ (row.previousElementSibling)?.dataset.sort;
    const after = /** @type {HTMLElement | null} */ (row.nextElementSibling)?.dataset.sort;
    return (before === undefined || before <= sort) && (after === undefined || sort <= after);
  }

  /** @param {HTMLElement} row */
  put(row) {
    const list = this.placeOf(row);
    const sort = row.dataset.sort ?? "";
    row.remove();
    const others = /** @type {HTMLCollectionOf<HTMLElement>} */ (list.children);
    let low = 0;
    let high = others.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((others[middle].dataset.sort ?? "") <= sort) low = middle + 1;
      else high = middle;
    }
    list.insertBefore(row, others[low] ?? null);
    // What is hidden can not have focus, and a row that moves here may have it.
    if (list === this.mine && list.parentElement) list.parentElement.hidden = false;
  }

  /** The strip may grow while the operator points; the rows below keep their place on the screen. @param {boolean} held @param {() => void} change */
  keepStill(held, change) {
    const before = this.scroller.getBoundingClientRect().top;
    change();
    if (!held) return;
    const moved = this.scroller.getBoundingClientRect().top - before;
    if (!moved) return;
    // A short list has nothing to scroll by; give it room until the operator has stopped pointing.
    this.scroller.style.setProperty("padding-block-end", `${this.scroller.clientHeight}px`);
    this.scroller.scrollTop += moved;
  }

  settle() {
    const mine = this.mine.parentElement;
    if (mine) mine.hidden = this.mine.children.length === 0;
    // The worst stands first, unless the operator has gone down the strip and is still there.
    if (!this.hold.active() && !this.strip.contains(document.activeElement)) this.strip.scrollTop = 0;
    this.dispatchEvent(new Event("changed"));
  }

  /** @param {string} name @param {HTMLElement} row */
  emit(name, row) {
    this.dispatchEvent(new CustomEvent(name, { detail: row }));
  }
}

/**
 * A row that fills the window when another has left it may have waited for hours.
 * @param {HTMLElement} row
 * @param {number} stood the seq the page stood at before the row came
 * @returns {boolean} whether the row tells of something that has happened since
 */
function isNews(row, stood) {
  if (Number(row.dataset.seq) > stood) return true;
  return serverNow() - Date.parse(row.dataset.waitingSince ?? "") < NEW_FOR_MS;
}

/** @param {Upsert} upsert @returns {HTMLElement | null} */
function parse(upsert) {
  const template = document.createElement("template");
  template.innerHTML = upsert.html;
  const row = /** @type {HTMLElement | null} */ (template.content.querySelector("li"));
  if (!row) return null;
  row.dataset.sort = upsert.sort;
  row.dataset.seq = String(upsert.seq);
  return document.importNode(row, true);
}

/** @param {HTMLElement} row @returns {string} what in the row had focus, "" for nothing */
function focusedPart(row) {
  if (!row.contains(document.activeElement)) return "";
  return document.activeElement?.matches("[data-act]") ? "[data-act]" : "[data-open]";
}

/** @param {HTMLElement} row @param {string} part */
function refocus(row, part) {
  if (!part) return;
  const target = row.querySelector(part) ?? row.querySelector("[data-open]");
  if (target instanceof HTMLElement) target.focus({ preventScroll: true });
}
