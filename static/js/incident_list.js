// @ts-check
// The list of incidents is told of changes and does not move: what is new waits behind a button.

import { sayPolitely } from "./announce.js";
import { hearServerTime } from "./clock.js";
import { LiveStream } from "./live.js";
import { need } from "./need.js";
import { say } from "./words.js";

const REST_MS = 2000;

const box = need("incident-live");
const button = /** @type {HTMLButtonElement} */ (box.querySelector("button"));
hearServerTime(box.dataset.now);
/** The page as it is now, when it differs from what is shown. @type {Document | null} */
let fresh = null;
let timer = 0;
let told = "";

/** @param {Document} page @returns {Map<string, string>} the rows by number, with their words */
function rowsOf(page) {
  const rows = [...page.querySelectorAll("#incident-rows tr[data-number]")];
  return new Map(rows.map((row) => [/** @type {HTMLElement} */ (row).dataset.number ?? "", row.textContent?.trim() ?? ""]));
}

/** Read the same page with the same choice, and say what is new in it. */
async function look() {
  timer = 0;
  const answer = await fetch(location.pathname + location.search, { headers: { "TC-Background": "1" }, redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return;
  fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const shown = rowsOf(document);
  const now = rowsOf(fresh);
  const added = [...now.keys()].filter((number) => !shown.has(number)).length;
  const changed = [...shown].filter(([number, words]) => now.get(number) !== words).length;
  button.hidden = added + changed === 0;
  if (button.hidden) return;
  let words = added ? say("list_new", { n: added }) : say("list_changed");
  if (added === 1) words = say("list_new_one");
  button.textContent = words;
  if (words !== told) sayPolitely(words);
  told = words;
}

button.addEventListener("click", () => {
  for (const id of ["incident-rows", "incident-count"]) {
    const now = fresh?.getElementById(id);
    const before = document.getElementById(id);
    // A list that was empty, or is now, has another shape.
    if (!now || !before) return location.reload();
    before.replaceWith(document.importNode(now, true));
  }
  button.hidden = true;
  told = "";
  /** @type {HTMLElement | null} */ (document.querySelector("#incident-rows a"))?.focus({ preventScroll: true });
});

const stream = new LiveStream({
  stream: "incidents", since: Number(box.dataset.seq), window: 200, pollUrl: box.dataset.poll ?? "",
});
const news = () => { if (!timer) timer = window.setTimeout(look, REST_MS); };
stream.addEventListener("rows", (event) => {
  const { upsert = [], remove = [] } = /** @type {CustomEvent} */ (event).detail;
  if (upsert.length + remove.length) news();
});
stream.addEventListener("reload", news);
stream.addEventListener("state", () => { box.dataset.live = stream.state; });
stream.start();
