// oidc-provider with one client that gets JWT access tokens by its secret. Usage: node oidc.mjs PORT ALGORITHM
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import Provider from 'oidc-provider';

const [port, algorithm] = [Number(process.argv[2]), process.argv[3]];
const pair = algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
  : generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { ...pair.privateKey.export({ format: 'jwk' }), alg: algorithm, use: 'sig', kid: randomUUID() };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks: { keys: [key] },
  clients: [{
    client_id: 'member', client_secret: 'a-secret-of-a-member', grant_types: ['client_credentials'],
    redirect_uris: [], response_types: [], token_endpoint_auth_method: 'client_secret_basic',
    id_token_signed_response_alg: algorithm,
  }],
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => 'urn:network',
      getResourceServerInfo: () => ({ scope: '', accessTokenFormat: 'jwt', accessTokenTTL: 86400,
        jwt: { sign: { alg: algorithm } } }),
    },
  },
});
provider.listen(port, '127.0.0.1', () => console.log('ready'));
