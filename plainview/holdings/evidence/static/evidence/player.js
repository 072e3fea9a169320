// Plays the files of one recording as one film: one timeline over all of them, pictures under the pointer, both clocks,
// and the dot on the trail. Without this module the plain <video controls> still plays.

const $ = (id) => document.getElementById(id);
const box = $("player"), video = $("video"), timeline = $("timeline");
const SPEEDS = [0.5, 1, 1.5, 2, 3, 4];

const two = (n) => String(n).padStart(2, "0");
function clock(seconds) {
  const s = Math.max(0, Math.floor(seconds + 1e-6)), h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
  return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}
const day = { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };

let facts = readFacts(), parts = facts.parts, at = 0;
let playWhenReady = false, dragging = false, waves = new Map();
const wallClock = new Intl.DateTimeFormat("en-US", { ...day, timeZone: facts.zone, timeZoneName: "short" });
const cameraClock = new Intl.DateTimeFormat("en-US", { ...day, timeZone: "UTC" });

function readFacts() { return JSON.parse($("player-facts").textContent); }

// --- where we are: seconds of the whole recording, over all its files

const lengthOf = (n) => parts[n].seconds ?? (parts[n].duration_ms ?? 0) / 1000;
const before = (n) => parts.slice(0, n).reduce((sum, _, i) => sum + lengthOf(i), 0);
const whole = () => before(parts.length);
const position = () => before(at) + video.currentTime;

function find(seconds) {
  let left = Math.max(0, seconds);
  for (let n = 0; n < parts.length; n += 1) {
    if (left < lengthOf(n) || n === parts.length - 1) return [n, Math.min(left, lengthOf(n))];
    left -= lengthOf(n);
  }
  return [0, 0];
}

// --- one file after the other

function open(n, seconds = 0, play = !video.paused) {
  at = n;
  const part = parts[n];
  for (const each of document.querySelectorAll("#playlist button")) {
    each.toggleAttribute("aria-current", Number(each.dataset.part) === n);
  }
  box.classList.toggle("ev-sound", !part.video);
  video.poster = part.poster ?? "";
  playWhenReady = play;
  if (!part.ready) { video.removeAttribute("src"); video.load(); return say("This file is not ready to play yet."); }
  say("");
  const speed = video.playbackRate;
  video.src = part.src;
  video.addEventListener("loadedmetadata", () => { video.currentTime = seconds; video.playbackRate = speed; }, { once: true });
  if (play) video.play().catch(() => {});
  show();
}

function seek(seconds) {
  const [n, local] = find(Math.min(seconds, whole()));
  if (n !== at) open(n, local); else if (parts[n].ready) video.currentTime = local;
  show();
}

function say(words) { $("overlay").textContent = words; $("overlay").hidden = !words; }

// --- what is shown

function show() {
  const now = position(), all = whole(), share = all ? Math.min(1, now / all) : 0;
  $("played").style.width = `${share * 100}%`;
  $("cursor").style.left = `${share * 100}%`;
  $("now").textContent = clock(now);
  $("whole").textContent = clock(all);
  timeline.setAttribute("aria-valuemax", Math.round(all));
  timeline.setAttribute("aria-valuenow", Math.round(now));
  timeline.setAttribute("aria-valuetext", `${clock(now)} of ${clock(all)}`);
  const part = parts[at], ms = video.currentTime * 1000;
  $("wall").textContent = part.start_ms === null ? "Not known" : wallClock.format(part.start_ms + ms);
  $("camera-clock").textContent = part.clock_ms === null ? "Not stated in the file" : cameraClock.format(part.clock_ms + ms);
  moveDot(ms);
}

function moveDot(ms) {
  const dot = $("trail-now");
  if (!dot) return;
  const here = facts.dots.filter((d) => d[0] === at);
  let low = 0, high = here.length - 1;
  while (low < high) { const mid = (low + high + 1) >> 1; if (here[mid][1] <= ms) low = mid; else high = mid - 1; }
  const a = here[low], b = here[low + 1] ?? a;
  if (!a || ms < a[1] - 2000 || ms > b[1] + 60000) return dot.setAttribute("visibility", "hidden");
  const share = b[1] > a[1] ? Math.min(1, Math.max(0, (ms - a[1]) / (b[1] - a[1]))) : 0;
  dot.setAttribute("transform", `translate(${a[2] + (b[2] - a[2]) * share} ${a[3] + (b[3] - a[3]) * share})`);
  dot.setAttribute("visibility", "visible");
}

function preview(event) {
  const frame = timeline.getBoundingClientRect();
  const share = Math.min(1, Math.max(0, (event.clientX - frame.left) / frame.width));
  const seconds = share * whole(), [n, local] = find(seconds), scrub = parts[n]?.scrub;
  const picture = $("preview-picture");
  picture.hidden = !scrub;
  if (scrub) {
    const i = Math.min(scrub.count - 1, Math.floor((local * 1000) / scrub.every_ms));
    picture.style.width = `${scrub.width}px`;
    picture.style.height = `${scrub.height}px`;
    picture.style.backgroundImage = `url("${scrub.src}")`;
    picture.style.backgroundPosition = `-${(i % scrub.columns) * scrub.width}px -${Math.floor(i / scrub.columns) * scrub.height}px`;
  }
  const half = (scrub ? scrub.width : 48) / 2 + 4;
  $("preview").style.left = `${Math.min(frame.width - half, Math.max(half, share * frame.width))}px`;
  $("preview-time").textContent = clock(seconds);
  $("preview").hidden = false;
  return seconds;
}

// --- sound as a picture

