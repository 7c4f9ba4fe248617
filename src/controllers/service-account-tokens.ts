import { secrets, serviceaccounts } from "../api/resources.ts";
import type { Secret, ServiceAccount } from "../api/types/core-v1.ts";
import type { Action } from "./actions.ts";
import { defineController, watch, type Controller, CONTROLLER_MANAGER } from "./controller.ts";

interface TokenSecretSnapshot {
  readonly secret: Secret;
  readonly account: ServiceAccount | undefined;
  readonly caPem: string;
  readonly sign: SignClaims;
}

/** Signs with the key of service account tokens. */
export type SignClaims = (claims: Readonly<Record<string, unknown>>) => string;

const TYPE = "kubernetes.io/service-account-token";
const ACCOUNT_NAME = "kubernetes.io/service-account.name";
const ACCOUNT_UID = "kubernetes.io/service-account.uid";
const CLAIM = "kubernetes.io/serviceaccount";

/** Fills Secrets that ask for a token of a service account which never expires, and removes them with that account. */
export function serviceAccountTokensController(caPem: string, sign: SignClaims): Controller {
  return defineController({
    name: "serviceaccount-token-controller",
    user: CONTROLLER_MANAGER,
    connect({ client, informers }) {
      const tokens = informers.informer(secrets, { fieldSelector: `type=${TYPE}` });
      const accounts = informers.informer(serviceaccounts);
      const keysOf = (account: ServiceAccount): string[] =>
        tokens
          .list()
          .filter(({ metadata }) => metadata.namespace === account.metadata.namespace)
          .filter(({ metadata }) => metadata.annotations?.[ACCOUNT_NAME] === account.metadata.name)
          .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
      return {
        watches: [
          watch(tokens, ({ metadata }) => [`${metadata.namespace}/${metadata.name}`]),
          watch(accounts, (account) => keysOf(account)),
        ],
        async snapshot(key): Promise<TokenSecretSnapshot | undefined> {
          const secret = tokens.get(key);
          const name = secret?.metadata.annotations?.[ACCOUNT_NAME];
          if (!secret || !name) return undefined;
          const { namespace } = secret.metadata;
          // The cache may not have seen an account yet that is older than the Secret.
          const account =
            accounts.get(`${namespace}/${name}`) ?? (await client.resource(serviceaccounts).find({ name, namespace }));
          return { secret, account, caPem, sign };
        },
      };
    },
    reconcile: tokenSecretActions,
  });
}

function tokenSecretActions({ secret, account, caPem, sign }: TokenSecretSnapshot): readonly Action[] {
  const { metadata, data = {} } = secret;
  const wantedUid = metadata.annotations?.[ACCOUNT_UID];
  const isOurs = account && (wantedUid === undefined || wantedUid === account.metadata.uid);
  if (!isOurs) return [{ do: "delete", type: secrets, object: secret }];
  const ca = Buffer.from(caPem).toString("base64");
  if (data["ca.crt"] === ca && data["namespace"] && data["token"]) return [];
  const { namespace = "" } = metadata;
  const filled = {
    ...data,
    "ca.crt": ca,
    namespace: data["namespace"] || Buffer.from(namespace).toString("base64"),
    token: data["token"] || Buffer.from(sign(claimsOf(secret, account))).toString("base64"),
  };
  const annotations = {
    ...metadata.annotations,
    [ACCOUNT_NAME]: account.metadata.name ?? "",
    [ACCOUNT_UID]: account.metadata.uid ?? "",
  };
  return [
    {
      do: "update",
      type: secrets,
      object: { ...secret, metadata: { ...metadata, annotations }, data: filled } as Secret,
    },
  ];
}

const claimsOf = ({ metadata: secret }: Secret, { metadata: account }: ServiceAccount) => ({
  iss: "kubernetes/serviceaccount",
  [`${CLAIM}/namespace`]: secret.namespace,
  [`${CLAIM}/secret.name`]: secret.name,
  [`${CLAIM}/service-account.name`]: account.name,
  [`${CLAIM}/service-account.uid`]: account.uid,
  sub: `system:serviceaccount:${secret.namespace}:${account.name}`,
});
