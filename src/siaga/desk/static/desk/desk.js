// Comfort, never a condition: everything works without this file.

// `/` goes to the search field, unless one is writing.
document.addEventListener("keydown", (event) => {
  const writing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const field = document.querySelector(".find input");
    if (field && field.offsetParent) {
      event.preventDefault();
      field.focus();
    }
  }
  if (event.key === "Escape") {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }
});

// A menu closes when one clicks beside it or opens another.
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

// A slider shows its value while it moves, and brings the panel of that value when it
// stops; without this file its button does.
document.addEventListener("input", (event) => {
  const output = event.target.form?.dataset.slider && event.target.form.querySelector("output");
  if (output) output.textContent = Number(event.target.value).toLocaleString(document.documentElement.lang);
});
document.addEventListener("change", async (event) => {
  const form = event.target.form;
  if (!form?.dataset.slider) return;
  const url = new URL(form.action);
  url.search = new URLSearchParams(new FormData(form)).toString();
  const response = await fetch(url);
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const id = form.dataset.slider;
  const fresh = page.getElementById(id);
  if (!fresh) return;
  document.getElementById(id).replaceWith(fresh);
  history.replaceState(history.state, "", url);
  fresh.querySelector(`#${event.target.id}`)?.focus();
});
