import { jsonWebKey } from "../../lib/jwt.ts";
import type { ServiceAccountTokens } from "../auth/service-account-tokens.ts";
import type { PathRoutes } from "./path-routes.ts";

/** What others need to check service account tokens by themselves: OpenID Connect's discovery document and the public key. */
export function addTokenKeyRoutes(app: PathRoutes, tokens: ServiceAccountTokens): void {
  const { issuer, key } = tokens;
  app.get("/.well-known/openid-configuration", () =>
    Response.json({
      issuer,
      jwks_uri: `${issuer}/openid/v1/jwks`,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: [key.algorithm],
    }),
  );
  app.get("/openid/v1/jwks", () =>
    Response.json({ keys: [jsonWebKey(key)] }, { headers: { "content-type": "application/jwk-set+json" } }),
  );
}
