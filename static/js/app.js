// @ts-check
// What every page has: the view menu, menus that close, and refusals told in words.
// Nothing imports this file: with hashed names it would be loaded, and started, twice.

import { clearRefusal, showMissingPart, showRefusal } from "./refusals.js";
import { startLock } from "./lock.js";
import { markChosen, setView } from "./view.js";

function startViewMenu() {
  const menu = document.getElementById("view-menu");
  if (!menu) return;
  menu.hidden = false;
  markChosen();
  menu.addEventListener("change", (event) => {
    const input = event.target;
    if (input instanceof HTMLInputElement) setView(input.name.replace("view-", ""), input.value);
  });
}

/** @returns {HTMLDetailsElement[]} */
function openMenus() {
  return /** @type {HTMLDetailsElement[]} */ ([...document.querySelectorAll("details.menu[open]")]);
}

function startMenus() {
  document.addEventListener("pointerdown", (event) => {
    for (const menu of openMenus()) {
      if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
      event.preventDefault();
    }
  });
  document.addEventListener("focusout", (event) => {
    const next = event.relatedTarget;
    if (!(next instanceof Node)) return;
    for (const menu of openMenus()) if (!menu.contains(next)) menu.open = false;
  });
}

/** @param {Event} event */
function refusedByServer(event) {
  const { xhr, requestConfig, target } = /** @type {CustomEvent} */ (event).detail;
  // Nobody pressed anything for a part that the page fetches by itself.
  if (requestConfig?.verb === "get" && target instanceof HTMLElement) return showMissingPart(target);
  showRefusal(xhr.responseText ?? "", xhr.status);
}

function startRefusals() {
  document.addEventListener("htmx:responseError", refusedByServer);
  document.addEventListener("htmx:sendError", () => showRefusal("", 0));
  document.addEventListener("htmx:timeout", () => showRefusal("", 0));
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!/** @type {CustomEvent} */ (event).detail.isError) clearRefusal();
  });
}

startViewMenu();
startMenus();
startRefusals();
startLock();
