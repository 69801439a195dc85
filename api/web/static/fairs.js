// The board: dragging, and lighting up whoever is typed. The day: taps that survive a bad network. All of it works without.
"use strict";

const board = document.querySelector(".board");
const phone = window.matchMedia("(max-width: 700px)");
const panel = document.getElementById("panel");

// What is chosen is marked on the board, and every cell where it could go.
function mark() {
  const chosen = panel.querySelector("[data-chosen]");
  const code = chosen?.dataset.chosen ?? "";
  panel.parentElement.classList.toggle("alone", code === "");
  const free = new Set((chosen?.dataset.free ?? "").split(" "));
  for (const card of board.querySelectorAll(".card")) {
    card.classList.toggle("chosen", card.dataset.code === code);
    if (card.dataset.code === code) card.setAttribute("aria-current", "true"); else card.removeAttribute("aria-current");
  }
  for (const cell of board.querySelectorAll("td.open")) cell.classList.toggle("can", free.has(`${cell.dataset.slot}-${cell.dataset.table}`));
}

// Shows a meeting with what the checker says of a place; nothing moves before that is confirmed in the panel.
function consider(code, cell) {
  const asked = new URLSearchParams({ meeting: code, slot: cell.dataset.slot, table: cell.dataset.table });
  const old = new URLSearchParams(location.search);
  for (const name of ["day", "hall", "who"]) if (old.get(name)) asked.set(name, old.get(name));
  htmx.ajax("GET", `${board.dataset.panel}?${asked}`, { target: "#panel", swap: "innerHTML" });
}

if (board && panel) {
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.target !== panel) return;
    mark();
    if (phone.matches) panel.scrollIntoView({ block: "start" });
    else board.querySelector(".chosen")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  let dragged = "";
  board.addEventListener("dragstart", (event) => {
    const card = event.target.closest(".card");
    if (!card) return;
    dragged = card.dataset.code;
    event.dataTransfer.setData("text/plain", dragged);
    event.dataTransfer.effectAllowed = "move";
    card.classList.add("dragging");
  });
  board.addEventListener("dragend", () => {
    dragged = "";
    for (const one of board.querySelectorAll(".dragging, .over")) one.classList.remove("dragging", "over");
  });
  board.addEventListener("dragover", (event) => {
    const cell = event.target.closest("td[data-slot]");
    if (!dragged || !cell) return;
    event.preventDefault();
    if (cell.classList.contains("over")) return;
    for (const one of board.querySelectorAll(".over")) one.classList.remove("over");
    cell.classList.add("over");
  });
  board.addEventListener("drop", (event) => {
    const cell = event.target.closest("td[data-slot]");
    if (!dragged || !cell) return;
    event.preventDefault();
    consider(dragged, cell);
  });
  // An empty cell, clicked while a meeting is chosen, is thought of as its place.
  board.addEventListener("click", (event) => {
    const cell = event.target.closest("td.open");
    const code = panel.querySelector("[data-chosen]")?.dataset.chosen;
    if (!cell || !code) return;
    event.preventDefault();
    consider(code, cell);
  });
  const who = document.getElementById("who");
  who.addEventListener("input", () => {
    const text = who.value.trim();
    board.classList.toggle("looking", text !== "");
    for (const card of board.querySelectorAll(".card")) card.classList.toggle("lit", text !== "" && card.dataset.names.includes(text));
  });
  if (!phone.matches) board.querySelector(".chosen")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// Taps. Each is kept on the phone until the service has taken it; the latest of one button row replaces those before.
const day = document.getElementById("day");
const KEPT = "fair-taps";
const AGAIN_MS = 4000;
const PATIENCE_MS = 15000;
let sending = false;
let timer = 0;

function waiting() {
  try { return JSON.parse(localStorage.getItem(KEPT) ?? "[]"); } catch { return []; }
}

function keep(taps) {
  localStorage.setItem(KEPT, JSON.stringify(taps));
}

function tell(text) {
  const line = document.getElementById("unsent");
  line.textContent = text;
  line.hidden = text === "";
}

// How buttons look that were tapped and not yet taken.
function paint() {
  const taps = new Map(waiting().map((tap) => [tap.key, tap]));
  for (const form of day.querySelectorAll("form.taps")) {
    const tap = taps.get(form.dataset.keep);
    form.classList.toggle("sending", tap !== undefined);
    if (!tap) continue;
    for (const button of form.querySelectorAll("[aria-pressed]")) button.setAttribute("aria-pressed", String(button.value !== "" && button.value === tap.fields.state));
  }
}

async function send(tap) {
  const token = document.querySelector("input[name=csrf_token]").value;
  const giveUp = new AbortController();
  const clock = setTimeout(() => giveUp.abort(), PATIENCE_MS);
  const body = new URLSearchParams({ ...tap.fields, csrf_token: token });
  const answer = await fetch(tap.url, { method: "POST", body, headers: { "HX-Request": "true" }, signal: giveUp.signal }).finally(() => clearTimeout(clock));
  if (answer.status >= 500 || answer.status === 429) throw new Error("later");
  const target = answer.headers.get("HX-Redirect") ?? "";
  if (answer.status === 401 || answer.status === 403 || target.startsWith("/sign-in")) return "signin";
  if (answer.ok) return "taken";
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("main p:not(.crumbs)")?.textContent ?? String(answer.status);
}

async function refresh() {
  const focused = document.activeElement?.closest("form.taps")?.dataset.keep;
  const value = document.activeElement?.value;
  const asked = new URL(location.href);
  asked.searchParams.delete("said");
  const q = document.getElementById("q").value.trim();
  asked.searchParams.set("q", q);
  const answer = await fetch(asked, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  day.innerHTML = await answer.text();
  if (focused) [...day.querySelectorAll("form.taps")].find((form) => form.dataset.keep === focused)?.querySelector(`button[value="${value}"]`)?.focus();
  paint();
}

async function sendAll() {
  if (sending) return;
  sending = true;
  clearTimeout(timer);
  const line = document.getElementById("unsent");
  let refused = "";
  let later = false;
  try {
    for (let taps = waiting(); taps.length; taps = waiting()) {
      const said = await send(taps[0]);
      if (said === "signin") { tell(line.dataset.signin); return; }
      if (said !== "taken") refused = line.dataset.refused + said;
      // One that was tapped again meanwhile stays.
      keep(waiting().filter((tap) => tap.id !== taps[0].id));
    }
    await refresh();
    tell(refused);
  } catch {
    later = true;
  } finally {
    sending = false;
    paint();
    if (later) {
      const left = waiting().length;
      if (left) tell(`${left} ${line.dataset.waiting}`);
      timer = setTimeout(sendAll, AGAIN_MS);
    }
  }
}

if (day) {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form.taps");
    if (!form || !event.submitter) return;
    // Older browsers leave the button out of a form's data.
    const fields = { ...Object.fromEntries(new FormData(form)), [event.submitter.name]: event.submitter.value };
    delete fields.csrf_token;
    const key = form.dataset.keep;
    try {
      keep([...waiting().filter((tap) => tap.key !== key), { id: `${Date.now()}-${Math.random()}`, key, url: form.getAttribute("action"), fields }]);
    } catch {
      // Nothing can be kept on this phone: the form goes its plain way.
      return;
    }
    event.preventDefault();
    paint();
    sendAll();
  });
  window.addEventListener("online", sendAll);
  if (waiting().length) { paint(); sendAll(); }
}
