// Both pages that an email links to: take the token from the fragment, confirm it when a person asks, then
// set a password. Nothing is called before a button is pressed, for mail scanners run scripts too.
const element = (id) => document.getElementById(id);
const purpose = document.body.dataset.purpose;

// The link must not stay in the history, nor be seen over a shoulder.
function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (location.hash) history.replaceState(null, "", location.pathname);
  return given;
}

const first = takeToken();
if (first) element("token").value = first;
// A second link that is opened in the same tab changes nothing but the fragment: begin anew with it.
window.addEventListener("hashchange", () => {
  const given = takeToken();
  if (!given) return;
  for (const form of document.forms) form.reset();
  for (const id of ["password", "again"]) element(id).type = "password";
  element("token").value = given;
  for (const id of ["problem", "choose", "done", "resend", "sent"]) show(id, false);
  show("verify");
});

async function call(path, body) {
  let response;
  try {
    // Relative, for a proxy may serve the whole below a path.
    response = await fetch(`../iam/v1/user/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
    });
  } catch {
    throw new Error("The service cannot be reached. Please try again in a moment.");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.errorMsg ?? `The service answered with ${response.status}.`);
  return answer;
}

function show(id, visible = true) {
  element(id).hidden = !visible;
}

// Runs what a form does, once at a time, and says what went wrong.
function onSubmit(id, action) {
  const form = element(id);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    show("problem", false);
    try {
      await action();
    } catch (error) {
      element("problem").textContent = error.message;
      show("problem");
    } finally {
      button.disabled = false;
    }
  });
}

onSubmit("verify", async () => {
  try {
    const { email } = await call("activation/verify", { token: element("token").value.trim() });
    element("email").textContent = email;
    element("username").value = email;
  } catch (error) {
    show("resend");
    throw error;
  }
  show("verify", false);
  show("resend", false);
  show("sent", false);
  show("choose");
  element("password").focus();
});

onSubmit("choose", async () => {
  const password = element("password").value;
  if (password !== element("again").value) throw new Error("The two passwords are not the same.");
  await call("activation/password", { token: element("token").value.trim(), password });
  element("choose").reset();
  element("token").value = "";
  show("choose", false);
  show("done");
  element("done").focus();
});

onSubmit("resend", async () => {
  const email = element("address").value.trim();
  await call(purpose === "activation" ? "activation/resend" : "password/reset", { email });
  // The next code comes with the next mail.
  element("token").value = "";
  show("resend", false);
  show("sent");
});

element("show").addEventListener("change", (event) => {
  for (const id of ["password", "again"]) element(id).type = event.target.checked ? "text" : "password";
});
