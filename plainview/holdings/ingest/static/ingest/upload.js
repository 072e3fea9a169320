// The upload page: choose, say which camera, send in pieces that survive a lost connection, show what became of each file.
// tus-js-client (window.tus) moves the bytes; the server's answer is only believed once it gives a receipt.

const AT_ONCE = 2;
const PIECE = 64 * 1024 * 1024; // each piece is durable on the server before the next begins
const RETRY = [0, 1000, 3000, 5000, 10000, 20000, 30000, 60000];
const FINAL = new Set(["stored", "duplicate", "quarantined", "failed"]);
const BESIDE = /\.(json|vtt|srt|gpx|nmea|csv|xml|txt|log|lrv|thm)$/i;
const FIELDS = ["camera", "zone", "start", "badge"];

const form = document.getElementById("upload");
const list = document.getElementById("list");
const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
const entries = new Set();

class Entry {
  constructor(file) {
    this.file = file;
    this.isBeside = BESIDE.test(file.name);
    this.state = "chosen"; // chosen, waiting, sending, paused, checking, then one of FINAL, or stopped
    this.element = document.getElementById("file").content.firstElementChild.cloneNode(true);
    this.fill();
  }

  part(selector) {
    return this.element.querySelector(selector);
  }

  fill() {
    this.part("legend").textContent = this.file.name;
    this.part(".pv-file-size").textContent = bytes(this.file.size);
    this.part("progress").setAttribute("aria-label", `Progress of ${this.file.name}`);
    for (const name of FIELDS) label(this.part(`[name=${name}]`));
    this.part("[name=camera]").value = form.dataset.camera;
    for (const button of this.element.querySelectorAll("[data-do]")) {
      button.setAttribute("aria-label", `${button.textContent}: ${this.file.name}`);
      button.addEventListener("click", () => this[button.dataset.do]());
    }
    this.url = unfinishedUrl(this.file); // from here on: where the upload goes on, whatever interrupts it
    if (this.url) this.say("Part of this file is here already; the upload goes on where it stopped.");
    if (this.file.size > Number(form.dataset.limit)) this.fail(`The file is over the limit of ${bytes(Number(form.dataset.limit))}.`);
  }

  say(text, kind = "", label = "") {
    const strong = document.createElement("strong");
    strong.dataset.kind = kind;
    strong.textContent = label || (kind ? text : "");
    const rest = label ? ` ${text}` : kind ? "" : text;
    this.part(".pv-file-state").replaceChildren(...(strong.textContent ? [strong] : []), rest);
  }

  show(state) {
    this.state = state;
    const open = ["chosen", "waiting"].includes(state);
    this.part(".pv-file-fields").hidden = !open;
    this.part(".pv-file-said").hidden = open;
    this.part(".pv-file-said").textContent = this.said();
    this.part("[data-do=pause]").hidden = state !== "sending";
    this.part("[data-do=resume]").hidden = !["paused", "stopped"].includes(state);
    this.part("[data-do=remove]").hidden = ["sending", "checking"].includes(state);
    this.part(".pv-file-progress").hidden = open || FINAL.has(state);
    this.element.dataset.state = state;
    summarize();
  }

  said() {
    const { camera, start, badge } = Object.fromEntries(FIELDS.map((name) => [name, this.part(`[name=${name}]`).value]));
    const parts = [camera && `Camera ${camera}`, start && `start ${start.replace("T", " ")}`, badge && `badge ${badge}`];
    return parts.filter(Boolean).join(" · ");
  }

  claims() {
    const { name, type, lastModified } = this.file;
    const said = { filename: name, filetype: type, modified: lastModified, start_zone: form.dataset.zone };
    for (const name of FIELDS) said[name] = this.part(`[name=${name}]`).value.trim();
    return said;
  }

  wait() {
    this.show("waiting");
    this.say("Waiting for its turn.");
  }

