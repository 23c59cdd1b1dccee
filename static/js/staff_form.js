// @ts-check
// A row of the log is written: by keys, without reload, and never lost on the way.

import { sayPolitely } from "./announce.js";
import { startStaffFiles } from "./staff_files.js";
import { say } from "./words.js";

const PATIENCE_MS = 20000;

/** @type {Record<string, string>} The key of each kind while the kinds have focus. */
const KEYS = {
  incoming: "i", outgoing: "u", event: "h", situation: "l", decision: "b",
  task: "å", resource: "r", liaison: "s", media: "m", correction: "f",
};

/** @param {HTMLFormElement} form @param {string} name @returns {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} */
function field(form, name) {
  return /** @type {HTMLInputElement} */ (form.querySelector(`#id_${name}`));
}

/** @param {HTMLFormElement} form @param {string} kind */
function choose(form, kind) {
  const radio = form.querySelector(`[name="kind"][value="${kind}"]`);
  if (radio instanceof HTMLInputElement) radio.checked = true;
}

/** @param {HTMLFormElement} form */
function goTo(form) {
  const chosen = form.querySelector('[name="kind"]:checked');
  if (chosen instanceof HTMLElement) chosen.focus();
  form.scrollIntoView({ block: "nearest" });
}

/** @param {HTMLFormElement} form */
function startKeys(form) {
  for (const hint of form.querySelectorAll("[data-kind-key]")) {
    hint.textContent = (KEYS[hint.getAttribute("data-kind-key") ?? ""] ?? "").toUpperCase();
  }
  form.querySelector(".log-kinds")?.addEventListener("keydown", (pressed) => {
    const event = /** @type {KeyboardEvent} */ (pressed);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const kind = Object.keys(KEYS).find((one) => KEYS[one] === event.key.toLowerCase());
    if (event.key !== "Enter" && !kind) return;
    event.preventDefault();
    if (kind) choose(form, kind);
    field(form, kind === "correction" ? "corrects" : "text").focus();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit();
  });
  startLetter(form);
}

/** N, from anywhere that is no field; may be switched off (WCAG 2.1.4). @param {HTMLFormElement} form */
function startLetter(form) {
  const choice = document.getElementById("keys-letters");
  if (!(choice instanceof HTMLInputElement)) return;
  try {
    choice.checked = localStorage.getItem("keys-letters") !== "off";
    choice.addEventListener("change", () => localStorage.setItem("keys-letters", choice.checked ? "on" : "off"));
  } catch {
    // Then it holds for this page only.
  }
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const active = document.activeElement;
    if (active instanceof HTMLElement && active.matches("textarea, select, input:not([type=radio], [type=checkbox])")) return;
    if (!choice.checked || event.key.toLowerCase() !== "n") return;
    event.preventDefault();
    goTo(form);
  });
}

const KEPT = ["text", "happened", "function", "corrects", "decider", "reasons", "valid_until", "sender", "recipient", "channel", "about", "ground"];
const CLEARED = KEPT.filter((name) => name !== "function");

/** What is half written stays in this window until it is saved. */
class Draft {
  /** @param {HTMLFormElement} form @param {string} staff */
  constructor(form, staff) {
    this.form = form;
    this.name = `stab-${document.body.dataset.userId}-${staff}`;
    this.forgetOthers();
  }

  /** Operators change at one workstation: what one left is not the next one's to see. */
  forgetOthers() {
    try {
      const mine = `stab-${document.body.dataset.userId}-`;
      for (const name of Object.keys(sessionStorage)) {
        if (name.startsWith("stab-") && !name.startsWith(mine)) sessionStorage.removeItem(name);
      }
    } catch {
      // Nothing was kept.
    }
  }

  keep() {
    const data = Object.fromEntries(KEPT.map((name) => [name, field(this.form, name).value]));
    data.kind = String(new FormData(this.form).get("kind") ?? "");
    data.public_id = field(this.form, "public_id").value;
    try {
      if (data.text || data.reasons) sessionStorage.setItem(this.name, JSON.stringify(data));
      else sessionStorage.removeItem(this.name);
    } catch {
      // The form itself still has it.
    }
  }

