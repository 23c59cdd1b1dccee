// @ts-check
// The staff room: the log is kept true by the same socket as the board, newest row first.

import { startAges } from "./ages.js";
import { sayPolitely } from "./announce.js";
import { startBanner } from "./banner.js";
import { hearServerTime } from "./clock.js";
import { LiveStream } from "./live.js";
import { need } from "./need.js";
import { startStaffForm } from "./staff_form.js";
import { say } from "./words.js";

/** @typedef {import("./live.js").Message} Message */

const main = need("main");
const log = need("log");
hearServerTime(main.dataset.now);

/** @param {Element} row @returns {number} */
function numberOf(row) {
  return Number(/** @type {HTMLElement} */ (row).dataset.number);
}

/** @param {HTMLElement} row */
function put(row) {
  const below = [...log.children].find((one) => numberOf(one) < numberOf(row));
  log.insertBefore(row, below ?? null);
}

/** A decision may be pointed at by the rows that follow. @param {HTMLElement} row */
function offerDecision(row) {
  const choices = document.getElementById("id_about");
  const number = row.dataset.decision;
  if (!number || !(choices instanceof HTMLSelectElement)) return;
  if ([...choices.options].some((option) => option.value === number)) return;
  choices.add(new Option(`B-${number}`, number));
}

/** @param {import("./live.js").Upsert} upsert */
function takeRow(upsert) {
  const old = document.getElementById(upsert.key.replace(":", "-"));
  if (old && Number(old.dataset.seq) >= upsert.seq) return;
  const template = document.createElement("template");
  template.innerHTML = upsert.html;
  const found = template.content.querySelector("li");
  if (!found) return;
  const row = document.importNode(found, true);
  row.dataset.seq = String(upsert.seq);
  const focused = old?.contains(document.activeElement);
  const words = old?.querySelector("[data-said][data-clear]");
  if (words && !row.hasAttribute("data-corrected")) row.querySelector("[data-said]")?.replaceWith(words);
  old?.remove();
  put(row);
  offerDecision(row);
  if (focused) /** @type {HTMLElement | null} */ (row.querySelector(".log-correct"))?.focus({ preventScroll: true });
  if (!old && row.dataset.by !== document.body.dataset.userId) {
    sayPolitely(say("new_row", { n: row.dataset.number ?? "", kind: row.dataset.kindLabel ?? "", who: row.dataset.signature ?? "" }));
  }
}

/** @param {Message} message */
function takeRows(message) {
  for (const upsert of message.upsert ?? []) takeRow(upsert);
  for (const key of message.remove ?? []) document.getElementById(key.replace(":", "-"))?.remove();
  readMarked();
}

/** Marked rows travel without their words; whoever may read them asks, and that is recorded. */
async function readMarked() {
  const url = main.dataset.markedUrl;
  if (!url) return;
  const waiting = /** @type {HTMLElement[]} */ ([...log.querySelectorAll("[data-marked] [data-said]:not([data-clear])")]);
  if (!waiting.length) return;
  for (const place of waiting) place.dataset.clear = "";
  const query = new URLSearchParams(waiting.map((place) => ["rad", place.dataset.said ?? ""]));
  try {
    const answer = await fetch(`${url}?${query}`, { cache: "no-store", redirect: "manual" });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const place of waiting) {
      const words = page.querySelector(`[data-said-for="${place.dataset.said}"]`);
      if (words) place.replaceChildren(...words.childNodes);
    }
  } catch {
    for (const place of waiting) delete place.dataset.clear;
  }
}

/** More was missed than is told in pieces: read the log anew, and leave the form as it is. @param {LiveStream} stream */
async function readAnew(stream) {
  stream.openGap();
  try {
    const answer = await fetch(location.href, { cache: "no-store", redirect: "manual", headers: { "TC-Background": "1" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("log");
    const stood = Number(page.getElementById("main")?.dataset.seq);
    if (!fresh || Number.isNaN(stood)) throw new Error("no log");
    log.replaceChildren(...fresh.childNodes);
    stream.standAt(stood);
    readMarked();
  } catch {
    stream.fail();
  }
}

function follow() {
  const stream = new LiveStream({
    stream: "staff", since: Number(main.dataset.seq), window: Number(main.dataset.window),
    pollUrl: main.dataset.poll ?? "", select: [main.dataset.select ?? ""],
  });
  stream.addEventListener("rows", (event) => takeRows(/** @type {CustomEvent} */ (event).detail));
  stream.addEventListener("reload", () => readAnew(stream));
  startBanner(stream);
  stream.start();
}

startAges();
readMarked();
startStaffForm(main.dataset.staff ?? "");
if (main.hasAttribute("data-follow")) follow();