  send() {
    this.show("sending");
    this.say("Sending.");
    this.upload ??= this.prepared();
    this.upload.url = this.url;
    this.upload.start();
  }

  prepared() {
    return new window.tus.Upload(this.file, {
      endpoint: form.dataset.endpoint,
      chunkSize: PIECE,
      retryDelays: RETRY,
      storeFingerprintForResuming: false, // the server knows; a shared computer keeps no traces
      metadata: this.claims(),
      headers: { "X-CSRFToken": token },
      onUploadUrlAvailable: () => (this.url = this.upload.url),
      onProgress: (sent, all) => this.progress(sent, all),
      onShouldRetry: (problem) => worthAnotherTry(problem),
      onError: (problem) => this.stop(problem),
      onSuccess: () => this.check(),
    });
  }

  progress(sent, all) {
    const percent = all ? Math.floor((100 * sent) / all) : 100;
    this.part("progress").value = percent;
    this.part(".pv-file-percent").textContent = `${percent} % of ${bytes(all)}`;
    if (sent === all && this.state === "sending") this.say("Everything is sent. Being stored and checked.");
  }

  async pause() {
    this.show("paused");
    this.say("Paused. What was sent is kept.");
    await this.upload.abort();
    next();
  }

  resume() {
    this.wait();
    next();
  }

  remove() {
    this.upload?.abort();
    entries.delete(this);
    this.element.remove();
    summarize();
    document.getElementById("files").focus();
  }

  stop(problem) {
    const status = problem.originalResponse?.getStatus() ?? 0;
    const said = status >= 400 && status < 600 && problem.originalResponse.getBody();
    if ([400, 410, 413, 415].includes(status)) return this.fail(said || "The server refused the file.");
    this.show("stopped");
    this.say(interrupted(status, said), "error");
    next();
  }

