import { secrets } from "../api/resources.ts";
import type { Secret } from "../api/types/core-v1.ts";
import type { Action } from "./actions.ts";
import { defineController, watch, type Controller, systemAccount } from "./controller.ts";

/** Removes bootstrap tokens when their time is over. */
export const tokenCleaner: Controller = defineController({
  name: "token-cleaner-controller",
  user: systemAccount("token-cleaner"),
  connect({ informers }) {
    const tokens = informers.informer(secrets, { fieldSelector: "type=bootstrap.kubernetes.io/token" });
    return {
      watches: [
        watch(tokens, ({ metadata }) => (metadata.namespace === "kube-system" ? [`kube-system/${metadata.name}`] : [])),
      ],
      snapshot: (key) => tokens.get(key),
    };
  },
  reconcile: tokenCleanerActions,
});

function tokenCleanerActions(secret: Secret, nowMs: number): readonly Action[] {
  const { expiration } = secret.data ?? {};
  if (!expiration) return [];
  const dueAt = Date.parse(Buffer.from(expiration, "base64").toString());
  // What cannot be read is no time to wait for: such a token is good for nothing.
  if (dueAt > nowMs) return [{ do: "lookAgain", afterMs: dueAt - nowMs }];
  return [{ do: "delete", type: secrets, object: secret }];
}
