// @ts-check
// Files for the row that is being written: each is sent as soon as it is chosen.

import { say } from "./words.js";

const MOST_BYTES = 20 * 1024 * 1024;
const PATIENCE_MS = 120000;

/** @param {HTMLFormElement} form @param {File} file @returns {Promise<string>} what went wrong, "" for nothing */
async function send(form, file) {
  const failed = say("file_failed", { name: file.name });
  if (file.size > MOST_BYTES) return say("file_big", { name: file.name });
  const data = new FormData();
  data.set("csrfmiddlewaretoken", String(new FormData(form).get("csrfmiddlewaretoken") ?? ""));
  data.set("fil", file);
  try {
    const answer = await fetch(form.dataset.uploadUrl ?? "", {
      method: "POST", body: data, redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.status === 400) return `${file.name}: ${(await answer.json()).errors.join(" ")}`;
    if (answer.status !== 201) return failed;
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    form.querySelector("[data-uploads]")?.append(document.importNode(template.content, true));
    return "";
  } catch {
    return failed;
  }
}

/** @param {HTMLFormElement} form @param {(text: string) => void} refuse */
export function startStaffFiles(form, refuse) {
  const input = form.querySelector("#id_bilaga");
  const button = form.querySelector("button[type=submit]");
  const place = form.querySelector("[data-saved]");
  if (!(input instanceof HTMLInputElement) || !(button instanceof HTMLButtonElement)) return;
  form.querySelector("[data-files]")?.removeAttribute("hidden");
  input.addEventListener("change", async () => {
    button.disabled = true;
    const faults = [];
    for (const file of input.files ?? []) {
      if (place) place.textContent = say("file_wait", { name: file.name });
      const fault = await send(form, file);
      if (fault) faults.push(fault);
    }
    input.value = "";
    button.disabled = false;
    if (place) place.textContent = "";
    if (faults.length) refuse(faults.join(" "));
  });
  form.addEventListener("click", (event) => {
    const drop = event.target instanceof Element ? event.target.closest("[data-drop-upload]") : null;
    if (!drop) return;
    drop.closest("[data-upload]")?.remove();
    input.focus();
  });
}
