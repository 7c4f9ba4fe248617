import { readFile } from "node:fs/promises";

import { AuditFile } from "../../apiserver/audit/audit-file.ts";
import { parseAuditPolicy } from "../../apiserver/audit/audit-policy.ts";
import { Audit } from "../../apiserver/audit/audit.ts";
import type { Authenticator } from "../../apiserver/auth/authenticator.ts";
import { staticTokenAuthenticator } from "../../apiserver/auth/static-tokens.ts";
import type { Logger } from "../../lib/logger.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { UserError } from "../../lib/user-error.ts";
import type { ClusterConfig } from "../config/config.ts";
import type { DataDirectory } from "../config/data-directory.ts";

export interface SecurityFiles extends Disposable {
  readonly authenticators: readonly Authenticator[];
  readonly audit: Audit | undefined;
}

/** What a cluster takes from files of its user: tokens, and the policy of the audit log. */
export async function openSecurityFiles(
  config: ClusterConfig,
  directory: DataDirectory,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Promise<SecurityFiles> {
  const { tokenAuthFile, auditPolicyFile } = config;
  const authenticators =
    tokenAuthFile === undefined ? [] : [staticTokenAuthenticator(await textOf(tokenAuthFile, "--token-auth-file"))];
  if (auditPolicyFile === undefined) return { authenticators, audit: undefined, [Symbol.dispose]: () => undefined };
  const policy = parseAuditPolicy(await textOf(auditPolicyFile, "--audit-policy-file"), auditPolicyFile);
  const file = new AuditFile(directory.auditLog, log);
  return {
    authenticators,
    audit: new Audit(policy, file.write, clock),
    [Symbol.dispose]: () => file[Symbol.dispose](),
  };
}

async function textOf(path: string, option: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new UserError(`Cannot read ${path}`, {
      hint: `Start with another ${option}, or bring the file back`,
      cause,
    });
  }
}
