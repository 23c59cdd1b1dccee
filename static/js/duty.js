// @ts-check
// Who is on duty, and what is red about it: asked of the web server itself, which answers also
// when workers and publisher are dead. That it does not answer is told by the banner.

const EVERY_MS = 5000;
const PARTS = ["duty-bar", "duty-alerts"];

export function startDuty() {
  const url = document.getElementById("duty-alerts")?.dataset.poll;
  if (url) setInterval(() => ask(url), EVERY_MS);
}

/** @param {string} url */
async function ask(url) {
  try {
    const answer = await fetch(url, {
      // A screen left alone must still count as silent, or no session would ever end.
      headers: { "TC-Background": "1" }, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(EVERY_MS),
    });
    if (answer.ok) put(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // The next one is soon.
  }
}

/** Only what has changed: a screen reader would read the rest again. @param {Document} fresh */
function put(fresh) {
  for (const id of PARTS) {
    const [old, next] = [document.getElementById(id), fresh.getElementById(id)];
    if (old && next && old.innerHTML !== next.innerHTML) old.replaceChildren(...next.childNodes);
  }
}
