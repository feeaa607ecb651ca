// Adds dialogs, copying and toasts that go by themselves to pages that work without. Loaded as a file of its own, so that
// the content policy can forbid every inline script.
(() => {
  const dialog = () => document.getElementById("dialog");
  let opener = null;

  // A link that opens a dialog also leads to the same content as a page.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target?.id === "dialog") opener = event.detail.elt;
  });
  // Whatever is no such content, a sign-in or a failure, is shown as the page that it is.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id !== "dialog") return;
    const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    if (!answer.getElementById("sheet")) {
      event.detail.shouldSwap = false;
      location.assign(opener?.href ?? location.href);
    } else {
      event.detail.shouldSwap = true;
    }
  });
  const leave = (event) => {
    if (event.detail.target?.id === "dialog" && opener?.href) location.assign(opener.href);
  };
  document.addEventListener("htmx:sendError", leave);

  // A part that changes by itself says when it no longer can. It goes on trying, and a fresh one takes its place.
  const lost = (event) => {
    const live = event.detail.elt?.querySelector?.(".live");
    if (!live || live.classList.contains("live--stale")) return;
    live.classList.add("live--stale");
    live.prepend("Connection lost. ");
    say("Connection lost. What is shown may be out of date.");
  };
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(name, lost);

  document.addEventListener("htmx:afterSwap", (event) => {
    enhance(event.detail.target);
    if (event.detail.target?.id !== "dialog") return;
    const shown = dialog();
    const heading = shown.querySelector("h1, h2");
    if (heading) {
      heading.tabIndex = -1;
      heading.id ||= "dialog-title";
      shown.setAttribute("aria-labelledby", heading.id);
    }
    if (!shown.open) shown.showModal();
    (shown.querySelector("[autofocus]") ?? heading)?.focus();
  });
  document.addEventListener("close", (event) => {
    if (event.target !== dialog()) return;
    event.target.replaceChildren();
    opener?.focus();
  }, true);

  // Buttons that need script are hidden in the page and shown here.
  function enhance(root) {
    for (const button of root.querySelectorAll("[data-copy]")) button.hidden = false;
    for (const box of root.querySelectorAll("[data-unlocks]")) {
      const link = document.getElementById(box.dataset.unlocks);
      if (link) link.setAttribute("aria-disabled", String(!box.checked));
    }
  }

  function say(text) {
    const place = document.getElementById("said");
    if (place) place.textContent = text;
  }

  document.addEventListener("click", (event) => {
    const hit = (name) => event.target.closest?.("[data-" + name + "]");
    if (hit("close") && dialog().open) { event.preventDefault(); dialog().close(); }
    const copier = hit("copy");
    if (copier) {
      const text = document.getElementById(copier.dataset.copy).textContent.trim();
      navigator.clipboard?.writeText(text).then(() => {
        const label = copier.querySelector("[data-label]");
        if (label) label.textContent = "Copied";
        say("Copied to the clipboard");
      });
    }
    hit("dismiss")?.closest(".toast")?.remove();
    if (event.target.closest?.('a[aria-disabled="true"]')) event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
    const jump = document.getElementById("jump");
    // A dialog that is open stays: it may hold what somebody typed, or a key.
    if (!jump || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    jump.click();
  });

  document.addEventListener("change", (event) => {
    const box = event.target.closest?.("[data-unlocks]");
    if (box) document.getElementById(box.dataset.unlocks)?.setAttribute("aria-disabled", String(!box.checked));
  });

  // A toast goes after six seconds, and stays while somebody points at it or is in it.
  function fade(toast) {
    let timer = 0;
    const start = () => { timer = setTimeout(() => toast.remove(), 6000); };
    const hold = () => clearTimeout(timer);
    toast.addEventListener("pointerenter", hold);
    toast.addEventListener("focusin", hold);
    toast.addEventListener("pointerleave", start);
    toast.addEventListener("focusout", start);
    start();
  }

  document.addEventListener("DOMContentLoaded", () => {
    enhance(document);
    document.querySelectorAll(".toast").forEach(fade);
    // Said once: whoever loads the page again has not done it again.
    const here = new URL(location.href);
    if (here.searchParams.has("done")) {
      here.searchParams.delete("done");
      history.replaceState(null, "", here);
    }
  });
})();
