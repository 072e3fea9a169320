// Hides what is on the screen when nobody is there (CJIS AC-11), and says so a minute before.
// Only a person counts: keys, pointer, touch. A playing video does not.
(() => {
  const { seconds, ping } = document.currentScript.dataset;
  const limit = Number(seconds) * 900; // a tenth sooner than the server's, which hears of a person in steps
  const warnBefore = Math.min(60_000, limit / 2);
  const tellServerEvery = Math.min(120_000, limit / 20);
  const begun = Date.now();
  let told = begun;
  let noted = begun;
  let dialog = null;

  // other tabs of this browser count as well
  const lastSeen = () => Math.max(begun, Number(localStorage.getItem("plainview-seen") || 0));

  function tell(body) {
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    return fetch(ping, { method: "POST", body, headers: { "X-CSRFToken": token }, keepalive: true });
  }

  function seen() {
    const now = Date.now();
    if (now - noted < 1000 && !dialog) return;
    noted = now;
    localStorage.setItem("plainview-seen", String(now));
    if (dialog) { dialog.remove(); dialog = null; }
    if (now - told < tellServerEvery) return;
    told = now;
    tell(new URLSearchParams()).catch(() => { told = 0; });
  }

  function warn() {
    dialog = document.createElement("div");
    dialog.className = "pv-idle";
    dialog.setAttribute("role", "alertdialog");
    dialog.setAttribute("aria-label", "About to log out");
    const words = document.createElement("p");
    words.textContent = "Nothing has happened for a while. You are about to be logged out.";
    const button = document.createElement("button");
    button.className = "usa-button";
    button.textContent = "Stay logged in";
    button.addEventListener("click", seen);
    dialog.append(words, button);
    document.body.append(dialog);
    button.focus();
  }

  function leave() {
    clearInterval(clock);
    const answer = tell(new URLSearchParams({ away: "1" }));
    document.body.replaceChildren();
    answer.finally(() => location.reload()); // shows the login page, which knows the way back
  }

  const clock = setInterval(() => {
    const idle = Date.now() - lastSeen();
    if (idle >= limit) {
      leave();
    } else if (idle >= limit - warnBefore && !dialog) {
      warn();
    } else if (idle < limit - warnBefore && dialog) {
      dialog.remove();
      dialog = null;
    }
  }, 1000);

  for (const kind of ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"]) {
    addEventListener(kind, seen, { passive: true });
  }
})();
