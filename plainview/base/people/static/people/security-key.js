// Says in words what allauth's script would only write to the console.
document.addEventListener("allauth.error", (event) => {
  const problem = document.getElementById("webauthn-problem");
  if (!problem) return;
  event.preventDefault();
  problem.hidden = false;
  problem.scrollIntoView({ block: "center" });
});
