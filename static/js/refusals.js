// @ts-check
// A refused act is told in words where the reader looks, and stays until closed or mended.

/**
 * @param {string} html a fragment of ours (_error.html), or anything else for the general words
 * @param {number} status 0 when the server was not reached
 */
export function showRefusal(html, status) {
  const box = document.getElementById("act-errors");
  if (!box) return;
  const parsed = new DOMParser().parseFromString(html, "text/html").querySelector("[data-error]");
  const notice = parsed ?? document.createElement("div");
  if (!parsed) {
    notice.className = "notice notice-error";
    const text = document.createElement("p");
    text.textContent = box.dataset[status ? "failed" : "unreached"] ?? "";
    notice.append(text);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "quiet";
  close.textContent = box.dataset.close ?? "×";
  close.addEventListener("click", clearRefusal);
  notice.append(close);
  box.replaceChildren(notice);
}

export function clearRefusal() {
  document.getElementById("act-errors")?.replaceChildren();
}

/** Say in its place that a part of the page could not be fetched. @param {HTMLElement} place */
export function showMissingPart(place) {
  const text = document.createElement("p");
  text.className = "muted";
  text.textContent = document.getElementById("act-errors")?.dataset.part ?? "";
  place.replaceChildren(text);
}
