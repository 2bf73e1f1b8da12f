// What pages do better with a script: passkeys, copying, showing a password,
// the reader's own time. Everything else works without it.
"use strict";

(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  // A second press of a button would post a hop that is used up.
  for (const form of all("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "yes";
      form.setAttribute("aria-busy", "true");
    });
  }
  // Going back shows the page as it was left, its forms locked.
  window.addEventListener("pageshow", () => {
    for (const form of all("form[data-sent]")) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    }
  });

  for (const button of all("[data-copy]")) {
    const source = document.getElementById(button.dataset.copy);
    const said = button.parentElement.querySelector("[data-copied]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.textContent);
      } catch {
        // Without the permission, or on plain http: mark it, and copy that.
        const range = document.createRange();
        range.selectNodeContents(source);
        const selection = window.getSelection();
        selection.removeAllRanges();
        selection.addRange(range);
        if (!document.execCommand("copy")) {
          source.focus();
          return;
        }
      }
      said.textContent = said.dataset.copied;
    });
  }

  for (const button of all("[data-reveal]")) {
    const field = document.getElementById(button.dataset.reveal);
    const type = field.type;
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = field.type === "text";
      field.type = shown ? type : "text";
      button.setAttribute("aria-pressed", String(!shown));
      field.focus();
    });
    // A password manager must not learn a text field.
    field.form.addEventListener("submit", () => { field.type = type; });
  }

  for (const time of all("time[data-local]")) {
    const when = new Date(time.dateTime);
    if (!isNaN(when)) {
      time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "long" }).format(when);
    }
  }

  const passkeys = typeof PublicKeyCredential === "function" &&
    typeof PublicKeyCredential.parseRequestOptionsFromJSON === "function" &&
    typeof PublicKeyCredential.parseCreationOptionsFromJSON === "function";

  // ask starts a ceremony and posts what comes of it; it returns whether it did.
  const ask = async (box, form, extra) => {
    const options = JSON.parse(box.dataset.options);
    const publicKey = options.publicKey || options;
    const credential = box.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey), ...extra });
    if (!credential) {
      return;
    }
    form.elements.passkey.value = JSON.stringify(credential.toJSON());
    form.requestSubmit ? form.requestSubmit() : form.submit();
  };

  for (const box of all("[data-passkey]")) {
    if (!passkeys) {
      const unsupported = document.getElementById(box.dataset.unsupported);
      if (unsupported) {
        unsupported.hidden = false;
        box.hidden = true;
      }
      continue;
    }
    const form = box.querySelector("form");
    const button = form.querySelector("button");
    const said = box.querySelector("[role=alert]");
    const offered = box.hidden; // beside a name: the browser may offer its passkeys there
    let waiting = offered ? new AbortController() : null;
    box.hidden = false;
    button.hidden = false;

    const run = async (extra) => {
      try {
        await ask(box, form, extra);
      } catch (failure) {
        if (failure.name === "AbortError") {
          return;
        }
        said.textContent = failure.name === "NotAllowedError" ? said.dataset.cancelled : said.dataset.failed;
        said.hidden = false;
        button.focus();
      }
    };
    button.addEventListener("click", () => {
      said.hidden = true;
      if (waiting) {
        waiting.abort(); // one ceremony at a time
        waiting = null;
      }
      run();
    });
    // Enter in the form's other fields means the button.
    form.addEventListener("submit", (event) => {
      if (!form.elements.passkey.value) {
        event.preventDefault();
        delete form.dataset.sent;
        form.removeAttribute("aria-busy");
        button.click();
      }
    });
    if (offered && PublicKeyCredential.isConditionalMediationAvailable) {
      PublicKeyCredential.isConditionalMediationAvailable().then((available) => {
        if (available && waiting) {
          ask(box, form, { mediation: "conditional", signal: waiting.signal }).catch(() => {});
        }
      });
    }
  }
})();
