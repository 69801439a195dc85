// Copying a secret, and ticking all of a list; both can be done by hand without this.
"use strict";

// An intranet without https has no clipboard for scripts; there the old way still works.
async function copy(field) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(field.value);
  field.select();
  document.execCommand("copy");
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await copy(document.getElementById(button.dataset.copy));
    button.textContent = button.dataset.copied;
  });
}

for (const field of document.querySelectorAll(".secret input")) field.addEventListener("focus", () => field.select());

for (const label of document.querySelectorAll("[data-all]")) {
  label.hidden = false;
  const all = label.querySelector("input");
  all.addEventListener("change", () => {
    for (const box of all.form.querySelectorAll(`input[name="${all.dataset.tick}"]`)) box.checked = all.checked;
  });
}
