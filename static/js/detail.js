// @ts-check
// The opened alarm: loaded, kept fresh while it changes, and never in the way of a half-written note.

import { clearRefusal, showRefusal } from "./refusals.js";
import { tell } from "./ages.js";
import { say } from "./words.js";

/** @returns {HTMLElement | null} */
export function detailSlot() {
  return document.getElementById("detail");
}

/** @returns {HTMLElement | null} */
export function openedDetail() {
  return document.querySelector("#detail .detail");
}

/** @returns {string} the key of the opened alarm, "" for none */
export function openedKey() {
  return openedDetail()?.dataset.key ?? "";
}

/** @type {AbortController | null} */
let loading = null;
let wantedKey = "";

/**
 * An act on this alarm is on its way; what was asked for before it may no longer take the slot.
 * @param {string} key
 */
export function want(key) {
  loading?.abort();
  wantedKey = key;
}

/**
 * Load an alarm into the slot. A later call wins over an earlier one.
 * @param {string} url
 * @param {string} key
 * @param {{background?: boolean}} [options] background: the page asks, not the reader
 * @returns {Promise<boolean>} whether it is now shown
 */
export async function loadDetail(url, key, { background = false } = {}) {
  want(key);
  const mine = new AbortController();
  loading = mine;
  try {
    const headers = { "HX-Request": "true", ...(background ? { "TC-Background": "1" } : {}) };
    const answer = await fetch(url, { headers, cache: "no-store", signal: mine.signal });
    const html = await answer.text();
    if (!answer.ok) {
      if (!background) refused(answer, html);
      return false;
    }
    if (wantedKey !== key) return false;
    show(html);
    return true;
  } catch {
    if (!mine.signal.aborted && !background) showRefusal("", 0);
    return false;
  }
}

/** @param {Response} answer @param {string} html */
function refused(answer, html) {
  const elsewhere = answer.headers.get("HX-Redirect");
  if (elsewhere) location.assign(elsewhere);
  else showRefusal(html, answer.status);
}

/** @param {string} html */
function show(html) {
  const slot = detailSlot();
  if (!slot) return;
  const kept = keep(slot, html);
  const htmx = /** @type {any} */ (window).htmx;
  htmx.swap(slot, html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 }, {
    afterSwapCallback: () => restore(slot, kept),
  });
}

