// What pages need beyond htmx. Everything works without it, with a click more.
"use strict";

// A link or button with data-confirm asks before it does what cannot be undone.
document.addEventListener("submit", (event) => {
  const text = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (text && !window.confirm(text)) event.preventDefault();
}, true);

// A select or box with data-send sends its form at once.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-send]")) event.target.form.requestSubmit();
});

// A button with data-print opens the browser's printing.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// A form with data-leave warns before what was typed into it is lost.
let typed = false;
document.addEventListener("input", (event) => { if (event.target.closest("form[data-leave]")) typed = true; });
document.addEventListener("submit", () => { typed = false; });
window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
