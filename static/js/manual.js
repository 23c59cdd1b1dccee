// @ts-check
// N: the manual alarm in a dialog. What is half written stays there until it is sent or cleared.

import { open } from "./acts.js";

/** @returns {HTMLDialogElement | null} */
function dialog() {
  const element = document.getElementById("manual");
  return element instanceof HTMLDialogElement ? element : null;
}

/** @returns {boolean} whether this person may put an alarm on the board */
export function mayRaise() {
  return document.querySelector("a[data-manual]") !== null && dialog() !== null;
}

function standFirst() {
  const first = document.querySelector("#manual-body select");
  if (first instanceof HTMLElement) first.focus();
}

/** Show the form, fetched once for each alarm. */
export function openManual() {
  const box = dialog();
  const body = document.getElementById("manual-body");
  const link = document.querySelector("a[data-manual]");
  if (!box || !body || !(link instanceof HTMLAnchorElement) || box.open) return;
  box.showModal();
  if (body.querySelector("form")) return standFirst();
  const htmx = /** @type {any} */ (window).htmx;
  htmx.ajax("GET", link.href, { target: "#manual-body", swap: "innerHTML" }).then(standFirst);
}

/** @param {Event} event */
function done(event) {
  const { key, url } = /** @type {CustomEvent} */ (event).detail;
  dialog()?.close();
  document.getElementById("manual-body")?.replaceChildren();
  open(key, { focus: true, url });
}

/** @param {MouseEvent} event */
function clicked(event) {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("[data-manual-shut]")) return dialog()?.close();
  if (!target?.closest("a[data-manual]")) return;
  event.preventDefault();
  openManual();
}

/** An answer stands where the error is told, so that it is heard. @param {Event} event */
function swapped(event) {
  const target = /** @type {CustomEvent} */ (event).detail.target;
  if (!(target instanceof HTMLElement) || !target.closest("#manual")) return;
  const told = document.querySelector("#manual [role=alert]");
  if (told && target.id === "manual-form") told.scrollIntoView({ block: "nearest" });
}

/** Wire once. */
export function startManual() {
  if (!dialog()) return;
  document.addEventListener("click", clicked);
  document.addEventListener("manual-done", done);
  document.addEventListener("htmx:afterSwap", swapped);
}