export function shutDetail() {
  want("");
  const htmx = /** @type {any} */ (window).htmx;
  htmx.swap("#detail", "", { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
}

/**
 * @typedef {{key: string, open: string[], fields: [string, string][], radios: [string, string][],
 *   focus: string, caret: number, scroll: number, map: Element | null, code: Element | null, care: Element | null}} Kept
 */

/** @typedef {HTMLTextAreaElement | HTMLInputElement | HTMLSelectElement} Field */

/** @param {ParentNode} slot @returns {Field[]} the fields that are written in, by hand */
function writable(slot) {
  return [...slot.querySelectorAll("textarea, input[type=text], input[type=time], select")].map(
    (field) => /** @type {Field} */ (field)).filter((field) => field.id !== "");
}

const FIELDS = "textarea[id], input[type=text][id]";

/** @param {Element | null} element @returns {element is HTMLTextAreaElement | HTMLInputElement} whether it is written in */
function isText(element) {
  return element?.matches(FIELDS) ?? false;
}

/** @param {HTMLElement} slot @returns {(HTMLTextAreaElement | HTMLInputElement)[]} */
function fieldsIn(slot) {
  return [...slot.querySelectorAll("textarea[id], input")].filter(isText);
}

/**
 * What the operator has opened, chosen and written, before other HTML takes its place.
 * @param {HTMLElement} slot
 * @param {string} html
 * @returns {Kept}
 */
function keep(slot, html) {
  const active = document.activeElement;
  const inside = active instanceof HTMLElement && slot.contains(active);
  /** @type {Kept} */
  const kept = {
    key: openedKey(),
    open: [...slot.querySelectorAll("details[open]")].map((details) => details.id),
    fields: writable(slot).map((field) => [field.id, field.value]),
    radios: [...slot.querySelectorAll("input[type=radio]:checked")].map((radio) => {
      const input = /** @type {HTMLInputElement} */ (radio);
      return [input.name, input.value];
    }),
    focus: inside ? selectorOf(active) : "",
    caret: isText(active) ? active.selectionStart ?? 0 : 0,
    scroll: slot.parentElement?.scrollTop ?? 0,
    map: null,
    code: null,
    care: null,
  };
  if (kept.key && keyIn(html) === kept.key) setAside(slot, kept);
  return kept;
}

/**
 * A map that is drawn anew at each signal jumps under the reader's eyes; a code that was shown and a
 * record that was read must not be asked for, and recorded, twice. Taken out before htmx would shut
 * them down.
 * @param {HTMLElement} slot
 * @param {Kept} kept
 */
function setAside(slot, kept) {
  kept.map = slot.querySelector(".map-slot:has(*)");
  kept.code = slot.querySelector("#sealed-code:has(.codes)");
  kept.care = slot.querySelector("#care:has(.care)");
  kept.map?.remove();
  kept.code?.remove();
  kept.care?.remove();
}

/** @param {HTMLElement} slot @param {Kept} kept */
function putBack(slot, kept) {
  if (kept.map) slot.querySelector(".map-slot")?.replaceWith(kept.map);
  if (kept.code) slot.querySelector("#sealed-code")?.replaceWith(kept.code);
  if (kept.care) slot.querySelector("#care")?.replaceWith(kept.care);
  // Asked for here and not by htmx itself, which would ask again, and be recorded, at each signal.
  const form = slot.querySelector("#care > form[data-load]");
  if (!(form instanceof HTMLFormElement)) return;
  const htmx = /** @type {any} */ (window).htmx;
  htmx.ajax("POST", form.action, { source: form, target: "#care", swap: "innerHTML" });
}

/** @param {string} html @returns {string} the alarm a fragment is about */
function keyIn(html) {
  return /data-key="([^"]+)"/.exec(html)?.[1] ?? "";
}

/** @param {HTMLElement} element @returns {string} */
function selectorOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (element.dataset.act) return `[data-act="${element.dataset.act}"]`;
  if (element instanceof HTMLInputElement) return `input[name="${element.name}"][value="${CSS.escape(element.value)}"]`;
  if (element.matches("summary")) return `#${CSS.escape(element.parentElement?.id ?? "")} > summary`;
  if (element.dataset.tel) return `a[data-tel="${CSS.escape(element.dataset.tel)}"]`;
  return element instanceof HTMLButtonElement ? selectorOfButton(element) : "[data-detail-title]";
}

/** One of several alike, where a digit chooses. @param {HTMLButtonElement} button @returns {string} */
function selectorOfButton(button) {
  const action = button.form?.getAttribute("action");
  if (!action) return "[data-detail-title]";
  const part = button.closest("details[id]")?.id;
  const within = part ? `#${CSS.escape(part)} ` : "";
  const which = button.name ? `[name="${button.name}"][value="${CSS.escape(button.value)}"]` : "";
  return `${within}form[action="${action}"] button${which}`;
}

/** @param {HTMLElement} slot @param {Kept} kept */
function restore(slot, kept) {
  putBack(slot, kept);
  tell(slot);
  const shut = slot.querySelector("[data-shut]");
  if (shut instanceof HTMLElement) shut.hidden = slot.closest("#pane") === null;
  if (!kept.key || kept.key !== openedKey()) {
    if (slot.parentElement) slot.parentElement.scrollTop = 0;
    return;
  }
  for (const id of kept.open) {
    const details = document.getElementById(id);
    if (details instanceof HTMLDetailsElement) details.open = true;
  }
  for (const [id, value] of kept.fields) {
    const field = document.getElementById(id);
    if (field && writable(slot).includes(/** @type {Field} */ (field)) && !(/** @type {Field} */ (field).value)) {
      /** @type {Field} */ (field).value = value;
    }
  }
  for (const [name, value] of kept.radios) {
    const radio = slot.querySelector(`input[name="${name}"][value="${CSS.escape(value)}"]`);
    if (radio instanceof HTMLInputElement) radio.checked = true;
  }
  nameConfirm(slot);
  if (slot.parentElement) slot.parentElement.scrollTop = kept.scroll;
  if (kept.focus) refocus(slot, kept);
}

