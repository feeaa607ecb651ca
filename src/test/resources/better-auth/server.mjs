// Better Auth with its OAuth provider, in memory, for the tests: one person of each role.
import { createServer } from 'node:http';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { jwt } from 'better-auth/plugins';
import { toNodeHandler } from 'better-auth/node';
import { oauthProvider, oauthProviderOpenIdConfigMetadata } from '@better-auth/oauth-provider';

const port = Number(process.env.PORT);
const baseURL = `http://127.0.0.1:${port}`;
const tables = ['user', 'session', 'account', 'verification', 'jwks', 'oauthClient', 'oauthAccessToken', 'oauthRefreshToken',
  'oauthConsent', 'oauthResource', 'oauthClientResource', 'oauthClientAssertion'];
const membership = user => ({ academy: user.academy, roles: String(user.roles ?? '').split(' ') });
const auth = betterAuth({
  baseURL,
  secret: 'a-secret-of-the-tests-a-secret-of-the-tests',
  database: memoryAdapter(Object.fromEntries(tables.map(table => [table, []]))),
  telemetry: { enabled: false },
  rateLimit: { enabled: false },
  disabledPaths: ['/token'],
  emailAndPassword: { enabled: true },
  user: {
    additionalFields: {
      // Set by the server alone: nobody signs up as an owner.
      academy: { type: 'string', required: false, input: false },
      roles: { type: 'string', required: false, input: false },
    },
  },
  plugins: [
    jwt(),
    oauthProvider({
      generateClientId: () => 'portal',
      generateClientSecret: () => process.env.CLIENT_SECRET,
      loginPage: '/sign-in',
      consentPage: '/consent',
      scopes: ['openid', 'profile', 'email', 'offline_access'],
      // In a code flow it puts none of the profile's claims there by itself.
      customIdTokenClaims: ({ user }) => ({ ...membership(user), name: user.name, email: user.email }),
      customUserInfoClaims: ({ user }) => ({ membership: membership(user) }),
    }),
  ],
});
const context = await auth.$context;
for (const [name, academy, roles] of [['olga', 'harbour', 'owner'], ['ada', 'harbour', 'admin'], ['vic', 'harbour', '']]) {
  await auth.api.signUpEmail({ body: { email: `${name}@example.com`, password: 'password-of-tests', name } });
  const user = await context.internalAdapter.findUserByEmail(`${name}@example.com`);
  await context.internalAdapter.updateUser(user.user.id, { academy, roles });
}
const registrar = await auth.api.signInEmail({
  body: { email: 'olga@example.com', password: 'password-of-tests' }, returnHeaders: true });
const redirects = process.env.REDIRECTS.split(' ');
const client = await auth.api.adminCreateOAuthClient({
  headers: new Headers({ cookie: registrar.headers.getSetCookie().map(cookie => cookie.split(';')[0]).join('; ') }),
  body: {
    redirect_uris: redirects,
    post_logout_redirect_uris: redirects.map(address => address.replace('callback', 'signed-out')),
    client_name: 'portal',
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['authorization_code', 'refresh_token'],
    application_type: 'native',
    skip_consent: true,
    enable_end_session: true,
  },
});
const metadata = oauthProviderOpenIdConfigMetadata(auth);
const handler = toNodeHandler(auth);
createServer(async (request, response) => {
  if (request.url.endsWith('/.well-known/openid-configuration')) {
    const answer = await metadata(new Request(baseURL + request.url));
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  } else if (request.url.startsWith('/sign-in?')) {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Sign in</h1>');
  } else {
    handler(request, response);
  }
}).listen(port, '127.0.0.1', () => console.log(`${client.client_id} is ready`));
