// @ts-check
// Parts of the opened alarm that a link or a key opens: parking, moving. Enter never parks.

/** @param {string} id open the part and stand at its first choice */
export function openPart(id) {
  const part = document.getElementById(id);
  if (!(part instanceof HTMLDetailsElement)) return;
  part.open = true;
  part.scrollIntoView({ block: "nearest" });
  const first = part.querySelector("input:checked") ?? part.querySelector("select, input:not([type=hidden])");
  if (first instanceof HTMLElement) first.focus();
}

/** @param {MouseEvent} event */
function clicked(event) {
  const link = event.target instanceof Element ? event.target.closest(".detail a[data-opens]") : null;
  if (!(link instanceof HTMLAnchorElement)) return;
  event.preventDefault();
  event.stopPropagation();
  openPart(link.hash.slice(1));
}

/** A digit chooses how long. @param {KeyboardEvent} event */
function pressed(event) {
  const target = event.target;
  const form = target instanceof HTMLElement ? target.closest("[data-park-form]") : null;
  if (!form || !(target instanceof HTMLElement)) return;
  const writes = target.matches("textarea, input[type=time]");
  if (event.key === "Enter" && !target.matches("textarea")) event.preventDefault();
  if (writes || !/^[1-9]$/.test(event.key)) return;
  const radio = form.querySelectorAll('input[name="minutes"]')[Number(event.key) - 1];
  if (!(radio instanceof HTMLInputElement)) return;
  radio.focus();
  radio.click();
}

/** Writing a time of day is choosing it. @param {Event} event */
function changed(event) {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || field.id !== "park-at" || !field.value) return;
  const choice = field.closest("form")?.querySelector('input[name="minutes"][value="at"]');
  if (choice instanceof HTMLInputElement) choice.checked = true;
}

/** Wire the parts once per page. */
export function startParts() {
  // Before the page's own listener, which takes every other link of the alarm.
  document.addEventListener("click", clicked, { capture: true });
  document.addEventListener("keydown", pressed);
  document.addEventListener("input", changed);
}
