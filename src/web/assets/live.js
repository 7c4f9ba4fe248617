// Keeps the page as the cluster is. It shows what the server made and decides nothing by itself.
"use strict";

document.documentElement.classList.add("scripted");
const byId = (id) => document.getElementById(id);

for (const form of document.querySelectorAll("[data-submits-itself]"))
  form.addEventListener("change", () => form.requestSubmit());

const main = document.querySelector("main[data-live]");
if (main?.dataset.live) listen(main.dataset.live);
setInterval(showAges, 1000);

function listen(address) {
  const source = new EventSource(address);
  const on = (name, handle) => source.addEventListener(name, ({ data }) => handle(JSON.parse(data)));
  source.addEventListener("open", () => showStatus("live", false));
  source.addEventListener("error", () => showStatus("connection lost", true));
  on("pane", ({ target, html }) => {
    byId(target).innerHTML = html;
    showAges();
  });
  on("reset", () => {
    byId("rows")?.replaceChildren();
    byId("log")?.replaceChildren();
  });
  on("rows", showRows);
  on("lines", showLines);
  on("text", ({ target, text }) => {
    byId(target).textContent = text;
  });
  on("end", () => {
    source.close();
    showStatus("ended", false);
  });
}

function showStatus(text, isLost) {
  const status = byId("status");
  status.textContent = text;
  status.classList.toggle("lost", isLost);
}

function showRows({ removed, placed }) {
  const body = byId("rows");
  for (const id of removed) byId(id)?.remove();
  const template = document.createElement("template");
  for (const { id, html, before } of placed) {
    template.innerHTML = html;
    byId(id)?.remove();
    body.insertBefore(template.content, before === null ? null : byId(before));
  }
  showAges();
}

const MOST_LINES = 20000;

function showLines(lines) {
  const log = byId("log");
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  const added = document.createDocumentFragment();
  for (const { time, text } of lines) {
    const line = document.createElement("div");
    const stamp = document.createElement("time");
    stamp.textContent = `${time} `;
    line.append(stamp, text);
    line.hidden = !isWanted(line);
    added.append(line);
  }
  log.append(added);
  while (log.childElementCount > MOST_LINES) log.firstElementChild.remove();
  if (isAtEnd) log.scrollTop = log.scrollHeight;
}

const isWanted = (line) => line.textContent.toLowerCase().includes((byId("line-filter")?.value ?? "").toLowerCase());

byId("line-filter")?.addEventListener("input", () => {
  for (const line of byId("log").children) line.hidden = !isWanted(line);
});
byId("timestamps")?.addEventListener("change", ({ target }) => byId("log").classList.toggle("timed", target.checked));
byId("wrap")?.addEventListener("change", ({ target }) => byId("log").classList.toggle("wraps", target.checked));

function showAges() {
  for (const time of document.querySelectorAll("time[data-since]")) {
    const text = ageText((Date.now() - Number(time.dataset.since)) / 1000);
    if (time.textContent !== text) time.textContent = text;
  }
}

// As kubectl writes durations: the two largest units where the first is small.
function ageText(seconds) {
  const pair = (whole, unit, rest, restUnit) => (rest === 0 ? `${whole}${unit}` : `${whole}${unit}${rest}${restUnit}`);
  const [s, m, h, d] = [1, 60, 3600, 86400].map((unit) => Math.max(0, Math.floor(seconds / unit)));
  if (s < 120) return `${s}s`;
  if (m < 10) return pair(m, "m", s % 60, "s");
  if (m < 180) return `${m}m`;
  if (h < 8) return pair(h, "h", m % 60, "m");
  if (h < 48) return `${h}h`;
  if (d < 8) return pair(d, "d", h % 24, "h");
  if (d < 730) return `${d}d`;
  const years = Math.floor(d / 365);
  return years < 8 ? pair(years, "y", d % 365, "d") : `${years}y`;
}
