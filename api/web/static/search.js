// The search page: writing Chinese, one key to search, at most four to compare. All of it works without, too.
"use strict";

// While characters are still being composed (pinyin) there is nothing to search for.
document.addEventListener("input", (event) => {
  if (event.isComposing && event.target.id === "q") event.stopImmediatePropagation();
}, true);
document.addEventListener("compositionend", (event) => {
  if (event.target.id === "q") event.target.dispatchEvent(new Event("input", { bubbles: true }));
});

// Enter searches, with Shift it makes a new line.
document.addEventListener("keydown", (event) => {
  if (event.target.id !== "q" || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

// Filters stand open where there is room beside the results.
const wide = window.matchMedia("(min-width: 900px)");
for (const details of document.querySelectorAll("details[data-wide-open]")) details.open = wide.matches;

// Four at most; the button says how many.
function count() {
  const boxes = [...document.querySelectorAll("input[form=compare][type=checkbox]")];
  const picked = boxes.filter((box) => box.checked).length;
  for (const box of boxes) box.disabled = picked >= 4 && !box.checked;
  for (const place of document.querySelectorAll("[data-picked]")) place.textContent = picked ? ` (${picked}/4)` : "";
  document.querySelector("form.compare")?.classList.toggle("picked", picked > 0);
}
document.addEventListener("change", (event) => { if (event.target.matches("input[form=compare]")) count(); });

// A wording to start from goes into the box; the search waits until it is filled in.
function offer() {
  for (const button of document.querySelectorAll("[data-fill]")) button.hidden = !document.getElementById("q");
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  const box = document.getElementById("q");
  if (!button || !box) return;
  box.value = document.querySelector(button.dataset.fill).textContent;
  box.focus();
  box.scrollIntoView({ block: "center" });
});
document.addEventListener("htmx:afterSettle", () => { offer(); count(); });
offer();
count();