  /** @returns {boolean} whether there was something */
  restore() {
    try {
      const data = JSON.parse(sessionStorage.getItem(this.name) ?? "null");
      if (!data || field(this.form, "text").value) return false;
      for (const name of [...KEPT, "public_id"]) field(this.form, name).value = data[name] ?? "";
      choose(this.form, data.kind);
      return true;
    } catch {
      return false;
    }
  }

  forget() {
    try {
      sessionStorage.removeItem(this.name);
    } catch {
      // Nothing was kept.
    }
  }
}

/** @param {HTMLFormElement} form @param {{text: string, href?: string, label?: string}[]} errors */
function showErrors(form, errors) {
  const place = form.querySelector("[data-errors]");
  place?.replaceChildren(...errors.map((error) => {
    const line = document.createElement("p");
    line.className = "notice notice-error";
    if (error.href) {
      const link = document.createElement("a");
      link.href = `#${error.href}`;
      link.textContent = error.label ?? "";
      line.append(link, ": ");
    }
    line.append(error.text);
    return line;
  }));
  for (const one of form.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
  for (const error of errors) document.getElementById(error.href ?? "")?.setAttribute("aria-invalid", "true");
}

/** @param {HTMLFormElement} form @param {{errors: string[], fields: Record<string, {label: string, errors: string[]}>}} told */
function refused(form, told) {
  const errors = told.errors.map((text) => ({ text }));
  const ofFields = Object.entries(told.fields).flatMap(([href, one]) => one.errors.map((text) => ({ text, href, label: one.label })));
  showErrors(form, [...errors, ...ofFields]);
}

/** @param {HTMLFormElement} form @param {Draft} draft @param {{number: number, next: string}} told */
function saved(form, draft, told) {
  draft.forget();
  showErrors(form, []);
  for (const name of CLEARED) field(form, name).value = "";
  field(form, "public_id").value = told.next;
  choose(form, "event");
  form.querySelector("[data-uploads]")?.replaceChildren();
  const words = say("row_saved", { n: told.number });
  const place = form.querySelector("[data-saved]");
  if (place) place.textContent = words;
  field(form, "text").focus();
}

/** @param {HTMLFormElement} form @param {Draft} draft */
async function send(form, draft) {
  draft.keep();
  const place = form.querySelector("[data-saved]");
  if (place) place.textContent = "";
  try {
    const answer = await fetch(form.action, {
      method: "POST", body: new FormData(form), redirect: "manual",
      headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
      return showErrors(form, [{ text: say("row_signed_out") }]);
    }
    if (answer.status === 201) return saved(form, draft, await answer.json());
    if (answer.status === 400) return refused(form, await answer.json());
    showErrors(form, [{ text: say("row_unsaved") }]);
  } catch {
    showErrors(form, [{ text: say("row_unsaved") }]);
  }
}

/** @param {string} staff */
export function startStaffForm(staff) {
  const form = document.getElementById("ny-rad");
  if (!(form instanceof HTMLFormElement)) return;
  const draft = new Draft(form, staff);
  if (draft.restore()) sayPolitely(say("row_draft"));
  let busy = false;
  form.addEventListener("input", () => draft.keep());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    await send(form, draft);
    busy = false;
  });
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("[data-correct]") : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(form, "correction");
    field(form, "corrects").value = link.getAttribute("data-correct") ?? "";
    // What corrects a marked row tells as much as it does.
    field(form, "ground").value = link.getAttribute("data-ground") ?? "";
    form.querySelector(".log-more")?.toggleAttribute("open", Boolean(link.getAttribute("data-ground")));
    field(form, "text").focus();
  });
  startKeys(form);
  startStaffFiles(form, (text) => showErrors(form, [{ text }]));
}
