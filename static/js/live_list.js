// @ts-check
// A list that follows a stream: rows change where they stand, new ones wait while somebody points.

/** @typedef {import("./live.js").Upsert} Upsert */
/** @typedef {import("./hold.js").Hold} Hold */

/** Events: "arrived" (detail: the row), "changed". */
export class LiveList extends EventTarget {
  /** @param {{rows: HTMLElement, hold: Hold | null}} parts without `hold` nothing ever waits */
  constructor({ rows, hold }) {
    super();
    this.list = rows;
    this.hold = hold;
    /** New rows that wait to be shown. @type {Map<string, HTMLElement>} */
    this.waiting = new Map();
    /** Rows shown where they were, though they belong elsewhere now. @type {Set<string>} */
    this.misplaced = new Set();
  }

  /** @returns {HTMLElement[]} */
  rows() {
    return /** @type {HTMLElement[]} */ ([...this.list.children]);
  }

  /** @returns {boolean} */
  held() {
    return this.hold?.active() ?? false;
  }

  /** @param {string} key @returns {HTMLElement | null} */
  find(key) {
    return document.getElementById(key.replace(":", "-"));
  }

  /** @param {Upsert[]} upserts @param {string[]} removed @param {number} stood the seq the list stood at before */
  apply(upserts, removed, stood) {
    for (const upsert of upserts) this.upsert(upsert, stood);
    for (const key of removed) this.remove(key);
    if (!this.held()) this.flush();
    this.dispatchEvent(new Event("changed"));
  }

  /** @param {Upsert} upsert @param {number} stood */
  upsert(upsert, stood) {
    const row = parse(upsert);
    if (!row) return;
    const old = this.find(upsert.key) ?? this.waiting.get(upsert.key) ?? null;
    if (old && Number(old.dataset.seq) > upsert.seq) return;
    if (old?.isConnected) this.replace(old, row);
    else if (this.held()) this.waiting.set(upsert.key, row);
    else { this.put(row); this.hold?.shifted(); }
    if (!old && upsert.seq > stood) this.dispatchEvent(new CustomEvent("arrived", { detail: row }));
  }

  /** @param {HTMLElement} old @param {HTMLElement} row */
  replace(old, row) {
    const focused = old.contains(document.activeElement);
    const moves = old.dataset.sort !== row.dataset.sort;
    old.replaceWith(row);
    if (moves && (this.held() || focused)) this.misplaced.add(row.dataset.key ?? "");
    else if (moves) { this.put(row); this.hold?.shifted(); }
    if (focused) /** @type {HTMLElement | null} */ (row.querySelector("[data-open]"))?.focus({ preventScroll: true });
  }

  /** @param {string} key */
  remove(key) {
    this.waiting.delete(key);
    this.misplaced.delete(key);
    const row = this.find(key);
    if (!row) return;
    // What leaves under the hand stays, struck through, until the hand has gone.
    if (this.held() || row.contains(document.activeElement)) row.setAttribute("data-gone", "");
    else { row.remove(); this.hold?.shifted(); }
  }

  /** @param {HTMLElement} row */
  put(row) {
    const sort = row.dataset.sort ?? "";
    const after = this.rows().find((one) => one !== row && (one.dataset.sort ?? "") > sort);
    this.list.insertBefore(row, after ?? null);
  }

  /** @returns {boolean} whether something waits to be shown */
  isStale() {
    return this.waiting.size + this.misplaced.size > 0 || this.list.querySelector("[data-gone]") !== null;
  }

  /** Show what waited. */
  flush() {
    for (const row of this.waiting.values()) this.put(row);
    this.waiting.clear();
    for (const key of this.misplaced) {
      const row = this.find(key);
      if (row && !row.contains(document.activeElement)) { this.put(row); this.misplaced.delete(key); }
    }
    for (const row of this.rows()) {
      if (row.hasAttribute("data-gone") && !row.contains(document.activeElement)) row.remove();
    }
  }

  /** Called again and again: what waited comes in when nobody points. */
  breathe() {
    if (this.held() || !this.isStale()) return;
    this.flush();
    this.dispatchEvent(new Event("changed"));
  }
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
