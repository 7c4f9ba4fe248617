import type { Namespace } from "../../api/types/core-v1.ts";
import type { Handlers } from "../handlers.ts";
import { partRules } from "../objects/update-rules.ts";
import { updateWith } from "../verbs/update.ts";

/** The finalizers of a namespace: once it is being deleted and has none, it is gone. */
const finalizers = partRules((kept, sent) => {
  // Only namespaces have this path.
  const from = sent as Namespace;
  (kept as Namespace).spec = { ...(kept as Namespace).spec, finalizers: from.spec?.finalizers ?? [] };
});

export const finalize: Handlers = { update: updateWith(finalizers) };
