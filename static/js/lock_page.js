// @ts-check
// The locked workstation: the list is fetched again and again, without places or names.

import { tellLocked } from "./lock.js";

const EVERY_MS = 5000;

/** @param {boolean} stale */
function showStale(stale) {
  const note = document.getElementById("lock-stale");
  if (note) note.hidden = !stale;
}

async function refresh() {
  const old = document.getElementById("locked-rows");
  if (!old?.dataset.url) return;
  try {
    const answer = await fetch(old.dataset.url, {
      headers: { "TC-Background": "1" }, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(EVERY_MS),
    });
    // Unlocked or signed out in another window.
    if (answer.type === "opaqueredirect") return location.assign("/");
    if (!answer.ok) return showStale(true);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("locked-rows");
    if (fresh) old.replaceWith(fresh);
    showStale(!fresh);
  } catch {
    showStale(true);
  }
}

tellLocked();
setInterval(refresh, EVERY_MS);
const first = document.querySelector("#unlock-form input:not([type=hidden])");
if (first instanceof HTMLElement && !document.querySelector("form [role=alert]")) first.focus();