async function loadWaves() {
  await Promise.all(parts.map(async (part, n) => {
    if (!part.waveform || waves.has(n)) return;
    waves.set(n, []);
    try {
      const answer = await fetch(part.waveform);
      if (answer.ok) waves.set(n, (await answer.json()).peaks);
    } catch { waves.delete(n); }
  }));
  box.classList.toggle("ev-quiet", ![...waves.values()].some((peaks) => peaks.length));
  drawWaves();
}

function drawWaves() {
  const canvas = $("wave"), dense = window.devicePixelRatio || 1, all = whole();
  canvas.width = timeline.clientWidth * dense;
  canvas.height = timeline.clientHeight * dense;
  const pen = canvas.getContext("2d"), middle = canvas.height / 2;
  pen.fillStyle = "#a9aeb1";
  for (const [n, peaks] of waves) {
    if (!peaks.length || !all) continue;
    const left = (before(n) / all) * canvas.width, width = (lengthOf(n) / all) * canvas.width;
    const loudest = Math.max(...peaks, 1);
    for (let x = 0; x < width; x += 2 * dense) {
      const from = Math.floor((x / width) * peaks.length), to = Math.max(from + 1, Math.floor(((x + 2 * dense) / width) * peaks.length));
      const high = (Math.max(...peaks.slice(from, to)) / loudest) * (middle - 2);
      pen.fillRect(left + x, middle - high, dense, Math.max(dense, 2 * high));
    }
  }
  pen.fillStyle = "#1b1b1b";
  for (let n = 1; n < parts.length; n += 1) pen.fillRect((before(n) / all) * canvas.width, 0, dense, canvas.height);
}

// --- what people do

const toggle = () => (video.paused ? video.play().catch(() => {}) : video.pause());
const step = (frames) => { video.pause(); seek(position() + frames / (parts[at].fps || 30)); };
const faster = (by) => {
  const next = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, SPEEDS.indexOf(Number($("speed").value)) + by))];
  $("speed").value = String(next);
  video.playbackRate = next;
};
const acts = {
  play: toggle,
  back: () => seek(position() - 5),
  on: () => seek(position() + 5),
  "frame-back": () => step(-1),
  "frame-on": () => step(1),
  mute: () => { video.muted = !video.muted; },
  full: () => (document.fullscreenElement ? document.exitFullscreen() : box.requestFullscreen()),
};
const keys = {
  " ": toggle, k: toggle, ArrowLeft: acts.back, ArrowRight: acts.on, j: () => seek(position() - 10), l: () => seek(position() + 10),
  ",": acts["frame-back"], ".": acts["frame-on"], "<": () => faster(-1), ">": () => faster(1),
  Home: () => seek(0), End: () => seek(whole()), m: acts.mute, f: acts.full,
  n: () => at + 1 < parts.length && open(at + 1), p: () => at > 0 && open(at - 1),
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
  if ((event.key === " " || event.key === "Enter") && event.target.closest("button, a, summary")) return;
  const inside = box.contains(event.target), act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act || (!inside && (event.key === "Home" || event.key === "End"))) return;
  event.preventDefault();
  act();
}

function listen() {
  box.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-do], button[data-part]");
    if (!button) return;
    if (button.dataset.do) acts[button.dataset.do](); else open(Number(button.dataset.part), 0, true);
  });
  $("speed").addEventListener("change", (event) => { video.playbackRate = Number(event.target.value); });
  document.addEventListener("keydown", onKey);
  video.addEventListener("click", toggle);
  video.addEventListener("play", () => { box.classList.add("ev-playing"); box.querySelector(".ev-play").setAttribute("aria-label", "Pause"); });
  video.addEventListener("pause", () => { box.classList.remove("ev-playing"); box.querySelector(".ev-play").setAttribute("aria-label", "Play"); });
  video.addEventListener("volumechange", () => { $("mute").setAttribute("aria-pressed", video.muted); $("mute").textContent = video.muted ? "Sound off" : "Sound on"; });
  video.addEventListener("timeupdate", show);
  video.addEventListener("seeked", show);
  video.addEventListener("loadedmetadata", () => { if (Number.isFinite(video.duration)) parts[at].seconds = video.duration; show(); drawWaves(); });
  video.addEventListener("ended", () => { if (at + 1 < parts.length) open(at + 1, 0, true); });
  video.addEventListener("error", () => { if (video.getAttribute("src")) say("The browser could not play this. The original can be downloaded below."); });
  timeline.addEventListener("pointermove", (event) => { const t = preview(event); if (dragging) seek(t); });
  timeline.addEventListener("pointerdown", (event) => { dragging = true; timeline.setPointerCapture(event.pointerId); seek(preview(event)); });
  timeline.addEventListener("pointerup", () => { dragging = false; });
  timeline.addEventListener("pointerleave", () => { if (!dragging) $("preview").hidden = true; });
  window.addEventListener("resize", drawWaves);
  // what was watched goes into history now, not when its sitting runs out
  window.addEventListener("pagehide", () => navigator.sendBeacon(facts.finished, new FormData($("finished"))));
}

// The page polls while copies and pictures are being made; what is new is taken over without disturbing what plays.
function watch() {
  new MutationObserver(() => {
    if (!$("player-facts")) return;
    const fresh = readFacts().parts, waited = !parts[at].ready;
    fresh.forEach((part, n) => Object.assign(parts[n], part));
    if (waited && parts[at].ready) open(at, 0, playWhenReady);
    else if (!video.poster && parts[at].poster) video.poster = parts[at].poster;
    loadWaves();
  }).observe(box, { childList: true });
}

video.controls = false;
for (const id of ["timeline", "controls", "clocks"]) $(id).hidden = false;
listen();
watch();
if (video.readyState >= 1 && Number.isFinite(video.duration)) parts[0].seconds = video.duration;
box.classList.toggle("ev-sound", !parts[0].video);
if (!parts[0].ready) say("This file is not ready to play yet.");
show();
loadWaves();
