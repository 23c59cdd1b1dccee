// @ts-check
// What the operator does to one alarm. Every act names its alarm by key, never by position.

import { loadDetail, openClose, openedDetail, openedKey, openNote, shutDetail, want } from "./detail.js";
import { openCall, openDispatch, openWord } from "./hand.js";

/** Wide enough for list and alarm beside each other; must match board.css. */
const SIDE_BY_SIDE = matchMedia("(min-width: 56.25rem) and (min-height: 30rem)");

/** @param {string} key @returns {HTMLElement | null} */
function rowOf(key) {
  return document.getElementById(key.replace(":", "-"));
}

/** @param {string} key @returns {HTMLAnchorElement | null} */
function linkOf(key) {
  return rowOf(key)?.querySelector("a[data-open]") ?? null;
}

/** @param {string} key */
function setCurrent(key) {
  for (const row of document.querySelectorAll(".row[data-current]")) row.removeAttribute("data-current");
  rowOf(key)?.setAttribute("data-current", "");
  for (const link of document.querySelectorAll("a[data-open][aria-current]")) link.removeAttribute("aria-current");
  linkOf(key)?.setAttribute("aria-current", "true");
  const split = document.getElementById("split");
  split?.toggleAttribute("data-open", key !== "");
  const hash = key ? `#${key.replace(":", "-")}` : location.pathname + location.search;
  history.replaceState(null, "", hash);
}

/** @returns {boolean} whether an alarm opens beside the list rather than as a page */
export function sideBySide() {
  return SIDE_BY_SIDE.matches && document.getElementById("pane") !== null;
}

/**
 * Look at an alarm. Looking is never taking.
 * @param {string} key
 * @param {{focus?: boolean, url?: string}} [options] focus: move the reader into it, as Enter does; url: where it is,
 *   for an alarm that may not be in the list yet
 * @returns {Promise<boolean>} whether it is shown
 */
export async function open(key, { focus = false, url: known = "" } = {}) {
  const url = linkOf(key)?.href || known || openedDetail()?.dataset.url;
  if (!url) return false;
  if (!sideBySide() && document.getElementById("pane")) {
    location.assign(url);
    return false;
  }
  setCurrent(key);
  const shown = await loadDetail(url, key);
  if (shown && focus) /** @type {HTMLElement | null} */ (document.querySelector("[data-detail-title]"))?.focus();
  return shown;
}

/** Close the opened alarm and go back to its row. */
export function shut() {
  const key = openedKey();
  shutDetail();
  setCurrent("");
  linkOf(key)?.focus();
}

/** Bring the opened alarm up to date. */
export function refresh() {
  const detail = openedDetail();
  if (detail?.dataset.url) loadDetail(detail.dataset.url, openedKey(), { background: true });
}

/**
 * @param {string} key
 * @param {string} name data-act of the button that does it
 * @returns {HTMLElement | null}
 */
function control(key, name) {
  const inDetail = openedKey() === key ? openedDetail()?.querySelector(`[data-act="${name}"]`) : null;
  return /** @type {HTMLElement | null} */ (inDetail ?? null);
}

/**
 * Take an alarm that nobody has. On a wide screen it opens beside the list.
 * @param {string} key
 */
export function claim(key) {
  const button = rowOf(key)?.querySelector('button[data-act="claim"]');
  if (!(button instanceof HTMLButtonElement) || getComputedStyle(button).display === "none") {
    control(key, "claim")?.click();
    return;
  }
  if (!sideBySide()) {
    button.form?.requestSubmit(button);
    return;
  }
  setCurrent(key);
  const htmx = /** @type {any} */ (window).htmx;
  want(key);
  // Refused, somebody else was first: the alarm is shown all the same, with who has it.
  htmx.ajax("POST", button.getAttribute("formaction"), { target: "#detail", swap: "innerHTML" })
    .then(() => { if (openedKey() !== key) open(key); });
}

/**
 * Do something that is offered only on the opened alarm.
 * @param {string} key
 * @param {"verify" | "progress" | "release" | "note" | "close" | "park" | "lead" | "code" | "prov" | "rescue" | "call" | "dispatch" | "word" | "speak" | "incident"} name
 */
export async function act(key, name) {
  if (openedKey() !== key && !(await open(key))) return;
  if (openedKey() !== key) return;
  if (name === "close") return openClose();
  if (name === "note") return openNote();
  if (name === "call") return openCall();
  if (name === "dispatch") return openDispatch();
  if (name === "word") return openWord();
  // One key parks and ends the parking: only one of them is ever offered.
  const wanted = control(key, name) ?? (name === "park" ? control(key, "unpark") : null);
  wanted?.click();
}
