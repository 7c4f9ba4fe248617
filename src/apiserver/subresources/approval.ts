import { prepareCertificateApproval } from "../../api/kinds/certificates/certificate-status.ts";
import type { CertificateSigningRequest } from "../../api/types/certificates-v1.ts";
import type { Handlers } from "../handlers.ts";
import { validateReplacement } from "../objects/object-validation.ts";
import type { RulesOf } from "../objects/update-rules.ts";
import { get } from "../verbs/get.ts";
import { patchWith } from "../verbs/patch.ts";
import { updateWith } from "../verbs/update.ts";

/** Whether a certificate may be issued: conditions only. */
const rules: RulesOf = (request) => ({
  // Only certificate signing requests have this path.
  prepare: (draft, current, context) =>
    prepareCertificateApproval(draft as CertificateSigningRequest, current as CertificateSigningRequest, context),
  validate: (draft, current) => validateReplacement(request, draft, current),
});

export const approval: Handlers = { get, update: updateWith(rules), patch: patchWith(rules) };
