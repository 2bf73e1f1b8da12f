// A browser small enough to read: it follows redirects, keeps cookies and fills
// the forms of the sign-in pages.

export class Browser {
  #cookies = new Map(); // name → value; one host

  async #fetch(url, init = {}) {
    const headers = new Headers(init.headers);
    headers.set('cookie', [...this.#cookies].map(([k, v]) => `${k}=${v}`).join('; '));
    headers.set('user-agent', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36');
    headers.set('accept-language', 'en');
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      if (value === '' || /max-age=0/i.test(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return answer;
  }

  // signIn opens a URL and fills pages until the browser is sent to the redirect
  // URI or a page asks for nothing that it has. It returns {url} or {status, page}.
  async signIn(start, { redirectUri, name, password }) {
    let answer = await this.#fetch(start);
    let at = new URL(start);
    for (let step = 0; step < 30; step++) {
      const next = answer.headers.get('location');
      if (next) {
        at = new URL(next, at);
        if (at.href.startsWith(redirectUri)) return { url: at.href };
        answer = await this.#fetch(at);
        continue;
      }
      const page = await answer.text();
      const form = fill(page, { name, password });
      if (!form) return { status: answer.status, page };
      at = new URL(form.action || at, at);
      answer = await this.#fetch(at, {
        method: 'POST',
        body: new URLSearchParams(form.fields),
        headers: { origin: at.origin, 'sec-fetch-site': 'same-origin' },
      });
    }
    throw new Error('the sign-in does not come to an end');
  }
}

// fill finds the form that wants the name, the password or a yes.
function fill(page, { name, password }) {
  for (const [, attributes, body] of page.matchAll(/<form([^>]*)>(.*?)<\/form>/gs)) {
    const fields = {};
    for (const [input] of body.matchAll(/<input[^>]*>/g)) {
      if (/type="hidden"/.test(input) && attribute(input, 'name')) fields[attribute(input, 'name')] = attribute(input, 'value');
    }
    const wants = (field) => new RegExp(`<input[^>]*name="${field}"`).test(body);
    if (wants('passkey')) continue;
    if (wants('password')) fields.password = password;
    else if (wants('name')) fields.name = name;
    else if (/name="action" value="accept"/.test(body)) fields.action = 'accept';
    else continue;
    return { action: attribute(attributes, 'action'), fields };
  }
  return null;
}

function attribute(tag, name) {
  const m = tag.match(new RegExp(`${name}="([^"]*)"`));
  return m ? m[1].replaceAll('&amp;', '&').replaceAll('&#43;', '+').replaceAll('&#34;', '"').replaceAll('&#39;', "'") : '';
}
