// @ts-check
// Who is on duty, and what is red about it: asked of the web server itself, which answers also
// when workers and publisher are dead. That it does not answer is told by the banner.

const EVERY_MS = 5000;
const PARTS = ["duty-bar", "duty-alerts"];

export function startDuty() {
  const url = document.getElementById("duty-alerts")?.dataset.poll;
  if (url) setInterval(() => ask(url, put), EVERY_MS);
  setInterval(askAboutOpened, EVERY_MS);
}

/** @param {string} url @param {(fresh: Document) => void} take */
async function ask(url, take) {
  try {
    const answer = await fetch(url, {
      // A screen left alone must still count as silent, or no session would ever end.
      headers: { "TC-Background": "1" }, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(EVERY_MS),
    });
    if (answer.ok) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // The next one is soon.
  }
}

/** What has been sent and answered about the opened alarm is no change of its row. */
function askAboutOpened() {
  const part = document.querySelector("#detail .calls");
  const url = part?.getAttribute("hx-get");
  if (part && url && part.querySelector(".call")) ask(url, (fresh) => putCalls(part, fresh));
}

/** @param {Element} button @returns {string} what it does, to find it again */
function meaning(button) {
  return `${button.closest("form")?.getAttribute("action")} ${button.getAttribute("value")} ${button.textContent}`;
}

/** Only when the words differ: each answer has forms of its own. @param {Element} part @param {Document} fresh */
function putCalls(part, fresh) {
  if (!part.isConnected || part.textContent === fresh.body.textContent) return;
  const active = document.activeElement;
  const had = active && part.contains(active) ? meaning(active) : "";
  part.replaceChildren(...fresh.body.childNodes);
  /** @type {any} */ (window).htmx.process(part);
  const again = had && [...part.querySelectorAll("a, button")].find((one) => meaning(one) === had);
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
}

/** Only what has changed: a screen reader would read the rest again. @param {Document} fresh */
function put(fresh) {
  for (const id of PARTS) {
    const [old, next] = [document.getElementById(id), fresh.getElementById(id)];
    if (old && next && old.innerHTML !== next.innerHTML) old.replaceChildren(...next.childNodes);
  }
}
