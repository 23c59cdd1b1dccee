// @ts-check
// The common picture, on the desk and on the wall: each list follows its stream, the map follows them.

import { startAges, tell } from "./ages.js";
import { sayPolitely } from "./announce.js";
import { startBanner } from "./banner.js";
import { hearServerTime } from "./clock.js";
import { Hold } from "./hold.js";
import { LiveStream } from "./live.js";
import { LiveList } from "./live_list.js";
import { need } from "./need.js";
import { PictureMap } from "./picture_map.js";
import { Layers } from "./picture_layers.js";
import { Together } from "./together.js";
import { say } from "./words.js";

/** @typedef {import("./live.js").Message} Message */

const BREATH_MS = 500;
const RELOAD_MS = 3000;

const main = need("main");
const wall = main.hasAttribute("data-wall");
hearServerTime(main.dataset.now);

const layers = new Layers(wall ? null : document.getElementById("layers"), () => { map.draw(); });
const map = new PictureMap(need("picture-map"), need("picture-data").dataset.objects ?? "", (one) => layers.shows(one));
// Nobody points at a wall.
const hold = wall ? null : new Hold([need("lists")]);

/** @param {HTMLElement} row what it is called */
function nameOf(row) {
  return row.querySelector("[data-open], .row-open")?.textContent?.trim() ?? "";
}

/** @param {HTMLElement} part */
function unsaid(part) {
  const line = part.querySelector("[data-unsaid]");
  const names = [...document.querySelectorAll("#function-names [data-function]")];
  if (!(line instanceof HTMLElement) || !names.length) return;
  const missing = names.filter((name) => !part.querySelector(`.prow[data-function="${/** @type {HTMLElement} */ (name).dataset.function}"]`));
  line.hidden = missing.length === 0;
  const words = line.querySelector("span");
  if (words) words.textContent = missing.map((name) => name.textContent).join(", ");
}

/** @param {HTMLElement} part @returns {LiveStream} */
function follow(part) {
  const rows = /** @type {HTMLElement} */ (part.querySelector("[data-rows]"));
  const held = /** @type {HTMLElement} */ (part.querySelector("[data-held]"));
  const label = part.querySelector("h2")?.firstChild?.textContent?.trim() ?? "";
  const list = new LiveList({ rows, hold });
  const stream = new LiveStream({
    stream: part.dataset.stream ?? "", since: Number(part.dataset.seq), window: Number(part.dataset.window),
    pollUrl: part.dataset.poll ?? "",
  });
  let total = Number(part.querySelector("[data-total]")?.textContent?.replace(/\D/g, ""));

  const show = () => {
    const n = list.waiting.size;
    held.hidden = n + list.misplaced.size === 0;
    held.textContent = { 0: say("held_changed"), 1: say("held_one") }[n] ?? say("held_many", { n });
    const shown = list.rows().length;
    /** @type {HTMLElement} */ (part.querySelector("[data-empty]")).hidden = total > 0 || shown + n > 0;
    const rest = /** @type {HTMLElement} */ (part.querySelector("[data-rest]"));
    rest.hidden = total <= shown + n;
    const words = { n: wall ? total - shown : shown, total: total.toLocaleString("sv-SE") };
    rest.textContent = say(wall ? "wall_rest" : "rest", words);
    unsaid(part);
    layers.changed();
    tell(part);
  };
  stream.addEventListener("rows", (event) => {
    const message = /** @type {Message} */ (/** @type {CustomEvent} */ (event).detail);
    list.apply(message.upsert ?? [], message.remove ?? [], stream.seq);
    map.soon();
  });
  stream.addEventListener("counts", (event) => {
    const counts = /** @type {Record<string, number>} */ (/** @type {CustomEvent} */ (event).detail.counts);
    total = counts.total ?? 0;
    const words = part.querySelector("[data-total]");
    if (words) words.textContent = total.toLocaleString("sv-SE");
    for (const figure of part.querySelectorAll("[data-figure]")) {
      const number = figure.querySelector("b");
      const value = counts[/** @type {HTMLElement} */ (figure).dataset.figure ?? ""] ?? 0;
      if (number) number.textContent = value.toLocaleString("sv-SE");
      figure.toggleAttribute("data-some", value > 0);
    }
    show();
  });
  // More was missed than is told in pieces. Spread, so that all screens do not ask at once.
  stream.addEventListener("reload", () => setTimeout(() => location.reload(), Math.random() * RELOAD_MS));
  list.addEventListener("arrived", (event) => {
    sayPolitely(say("new_row", { list: label, what: nameOf(/** @type {CustomEvent} */ (event).detail) }));
  });
  list.addEventListener("changed", show);
  held.addEventListener("click", () => { list.flush(); show(); });
  setInterval(() => list.breathe(), BREATH_MS);
  show();
  return stream;
}

const parts = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-stream]")]);
const streams = parts.map(follow);
startAges();
startBanner(/** @type {any} */ (new Together(streams)));
for (const stream of streams) stream.start();
void map.start();

need("lists").addEventListener("focusin", (event) => {
  const row = event.target instanceof Element ? event.target.closest(".prow[data-box]") : null;
  if (!(row instanceof HTMLElement) || !event.target || !/** @type {Element} */ (event.target).matches(":focus-visible")) return;
  map.show((row.dataset.box ?? "").split(";").map((pair) => pair.split(" ").map(Number)));
});
