// @ts-check
// The alarm board: puts the parts together.

import { startAges } from "./ages.js";
import { act, claim, open, refresh, shut, sideBySide } from "./acts.js";
import { sayNow, sayPolitely } from "./announce.js";
import { startBanner } from "./banner.js";
import { Chooser } from "./choose.js";
import { hearServerTime } from "./clock.js";
import { CommandBar } from "./command.js";
import { openClose, openedKey, openNote, startDetail } from "./detail.js";
import { startDuty } from "./duty.js";
import { startHand } from "./hand.js";
import { Hold } from "./hold.js";
import { ears, startDesks } from "./desks.js";
import { Keys } from "./keys.js";
import { LiveStream } from "./live.js";
import { showFigures } from "./counts.js";
import { need } from "./need.js";
import { isTest, nameOf, priorityOf } from "./mark.js";
import { startParts } from "./parts.js";
import { startManual } from "./manual.js";
import { RowList } from "./rows.js";
import { Sound } from "./sound.js";
import { WholeList } from "./whole.js";
import { say } from "./words.js";

/** @typedef {import("./live.js").Message} Message */

const BREATH_MS = 500;
const FILL_AFTER_MS = 2000;
const UNSEEN_MS = 3000;

const main = need("main");
hearServerTime(main.dataset.now);

const hold = new Hold([need("list"), need("strip")]);
const list = new RowList({
  strip: need("rows-strip"), mine: need("rows-mine"), all: need("rows"), scroller: need("list"), hold,
});
const sound = new Sound(() => [...list.unanswered(), ...chooser.waiting()].filter(ears(list.rows())).map(priorityOf));
const stream = new LiveStream({
  stream: "alarms", since: Number(main.dataset.seq), window: Number(main.dataset.window),
  pollUrl: main.dataset.poll ?? "", select: (main.dataset.select ?? "").split(" ").filter(Boolean),
});
const whole = new WholeList({ stream, list, taken: () => { if (openedKey()) refresh(); } });
const chooser = new Chooser({ stream, list, whole, heard: (row) => { if (ears(list.rows())(row)) sound.arrived(priorityOf(row)); } });
/** @type {Record<string, number>} */
let counts = {};
let filledAt = 0;
let readAt = 0;
const title = document.title;

function showHeld() {
  const bar = need("held");
  const n = list.waiting.size;
  bar.hidden = n === 0 && list.misplaced.size === 0;
  const words = { 0: say("held_changed"), 1: say("held_one") }[n] ?? say("held_many", { n });
  const text = bar.querySelector("[data-held]");
  if (text) text.textContent = words;
}

function showStrip() {
  const rows = need("rows-strip");
  const more = need("strip-more");
  more.hidden = rows.scrollHeight <= rows.clientHeight + 4;
  if (!more.hidden) more.textContent = say("strip_more", { n: rows.querySelectorAll(".row").length });
}

function showWindow() {
  const shown = list.rows().length;
  need("empty").hidden = shown + list.waiting.size > 0;
  const note = need("window-note");
  const total = (counts.total ?? 0) - (counts.hidden ?? 0);
  const full = shown >= Number(main.dataset.window) && total > shown;
  note.hidden = !full;
  if (full) note.textContent = say("window", { n: shown, total: total.toLocaleString("sv-SE") });
  // A row beyond the window should come in when one has left; if it did not, ask for it.
  if (!full && total > shown + list.waiting.size && Date.now() - filledAt > FILL_AFTER_MS) {
    filledAt = Date.now();
    stream.send({ t: "fill" });
  }
}

/** Nobody tells this screen of an alarm that its selection hides, so the opened one is read anew. */
function followUnseen() {
  const key = openedKey();
  if (!key || !counts.hidden || list.find(key) || Date.now() - readAt < UNSEEN_MS) return;
  readAt = Date.now();
  refresh();
}

