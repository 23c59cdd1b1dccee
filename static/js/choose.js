// @ts-check
// What the list is selected by. A new selection is taken in place, so that the opened alarm and
// what is half written in it stay; without scripts the same addresses load a page.

import { sayPolitely } from "./announce.js";
import { mark } from "./mark.js";
import { say } from "./words.js";
import { rowsOf } from "./whole.js";

/** @typedef {import("./live.js").LiveStream} LiveStream */
/** @typedef {import("./rows.js").RowList} RowList */
/** @typedef {import("./whole.js").WholeList} WholeList */
/** @typedef {{priority: number, desk: number | null, owner: number | null, n: number, since: string}} Waiting */

const PATIENCE_MS = 10000;

/** @param {string} id @param {string} text */
function put(id, text) {
  const element = document.getElementById(id);
  if (element && element.textContent !== text) element.textContent = text;
}

/** @param {Waiting} group @returns {string} */
function nameOf(group) {
  return [group.priority, group.desk, group.owner].join();
}

/** What it takes to hear the group, as a row would have it. @param {Waiting} group @returns {HTMLElement} */
function asRow(group) {
  const row = document.createElement("li");
  row.dataset.priority = String(group.priority);
  row.dataset.desk = String(group.desk ?? "");
  row.dataset.owner = String(group.owner ?? "");
  row.dataset.waitingSince = group.since;
  return row;
}

/** @param {Record<string, any>} counts @returns {string} the same words as board/choosing.py */
function hiddenWords(counts) {
  const n = counts.hidden ?? 0;
  const m = counts.hidden_unanswered ?? 0;
  if (!n) return say("hidden_none");
  if (n === 1) return say(m ? "hidden_one_waits" : "hidden_one");
  if (m === 1) return say("hidden_many_one", { n });
  return say(m ? "hidden_many_wait" : "hidden_many", { n, m });
}

export class Chooser {
  /**
   * @param {{stream: LiveStream, list: RowList, whole: WholeList, heard: (row: HTMLElement) => void}} parts
   *   `heard` is called for what has begun to wait unseen
   */
  constructor({ stream, list, whole, heard }) {
    this.stream = stream;
    this.list = list;
    this.whole = whole;
    this.heard = heard;
    this.search = location.search;
    this.asked = 0;
    this.groups = this.read();
  }

  start() {
    document.addEventListener("click", (event) => this.clicked(event));
    document.addEventListener("submit", (event) => this.submitted(event));
    addEventListener("popstate", () => {
      if (location.search !== this.search) this.choose(location.href, { push: false });
    });
  }

  /** @returns {HTMLElement[]} what is hidden and unanswered, as rows to be heard */
  waiting() {
    return this.groups.map(asRow);
  }

  /** Show everything again. */
  clear() {
    const link = document.querySelector("#selection:not([hidden]) a[data-choose-none]");
    if (link instanceof HTMLAnchorElement) this.choose(link.href);
  }

  /** @returns {Waiting[]} what the page itself said when it came */
  read() {
    return JSON.parse(document.getElementById("selection")?.dataset.waiting || "[]");
  }

  /** @param {Record<string, any>} counts */
  show(counts) {
    const before = new Map(this.groups.map((group) => [nameOf(group), group.n]));
    this.groups = counts.waiting ?? [];
    put("selection-hidden", hiddenWords(counts));
    const n = counts.beside ?? 0;
    put("selection-beside", n ? say(n === 1 ? "beside_one" : "beside_many", { n }) : "");
    for (const group of this.groups) {
      if (group.n <= (before.get(nameOf(group)) ?? 0)) continue;
      sayPolitely(say("new_hidden", { p: group.priority }));
      this.heard(asRow(group));
    }
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target instanceof Element ? event.target.closest("a[data-choose]") : null;
    if (!(link instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    this.choose(link.href);
  }

  /** @param {SubmitEvent} event */
  submitted(event) {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches("[data-choose-form]")) return;
    event.preventDefault();
    const url = new URL(form.action);
    for (const [name, value] of new FormData(form)) url.searchParams.append(name, String(value));
    this.choose(url.href);
  }

  /** @param {string} url @param {{push?: boolean}} [options] */
  async choose(url, { push = true } = {}) {
    const asked = ++this.asked;
    const page = this.whole.taking ? null : await fetchPage(url);
    if (asked !== this.asked) return;
    // A list that is being read anew is read for the old selection; then the page is loaded.
    if (!page || this.whole.taking) return location.assign(url);
    this.take(page, url, push);
  }

  /** @param {Document} page @param {string} url @param {boolean} push */
  take(page, url, push) {
    const main = document.getElementById("main");
    const fresh = page.getElementById("main");
    if (!main || !fresh?.dataset.seq) return location.assign(url);
    const { select = "", poll = "", seq = "" } = fresh.dataset;
    Object.assign(main.dataset, { select, poll, seq });
    if (push) history.pushState(null, "", new URL(url).pathname + new URL(url).search + location.hash);
    this.search = location.search;
    swap(page);
    this.groups = this.read();
    this.list.replaceAll(rowsOf(page), Number(seq));
    for (const row of this.list.rows()) mark(row);
    this.list.flush();
    this.list.settle();
    this.stream.follow({ select: select.split(" ").filter(Boolean), pollUrl: poll, seq: Number(seq) });
    sayPolitely(document.querySelector("#selection:not([hidden]) p")?.textContent ?? say("chosen_all"));
  }
}

/** @param {string} url @returns {Promise<Document | null>} */
async function fetchPage(url) {
  try {
    const answer = await fetch(url, { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  } catch {
    return null;
  }
}

/** Take what says what is selected from a page, and keep focus where it was. @param {Document} page */
function swap(page) {
  const active = document.activeElement;
  const href = active instanceof HTMLAnchorElement ? active.getAttribute("href") : null;
  const inside = active?.closest("#selection, #choices") ?? null;
  for (const id of ["selection", "choices", "empty"]) {
    const old = document.getElementById(id);
    const fresh = page.getElementById(id);
    if (old && fresh) old.replaceWith(document.importNode(fresh, true));
  }
  if (!inside) return;
  const same = href && document.querySelector(`#${inside.id}:not([hidden]) a[href="${CSS.escape(href)}"]`);
  const target = inside.id === "selection" && same;
  /** @type {HTMLElement | null} */ (target || document.querySelector("#choices > summary"))?.focus();
}