/** @param {HTMLElement} slot @param {Kept} kept */
function refocus(slot, kept) {
  const target = slot.querySelector(kept.focus) ?? slot.querySelector("[data-detail-title]");
  if (!(target instanceof HTMLElement)) return;
  target.focus({ preventScroll: true });
  if (isText(target)) target.setSelectionRange(kept.caret, kept.caret);
}

/** The confirm button names the act, and the note is asked for when the code needs one. @param {ParentNode} root */
function nameConfirm(root) {
  const button = root.querySelector("[data-close-confirm]");
  const chosen = root.querySelector('input[name="code"]:checked');
  if (!(button instanceof HTMLElement) || !(chosen instanceof HTMLElement)) return;
  const label = chosen.dataset.label ?? "";
  const note = root.querySelector("[data-close-note]");
  if (note instanceof HTMLTextAreaElement) note.required = chosen.hasAttribute("data-needs-note");
  // An announced test is the one cause that nobody on the site has to tell (alarms/services/closing.py).
  for (const field of root.querySelectorAll("[data-said]")) {
    field.toggleAttribute("required", chosen.getAttribute("value") !== "test");
  }
  button.textContent = say("close_as", { what: label.charAt(0).toLowerCase() + label.slice(1) });
}

/** Show the close section and stand at its first choice. */
export function openClose() {
  const section = document.getElementById("avsluta");
  if (!(section instanceof HTMLDetailsElement)) return;
  section.open = true;
  section.scrollIntoView({ block: "nearest" });
  const first = section.querySelector('input[name="code"]:checked') ?? section.querySelector('input[name="code"]');
  if (first instanceof HTMLElement) first.focus();
}

/** Stand in the note field. */
export function openNote() {
  const field = document.getElementById("note-text");
  field?.scrollIntoView({ block: "nearest" });
  field?.focus();
}

/** @param {KeyboardEvent} event Enter never closes; a digit chooses a code */
function closeFormKey(event) {
  const target = event.target;
  if (!(target instanceof HTMLElement) || !target.closest("[data-close-form]")) return;
  if (event.key === "Enter" && !(target instanceof HTMLTextAreaElement)) event.preventDefault();
  if (isText(target) || !/^[0-9]$/.test(event.key)) return;
  const form = target.closest("[data-close-form]");
  const radio = form?.querySelector(`input[data-digit="${event.key}"]`)
    ?? form?.querySelectorAll('input[name="code"]')[Number(event.key) - 1];
  if (!(radio instanceof HTMLInputElement)) return;
  radio.focus();
  radio.click();
}

/** A reply about an alarm that is no longer the opened one must not take its place. @param {Event} event */
function beforeSwap(event) {
  const detail = /** @type {CustomEvent} */ (event).detail;
  if (detail.target !== detailSlot() || detail.isError) return;
  const key = keyIn(detail.serverResponse);
  if (wantedKey && key && key !== wantedKey) detail.shouldSwap = false;
  if (!detail.shouldSwap) return;
  if (key) wantedKey = key;
  const form = detail.requestConfig?.elt;
  if (form instanceof HTMLFormElement) form.reset();
  before = keep(detail.target, detail.serverResponse);
}

/** @type {Kept | null} */
let before = null;

/** Wire the slot once per page. */
export function startDetail() {
  wantedKey = openedKey();
  const slot = detailSlot();
  if (slot) restore(slot, keep(slot, ""));
  document.addEventListener("keydown", closeFormKey);
  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.name === "code") nameConfirm(document);
  });
  document.addEventListener("htmx:beforeSwap", beforeSwap);
  document.addEventListener("htmx:afterSwap", (event) => {
    const target = /** @type {CustomEvent} */ (event).detail.target;
    if (target !== detailSlot()) return;
    clearRefusal();
    if (before) restore(target, before);
    before = null;
  });
}
