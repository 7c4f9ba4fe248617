import { ApiError, isApiError } from "../../api/api-error.ts";
import { certificatesigningrequests } from "../../api/resources.ts";
import type { CertificateSigningRequest } from "../../api/types/certificates-v1.ts";
import { timestamp } from "../../lib/time/clock.ts";
import { UserError } from "../../lib/user-error.ts";
import { booleanFlag } from "../flags/flag.ts";
import { filenameFlags } from "../flags/shared-flags.ts";
import type { Invocation } from "../kubectl-command.ts";
import { loadObjects } from "../objects/load-objects.ts";
import { requestResource } from "../objects/resource-requests.ts";
import { selectObjects } from "../objects/select-objects.ts";
import { visitEach } from "../objects/visit.ts";
import { operationPrinter, printFlags } from "../printers/print-flags.ts";

export const decideFlags = (adjective: string) => ({
  ...printFlags,
  ...filenameFlags,
  force: booleanFlag(`Update the CSR even if it is already ${adjective}.`),
});

type DecideInvocation = Invocation<ReturnType<typeof decideFlags>>;

export interface Decision {
  readonly condition: "Approved" | "Denied";
  readonly excluded: "Approved" | "Denied";
  readonly reason: string;
  readonly message: string;
}

const MOST_ATTEMPTS = 10;

/** Approves or denies requests for certificates. One that has the other decision already is refused. */
export async function decideRequests(invocation: DecideInvocation, decision: Decision): Promise<void> {
  const { args, flags, session, context } = invocation;
  const print = await operationPrinter(flags, decision.condition.toLowerCase(), context);
  if (args.length === 0 && flags.filename.length === 0 && flags.kustomize === "")
    throw new UserError("one or more CSRs must be specified as <name> or -f <filename>");
  const selection = await selectObjects(session, {
    args: args.map((name) => (name.includes("/") ? name : `certificatesigningrequests/${name}`)),
    filenames: flags.filename,
    kustomize: flags.kustomize,
    recursive: flags.recursive,
  });
  const { objects, errors } = await loadObjects(await session.transport(), selection);
  let found = 0;
  await visitEach(
    objects,
    async ({ mapping, name, object }) => {
      const { group, kind } = certificatesigningrequests;
      if (mapping.group !== group || mapping.kind !== kind)
        throw new UserError(
          `can only handle ${kind}.${group} objects, got ${[mapping.kind, mapping.group].filter(Boolean).join(".")}`,
        );
      await decide(name, decision, invocation);
      found++;
      context.stdout.write(print(object));
    },
    errors,
  );
  if (found === 0) context.stdout.write("No resources found\n");
}

async function decide(name: string, decision: Decision, { flags, session, context }: DecideInvocation): Promise<void> {
  const transport = await session.transport();
  const address = { mapping: certificatesigningrequests, namespace: "", name };
  for (let attempt = 0; ; attempt++) {
    // oxlint-disable-next-line no-await-in-loop -- an attempt follows a conflict
    const current = await requestResource(transport, address, { method: "GET" }).catch((error: unknown) => {
      if (error instanceof ApiError && error.reason === "NotFound")
        throw new UserError(`could not find v1 version of ${name}: ${error.message}`);
      throw error;
    });
    // Parse edge: the server answers about requests with requests.
    const decided = decidedRequest(current as unknown as CertificateSigningRequest, decision, context.clock.now());
    if (!decided.isNew && !flags.force) return;
    try {
      // oxlint-disable-next-line no-await-in-loop -- the last step of this attempt
      await requestResource(
        transport,
        { ...address, subresource: "approval" },
        { method: "PUT", body: decided.request },
      );
      return;
    } catch (error) {
      if (!isApiError(error, "Conflict") || attempt >= MOST_ATTEMPTS) throw error;
    }
  }
}

/** The request with the decision among its conditions. */
function decidedRequest(
  request: CertificateSigningRequest,
  { condition, excluded, reason, message }: Decision,
  now: number,
): { readonly request: CertificateSigningRequest; readonly isNew: boolean } {
  const conditions = request.status?.conditions ?? [];
  if (conditions.some(({ type }) => type === excluded))
    throw new UserError(`certificate signing request ${JSON.stringify(request.metadata.name)} is already ${excluded}`);
  if (conditions.some(({ type }) => type === condition)) return { request, isNew: false };
  const added = { type: condition, status: "True" as const, reason, message, lastUpdateTime: timestamp(now) };
  return { request: { ...request, status: { ...request.status, conditions: [...conditions, added] } }, isNew: true };
}