  async check() {
    this.show("checking");
    this.progress(this.file.size, this.file.size);
    this.say("Received. Being read back, checked and written into the log. Not acknowledged yet.");
    next();
    for (let pause = 500; this.state === "checking"; pause = Math.min(pause * 1.5, 5000)) {
      const answer = await ask(this.url);
      if (FINAL.has(answer.state)) return this.finish(answer);
      if (answer.state === "locked out") this.say("Received. Log in again in another tab to see what became of it.", "error");
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  finish(answer) {
    this.show(answer.state);
    next();
    this.say(answer.reason, answer.state, `${answer.label}.`);
    const links = this.part(".pv-file-links");
    for (const [href, text] of [[answer.recording, "Open the recording"], [answer.receipt, "Download the receipt"]]) {
      if (href) links.append(link(href, text, this.file.name), " ");
    }
    links.hidden = !links.childElementCount;
  }

  fail(text) {
    this.show("failed");
    this.say(text, "error", "Not taken.");
    next();
  }
}

let labels = 0;
function label(input) {
  input.id = `field-${(labels += 1)}`;
  input.closest("div").querySelector("label").htmlFor = input.id;
}

function link(href, text, name) {
  const made = document.createElement("a");
  made.href = href;
  made.className = "usa-link";
  made.textContent = text;
  made.setAttribute("aria-label", `${text} of ${name}`);
  return made;
}

function bytes(count) {
  for (const unit of ["bytes", "KB", "MB", "GB"]) {
    if (count < 1000) return `${unit === "bytes" ? count : count.toFixed(1)} ${unit}`;
    count /= 1000;
  }
  return `${count.toFixed(1)} TB`;
}

function unfinishedUrl(file) {
  const same = ({ name, size, modified }) =>
    name === file.name && Number(size) === file.size && Number(modified) === file.lastModified;
  const row = [...document.querySelectorAll("tr[data-url]")].find((each) => same(each.dataset));
  return row ? row.dataset.url : null;
}

function worthAnotherTry(problem) {
  const status = problem.originalResponse?.getStatus() ?? 0;
  return status === 0 || [409, 423, 460, 502, 503, 504].includes(status);
}

function interrupted(status, said) {
  if (status === 507) return `${said || "The server's disk is full."} Press “Go on” once a technician made room.`;
  if (status === 403 || status === 401 || status === 200) return "Your session ended. Log in again in another tab, then press “Go on”.";
  if (status === 423) return "The server still works on an earlier piece of this upload. Press “Go on” in a minute.";
  if (status >= 500) return "The server is in trouble. What was sent is kept; press “Go on” to try again.";
  return "The connection was lost. What was sent is kept; press “Go on” when it is back.";
}

async function ask(url) {
  try {
    const answer = await fetch(`${url}/state`, { headers: { Accept: "application/json" } });
    if (answer.ok) return await answer.json();
    return { state: [401, 403].includes(answer.status) ? "locked out" : "unknown" };
  } catch {
    return { state: "unknown" }; // the network may come back
  }
}

// What a camera wrote beside footage goes after it, so that it finds its recording.
function next() {
  const under = (...states) => [...entries].filter((entry) => states.includes(entry.state));
  const footage = under("waiting", "sending", "checking").some((entry) => !entry.isBeside);
  const ready = under("waiting").filter((entry) => !entry.isBeside || !footage);
  for (const entry of ready.slice(0, Math.max(0, AT_ONCE - under("sending").length))) entry.send();
}

function summarize() {
  const states = [...entries].map((entry) => entry.state);
  const done = states.filter((state) => FINAL.has(state)).length;
  const chosen = states.filter((state) => state === "chosen").length;
  document.getElementById("chosen").hidden = !entries.size;
  document.getElementById("same").hidden = chosen < 2;
  const start = document.getElementById("start");
  start.disabled = !chosen;
  start.textContent = chosen > 1 ? `Upload ${chosen} files` : "Upload";
  document.getElementById("summary").textContent = done ? `${done} of ${states.length} finished.` : "";
}

function add(files) {
  for (const file of files) {
    const entry = new Entry(file);
    entries.add(entry);
    list.append(entry.element);
    if (entry.state === "chosen") entry.show("chosen");
  }
  list.querySelector("li:not([data-state]) input, li[data-state=chosen] input")?.focus();
  summarize();
}

function sameForAll() {
  const [first, ...others] = [...entries].filter((entry) => entry.state === "chosen");
  for (const other of others) {
    for (const name of FIELDS) other.part(`[name=${name}]`).value = first.part(`[name=${name}]`).value;
  }
}

async function discard(button) {
  if (!window.confirm("Discard what was received of this file? The original on your side is not touched.")) return;
  const answer = await fetch(button.closest("tr").dataset.url, {
    method: "DELETE",
    headers: { "X-CSRFToken": token, "Tus-Resumable": "1.0.0" },
  });
  if (answer.ok || answer.status === 410 || answer.status === 404) button.closest("tr").remove();
  else window.alert("It could not be discarded now. Try again in a minute.");
}

function dropZone(zone) {
  const mark = (on) => zone.classList.toggle("pv-drop--over", on);
  zone.addEventListener("dragover", (event) => (event.preventDefault(), mark(true)));
  zone.addEventListener("dragleave", () => mark(false));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    add([...event.dataTransfer.items].filter((item) => item.kind === "file" && !item.webkitGetAsEntry?.()?.isDirectory).map((item) => item.getAsFile()));
  });
}

document.getElementById("files").addEventListener("change", (event) => {
  add(event.target.files);
  event.target.value = "";
});
document.getElementById("same").addEventListener("click", sameForAll);
document.addEventListener("click", (event) => event.target.matches("[data-discard]") && discard(event.target));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  for (const entry of entries) if (entry.state === "chosen") entry.wait();
  next();
});
window.addEventListener("beforeunload", (event) => {
  if ([...entries].some((entry) => ["waiting", "sending", "checking"].includes(entry.state))) event.preventDefault();
});
dropZone(document.getElementById("drop"));
