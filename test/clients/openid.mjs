// openid-client signs in, refreshes, asks for userinfo and is refused.
// Input: one JSON argument; output: one JSON document.
import * as client from 'openid-client';
import { Browser } from './browser.mjs';

const o = JSON.parse(process.argv[2]); // {issuer, clientId, clientSecret, redirectUri, scope, name, password, refuse}

const auth = o.clientSecret ? client.ClientSecretPost(o.clientSecret) : client.None();
const config = await client.discovery(new URL(o.issuer), o.clientId, undefined, auth);

const verifier = client.randomPKCECodeVerifier();
const state = client.randomState();
const nonce = client.randomNonce();
const url = client.buildAuthorizationUrl(config, {
  redirect_uri: o.redirectUri, scope: o.scope, state, nonce,
  code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
});
const end = await new Browser().signIn(url.href, o);
if (!end.url) {
  console.log(JSON.stringify({ status: end.status, page: end.page }));
  process.exit(0);
}
const tokens = await client.authorizationCodeGrant(config, new URL(end.url), { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce });
const claims = tokens.claims();
const out = { subject: claims.sub, name: claims.preferred_username ?? claims.name, tenant: claims.tid, accessToken: !!tokens.access_token, refreshToken: !!tokens.refresh_token };

const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
out.refreshed = { accessToken: !!refreshed.access_token, rotated: refreshed.refresh_token !== tokens.refresh_token };
out.userinfo = await client.fetchUserInfo(config, refreshed.access_token, claims.sub).then((u) => u.sub === claims.sub, (e) => String(e));

if (o.refuse) {
  await fetch(o.refuse, { method: 'POST' });
  try {
    await client.refreshTokenGrant(config, refreshed.refresh_token ?? tokens.refresh_token);
    out.refused = null;
  } catch (e) {
    out.refused = { error: e.error, description: e.error_description, suberror: e.cause?.suberror, claims: e.cause?.claims, codes: e.cause?.error_codes };
  }
}
console.log(JSON.stringify(out));
