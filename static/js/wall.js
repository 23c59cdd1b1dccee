// @ts-check
// The wall: the worst rows and the counts, kept true by the same socket as the board. Nobody
// touches it, so rows move at once and nothing is held back.

import { startAges, tell } from "./ages.js";
import { startBanner } from "./banner.js";
import { hearServerTime } from "./clock.js";
import { showFigures } from "./counts.js";
import { LiveStream } from "./live.js";
import { need } from "./need.js";
import { say } from "./words.js";

/** @typedef {import("./live.js").Message} Message */

const REREAD_MS = 5000;

const main = need("main");
const rows = need("rows");
hearServerTime(main.dataset.now);

/** @param {HTMLElement} row what the board offers to do is not for the wall */
function bare(row) {
  row.querySelector(".row-act")?.remove();
  const link = row.querySelector("a.row-open");
  if (link) {
    const words = document.createElement("span");
    words.className = link.className;
    words.append(...link.childNodes);
    link.replaceWith(words);
  }
  return row;
}

/** @param {HTMLElement} row */
function put(row) {
  const sort = row.dataset.sort ?? "";
  const after = [...rows.children].find((one) => (/** @type {HTMLElement} */ (one).dataset.sort ?? "") > sort);
  rows.insertBefore(row, after ?? null);
}

/** @param {Message} message */
function takeRows(message) {
  for (const upsert of message.upsert ?? []) {
    const old = document.getElementById(upsert.key.replace(":", "-"));
    if (old && Number(old.dataset.seq) > upsert.seq) continue;
    const template = document.createElement("template");
    template.innerHTML = upsert.html;
    const row = template.content.querySelector("li");
    if (!row) continue;
    row.dataset.sort = upsert.sort;
    row.dataset.seq = String(upsert.seq);
    old?.remove();
    put(bare(document.importNode(row, true)));
  }
  for (const key of message.remove ?? []) document.getElementById(key.replace(":", "-"))?.remove();
  tell(rows);
}

/** @param {Record<string, number>} counts */
function showCounts(counts) {
  showFigures(counts);
  const shown = rows.children.length;
  const total = counts.total ?? shown;
  need("empty").hidden = total > 0;
  const more = need("more");
  more.hidden = total <= shown;
  more.textContent = say("wall_more", { n: (total - shown).toLocaleString("sv-SE") });
}

for (const row of rows.children) bare(/** @type {HTMLElement} */ (row));
startAges();
const stream = new LiveStream({
  stream: "alarms", since: Number(main.dataset.seq), window: Number(main.dataset.window),
  pollUrl: main.dataset.poll ?? "",
});
stream.addEventListener("rows", (event) => takeRows(/** @type {CustomEvent} */ (event).detail));
stream.addEventListener("counts", (event) => showCounts(/** @type {CustomEvent} */ (event).detail.counts));
// Nothing is typed or pointed at here: a page that missed too much is simply loaded anew.
stream.addEventListener("reload", () => setTimeout(() => location.reload(), Math.random() * REREAD_MS));
startBanner(stream);
stream.start();
