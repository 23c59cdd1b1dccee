// @ts-check
// Which desks are mine, and whose alarms I am the first to hear. Sound goes to free desks first and
// to everybody after fifteen seconds; when it is not known who should hear, all do.

import { serverNow } from "./clock.js";
import { isMine } from "./mark.js";

const OTHERS_AFTER_MS = 15000;
const AGAIN_MS = 5000;
const SOON_MS = 1500;
const BUSY = ["acknowledged", "verifying", "in_progress"];

/** @returns {HTMLElement | null} */
function bar() {
  return document.getElementById("desk-bar");
}

/** @param {string} name @returns {string[]} */
function ids(name) {
  return (bar()?.dataset[name] ?? "").split(" ").filter(Boolean);
}

/**
 * Who hears what here, as it stands now.
 * @param {HTMLElement[]} rows all rows of the list
 * @returns {(row: HTMLElement) => boolean} whether an unanswered alarm is heard here now
 */
export function ears(rows) {
  const mine = ids("mine");
  const unstaffed = ids("unstaffed");
  const free = !bar()?.hasAttribute("data-away")
    && !rows.some((row) => isMine(row) && BUSY.includes(row.dataset.state ?? ""));
  return (row) => {
    const desk = row.dataset.desk ?? "";
    if (!mine.length || !desk || isMine(row) || unstaffed.includes(desk)) return true;
    if (serverNow() - Date.parse(row.dataset.waitingSince ?? "") >= OTHERS_AFTER_MS) return true;
    return free && mine.includes(desk);
  };
}

/** Without the form's token, which is another in each answer. @param {HTMLElement} one @returns {string} */
function said(one) {
  return one.outerHTML.replaceAll(/value="[^"]{32,}"/g, "");
}

/** Work the desks one had before. */
export function signOnAgain() {
  document.getElementById("sign-on-again")?.click();
}

async function refresh() {
  const url = bar()?.dataset.url;
  if (!url) return;
  try {
    const answer = await fetch(url, {
      headers: { "TC-Background": "1" }, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(AGAIN_MS),
    });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("desk-bar");
    const old = bar();
    // Left alone while it says the same, so that nothing is read out again and focus stays.
    if (fresh && old && said(fresh) !== said(old) && !old.contains(document.activeElement)) old.replaceWith(fresh);
  } catch {
    // The banner of the live list tells that the server is away.
  }
}

export function startDesks() {
  if (!bar()) return;
  // The page was made before its socket opened, which is what makes its desk staffed.
  setTimeout(refresh, SOON_MS);
  setInterval(refresh, AGAIN_MS);
}
