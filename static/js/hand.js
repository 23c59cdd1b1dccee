// @ts-check
// Calls, dispatches and code words in the opened alarm: one key each, and Enter sends nobody.

const TYPING = "textarea, select, input:not([type=radio], [type=checkbox])";

/** @param {HTMLElement | null} element */
function stand(element) {
  element?.scrollIntoView({ block: "nearest" });
  element?.focus();
}

/** @param {string} id @returns {HTMLDetailsElement | null} opened, when it is there */
function opened(id) {
  const part = document.getElementById(id);
  if (!(part instanceof HTMLDetailsElement)) return null;
  part.open = true;
  return part;
}

/** Stand at the first number to ring, or at the form for another call. */
export function openCall() {
  const number = document.querySelector("#detail a[data-tel]");
  if (number instanceof HTMLElement) return stand(number);
  stand(opened("samtal")?.querySelector("select") ?? null);
}

/** Stand at the first of those who can be sent. */
export function openDispatch() {
  stand(opened("utskick")?.querySelector("button") ?? null);
}

/** Stand where the code word is written. */
export function openWord() {
  stand(document.querySelector("#detail [data-word]"));
}

/** The number was pressed: ask at once how it went. @param {MouseEvent} event */
function rung(event) {
  const link = event.target instanceof Element ? event.target.closest("a[data-tel]") : null;
  if (!(link instanceof HTMLElement)) return;
  const part = opened(link.dataset.tel ?? "");
  // After the link has been followed: the browser hands the number to the phone.
  setTimeout(() => stand(part?.querySelector("button") ?? null), 0);
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return;
  const typing = target.matches(TYPING);
  if (event.key === "Enter") {
    const form = target.closest("form[data-no-enter]");
    const fieldsOnly = form?.getAttribute("data-no-enter") === "fields";
    if (form && !target.matches("textarea, a, summary") && (typing || !fieldsOnly)) event.preventDefault();
    return;
  }
  if (typing || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!/^[1-9]$/.test(event.key)) return;
  const form = target.closest("form[data-digits]") ?? target.closest("details")?.querySelector("form[data-digits]");
  const button = form?.querySelectorAll("button[type=submit]")[Number(event.key) - 1];
  if (!(button instanceof HTMLElement)) return;
  event.preventDefault();
  button.click();
}

/** What has been sent folds together; what was refused stays open as it was. @param {Event} event */
function sent(event) {
  const { requestConfig, isError } = /** @type {CustomEvent} */ (event).detail;
  const form = requestConfig?.elt;
  if (isError || !(form instanceof HTMLFormElement)) return;
  const part = form.closest(".call-result, .call-more, .detail-lead");
  // By its id: the alarm's own news may have put another in its place meanwhile.
  const now = document.getElementById(part?.id ?? "");
  if (now instanceof HTMLDetailsElement) now.open = false;
}

/** Wire once per page. */
export function startHand() {
  // Before the opened alarm notes which parts are open, to open them again.
  document.addEventListener("htmx:beforeSwap", sent, true);
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", rung);
}
