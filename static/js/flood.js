// @ts-check
// The larmflod's page: I makes an incident of it, as on an alarm.

/** @returns {boolean} whether this workstation uses single letters (WCAG 2.1.4) */
function lettersOn() {
  try {
    return localStorage.getItem("keys-letters") !== "off";
  } catch {
    return true;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key.toLowerCase() !== "i" || !lettersOn()) return;
  const active = document.activeElement;
  if (active instanceof HTMLElement && active.matches("textarea, select, input:not([type=radio], [type=checkbox])")) return;
  const form = document.getElementById("flood-incident");
  if (!(form instanceof HTMLFormElement)) return;
  event.preventDefault();
  form.requestSubmit();
});
