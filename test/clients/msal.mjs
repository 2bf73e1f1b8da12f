// MSAL Node signs in, renews silently, and is refused in words it understands.
// Input: one JSON argument; output: one JSON document.
import { ConfidentialClientApplication, PublicClientApplication, InteractionRequiredAuthError } from '@azure/msal-node';
import { Browser } from './browser.mjs';

const o = JSON.parse(process.argv[2]); // {authority, clientId, clientSecret, redirectUri, scopes, otherScopes, name, password, refuse}

const client = new (o.clientSecret ? ConfidentialClientApplication : PublicClientApplication)({
  auth: { clientId: o.clientId, authority: o.authority, knownAuthorities: [new URL(o.authority).host], ...(o.clientSecret && { clientSecret: o.clientSecret }) },
});

const out = {};
const { verifier, challenge } = await pkce();
const url = await client.getAuthCodeUrl({ scopes: o.scopes, redirectUri: o.redirectUri, codeChallenge: challenge, codeChallengeMethod: 'S256' });
const end = await new Browser().signIn(url, o);
if (!end.url) {
  console.log(JSON.stringify({ status: end.status, page: end.page }));
  process.exit(0);
}
const code = new URL(end.url).searchParams.get('code');
const got = await client.acquireTokenByCode({ code, scopes: o.scopes, redirectUri: o.redirectUri, codeVerifier: verifier });
Object.assign(out, { account: got.account.username, tenant: got.tenantId, accessToken: !!got.accessToken, idToken: !!got.idToken });

const silent = await client.acquireTokenSilent({ account: got.account, scopes: o.otherScopes ?? o.scopes, forceRefresh: true });
out.silent = { accessToken: !!silent.accessToken, another: silent.accessToken !== got.accessToken };

if (o.refuse) {
  await fetch(o.refuse, { method: 'POST' }); // the test turns a policy on
  try {
    await client.acquireTokenSilent({ account: got.account, scopes: o.scopes, forceRefresh: true });
    out.refused = null;
  } catch (e) {
    out.refused = { interaction: e instanceof InteractionRequiredAuthError, error: e.errorCode, suberror: e.subError, claims: e.claims, message: e.errorMessage };
    // What an app does then: it signs in again, with the claims. The person is told why not.
    const again = await client.getAuthCodeUrl({ scopes: o.scopes, redirectUri: o.redirectUri, claims: e.claims, codeChallenge: challenge, codeChallengeMethod: 'S256' });
    const page = await new Browser().signIn(again, o);
    out.again = { status: page.status, refused: /class="reference"/.test(page.page ?? '') && page.page.includes('53003') };
  }
}
console.log(JSON.stringify(out));

async function pkce() {
  const verifier = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  return { verifier, challenge: Buffer.from(digest).toString('base64url') };
}
