// @ts-check
// Rows are rendered once for all readers; what is mine and what I may do is marked here.

import { say } from "./words.js";

/** @typedef {HTMLLIElement} Row */

/** @returns {string} the reader's user id */
export function me() {
  return document.body.dataset.userId ?? "";
}

/** @param {string} permission @returns {boolean} */
export function may(permission) {
  return (document.body.dataset.permissions ?? "").split(" ").includes(permission);
}

/** @param {HTMLElement} row @returns {boolean} */
export function isMine(row) {
  return row.dataset.owner !== "" && row.dataset.owner === me();
}

/** Someone must answer: nobody has, or it sounded again after somebody did. @param {HTMLElement} row */
export function isUnanswered(row) {
  return row.dataset.state === "new" || row.dataset.again === "1";
}

/** Only a test, which sounds once and then no more. @param {HTMLElement} row @returns {boolean} */
export function isTest(row) {
  return row.dataset.prov === "1";
}

/**
 * An unanswered P1 is shown whatever has been selected.
 * @param {HTMLElement} row
 * @returns {boolean} whether nobody asked for it
 */
function isOutside(row) {
  const tags = (row.dataset.tags ?? "").split(" ");
  const asked = (document.getElementById("main")?.dataset.select ?? "").split(" ").filter(Boolean);
  const met = new Set(asked.filter((tag) => tags.includes(tag)).map((tag) => tag.split(":")[0]));
  return asked.some((tag) => !met.has(tag.split(":")[0]));
}

/** @param {HTMLElement} row */
export function mark(row) {
  row.toggleAttribute("data-mine", isMine(row));
  row.querySelector(".mark-outside")?.remove();
  if (!isOutside(row)) return;
  const words = document.createElement("span");
  words.className = "mark mark-outside";
  words.textContent = say("outside");
  row.querySelector(".row-marks")?.append(" ", words);
}

/** @param {HTMLElement} row @returns {number} 1 (worst) to 5 */
export function priorityOf(row) {
  return Number(row.dataset.priority ?? 5);
}

/** @param {HTMLElement} row @returns {string} what a screen reader or a search should hear */
export function nameOf(row) {
  const part = (/** @type {string} */ name) => row.querySelector(name)?.textContent?.trim() ?? "";
  return [part(".row-kind"), part(".row-site")].filter(Boolean).join(", ");
}
