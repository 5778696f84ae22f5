// A real OpenID Connect provider for the tests of GビズID: identity-provider.mjs PORT REDIRECT-URI. Anybody signs in as whoever they say.
// Ends when its standard input does.
import Provider from "oidc-provider";

const [port, redirectUri] = process.argv.slice(2);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: "grant-portal",
    client_secret: "secret-of-the-test",
    redirect_uris: [redirectUri],
    grant_types: ["authorization_code"],
    response_types: ["code"],
    token_endpoint_auth_method: "client_secret_post",
  }],
  pkce: { required: () => true, methods: ["S256"] },
  cookies: { keys: ["key-of-the-test"] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
process.stdin.on("end", () => process.exit()).resume();
