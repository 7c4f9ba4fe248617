import type { CertificateSigningRequest } from "../../api/types/certificates-v1.ts";
import type { Handlers } from "../handlers.ts";
import { partRules } from "../update-rules.ts";
import { get } from "../verbs/get.ts";
import { updateWith } from "../verbs/update.ts";

/** Whether a certificate may be issued: conditions only. */
const rules = partRules((kept, sent) => {
  // Only certificate signing requests have this path.
  const request = kept as CertificateSigningRequest;
  request.status = { ...request.status, conditions: (sent as CertificateSigningRequest).status?.conditions };
});

export const approval: Handlers = { get, update: updateWith(rules) };