/** @param {Record<string, number>} fresh */
function showCounts(fresh) {
  counts = fresh;
  chooser.show(fresh);
  document.title = counts.unanswered ? `(${counts.unanswered}) ${title}` : title;
  showFigures(counts);
  for (const lost of document.querySelectorAll("a[data-count]")) lost.toggleAttribute("hidden", !lost.hasAttribute("data-some"));
  showWindow();
  followUnseen();
}

/** @param {Message} message */
function takeRows(message) {
  const upserts = message.upsert ?? [];
  const removed = message.remove ?? [];
  list.apply(upserts, removed, stream.seq);
  const touched = [...upserts.map((upsert) => upsert.key), ...removed];
  if (touched.includes(openedKey())) refresh();
}

/** @param {HTMLElement} row @param {string} words */
function tellOf(row, words) {
  const priority = priorityOf(row);
  if (ears(list.rows())(row)) sound.arrived(priority);
  if (row.dataset.back) words = "back_alarm";
  const text = say(isTest(row) ? "prov_signal" : words, { p: priority, what: nameOf(row) });
  if (priority === 1) sayNow(text);
  else sayPolitely(text);
}

function startStream() {
  stream.addEventListener("rows", (event) => takeRows(/** @type {CustomEvent} */ (event).detail));
  stream.addEventListener("counts", (event) => showCounts(/** @type {CustomEvent} */ (event).detail.counts));
  whole.start();
  chooser.start();
  list.addEventListener("arrived", (event) => tellOf(/** @type {CustomEvent} */ (event).detail, "new_alarm"));
  list.addEventListener("again", (event) => tellOf(/** @type {CustomEvent} */ (event).detail, "again_alarm"));
  list.addEventListener("returned", (event) => tellOf(/** @type {CustomEvent} */ (event).detail, "returned_alarm"));
  list.addEventListener("changed", () => { showHeld(); showStrip(); showWindow(); });
  startBanner(stream);
  stream.start();
  setInterval(() => list.breathe(), BREATH_MS);
  new ResizeObserver(showStrip).observe(need("rows-strip"));
}

function reveal() {
  list.flush();
  list.settle();
}

/** @param {MouseEvent} event */
function clicked(event) {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("[data-shut]")) return shut();
  const key = /** @type {HTMLElement | null} */ (target?.closest(".row[data-key]"))?.dataset.key;
  const control = target?.closest("[data-act], [data-open]");
  if (!key || !control) return detailLink(event, target);
  // event.detail counts pointer clicks; a key press has no place that can have moved.
  if (event.detail > 0 && hold.justShifted()) {
    event.preventDefault();
    return sayNow(say("shifted"));
  }
  if (!sideBySide()) return;
  event.preventDefault();
  if (control.matches('[data-act="claim"]')) claim(key);
  else if (control.matches('[data-act="rescue"]')) act(key, "rescue");
  else open(key).then((shown) => { if (shown && control.matches('[data-act="close"]')) openSection("close"); });
}

/** @param {MouseEvent} event @param {Element | null} target */
function detailLink(event, target) {
  const link = target?.closest('.detail a[data-act="close"], .detail a[data-act="note"]');
  if (!(link instanceof HTMLElement)) return;
  event.preventDefault();
  openSection(link.dataset.act ?? "");
}

/** @param {string} name */
function openSection(name) {
  if (name === "close") openClose();
  else openNote();
}

function start() {
  list.adopt();
  startAges();
  startDetail();
  startHand();
  startManual();
  startParts();
  startDuty();
  startStream();
  startDesks();
  sound.start();
  const mute = () => sound.toggleMute();
  const keys = new Keys({ list, mute, reveal, search: () => bar.focus(), showAll: () => chooser.clear() });
  const bar = new CommandBar({ list, mute, help: () => keys.help() });
  bar.start();
  keys.start();
  need("held").addEventListener("click", reveal);
  document.addEventListener("click", clicked);
  const opened = /^#alarm-(.+)$/.exec(location.hash);
  if (opened && sideBySide()) open(`alarm:${opened[1]}`);
}

start();
