import { isApiError } from "../../../api/api-error.ts";
import { namespaces } from "../../../api/resources.ts";
import type { PolicyRule, Subject } from "../../../api/types/rbac-v1.ts";
import { UserError } from "../../../lib/user-error.ts";
import { booleanFlag } from "../../flags/flag.ts";
import { dryRunFlag, filenameFlags } from "../../flags/shared-flags.ts";
import { type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import { type ApiObject, metadataOf, textIn } from "../../objects/api-object.ts";
import { requestResource } from "../../objects/resource-requests.ts";
import { type ManifestEntry, manifestsOf, selectObjects } from "../../objects/select-objects.ts";
import { visitEach } from "../../objects/visit.ts";
import { dryRunOf, withDryRun } from "../../objects/write-options.ts";
import { operationPrinter, printFlags } from "../../printers/print-flags.ts";
import { reconciledBinding, reconciledRole, type Reconciliation } from "../../rbac/reconciled.ts";

const reconcileFlags = {
  ...printFlags,
  ...filenameFlags,
  "dry-run": dryRunFlag,
  "remove-extra-permissions": booleanFlag("If true, removes extra permissions added to roles"),
  "remove-extra-subjects": booleanFlag("If true, removes extra subjects added to rolebindings"),
};

type ReconcileInvocation = Invocation<typeof reconcileFlags>;

export const authReconcileCommand = kubectlCommand({
  usage: "-f FILENAME",
  flags: reconcileFlags,
  examples: `  kube auth reconcile -f roles.yaml
  kube auth reconcile -f roles.yaml --remove-extra-permissions --remove-extra-subjects`,
  run: reconcile,
});

const RBAC = "rbac.authorization.k8s.io/v1";
const MOST_ATTEMPTS = 3;

async function reconcile(invocation: ReconcileInvocation): Promise<void> {
  const { args, flags, session, context } = invocation;
  if (flags.filename.length === 0 && flags.kustomize === "") throw new UserError("must specify one of -f and -k");
  if (args.length > 0) throw new UserError("no arguments are allowed");
  const dryRun = dryRunOf(flags["dry-run"], context);
  if (dryRun === "server") throw new UserError("--dry-run=server for command reconcile is not supported yet");
  const selection = await selectObjects(session, {
    filenames: flags.filename,
    kustomize: flags.kustomize,
    recursive: flags.recursive,
    requiresNamespace: true,
  });
  const print = await operationPrinter(flags, withDryRun("reconciled", dryRun), context);
  const entries = manifestsOf(selection);
  await visitEach(
    entries,
    async (entry) => {
      const reconciliation = reconcilerFor(entry, flags);
      if (!reconciliation) return;
      const result = await reconcileOne(entry, reconciliation, dryRun === "none", invocation);
      context.stdout.write(print(result.object));
      context.stderr.write(reconciliationText(result, flags));
    },
    selection.errors,
  );
}

type Reconciler = (existing: ApiObject | undefined) => Reconciliation<ApiObject>;

/** Undefined for kinds that have nothing to do with it. */
function reconcilerFor(
  { mapping, object }: ManifestEntry,
  flags: ReconcileInvocation["flags"],
): Reconciler | undefined {
  if (mapping.group !== "rbac.authorization.k8s.io") return undefined;
  if (mapping.version !== "v1")
    throw new UserError(`only ${RBAC} is supported: not *${mapping.version}.${mapping.kind}`);
  // Parse edge: objects of this group are what their kind says.
  const roles = (existing: ApiObject | undefined) =>
    reconciledRole(existing as never, object as never, {
      removesExtra: flags["remove-extra-permissions"],
    }) as unknown as Reconciliation<ApiObject>;
  const bindings = (existing: ApiObject | undefined) =>
    reconciledBinding(existing as never, object as never, {
      removesExtra: flags["remove-extra-subjects"],
    }) as unknown as Reconciliation<ApiObject>;
  return mapping.kind.endsWith("Binding") ? bindings : roles;
}

/** Others may come in between; the difference is then taken anew. */
async function reconcileOne(
  entry: ManifestEntry,
  reconciler: Reconciler,
  isMeant: boolean,
  { session }: ReconcileInvocation,
): Promise<Reconciliation<ApiObject>> {
  const transport = await session.transport();
  const { mapping, namespace, name } = entry;
  const address = { mapping, namespace, name };
  for (let attempt = 1; ; attempt++) {
    // oxlint-disable-next-line no-await-in-loop -- an attempt follows a conflict
    const existing = await requestResource(transport, address, { method: "GET" }).catch(undefinedIfNotFound);
    const wanted = reconciler(existing);
    if (!isMeant || wanted.isProtected || wanted.operation === "none") return wanted;
    try {
      // oxlint-disable-next-line no-await-in-loop -- the last step of this attempt
      return { ...wanted, object: await carriedOut(wanted, existing, entry, session) };
    } catch (error) {
      const isRace = (["AlreadyExists", "NotFound", "Conflict"] as const).some((reason) => isApiError(error, reason));
      if (!isRace || attempt >= MOST_ATTEMPTS) throw error;
    }
  }
}

async function carriedOut(
  { operation, object }: Reconciliation<ApiObject>,
  existing: ApiObject | undefined,
  { mapping, namespace, name }: ManifestEntry,
  session: ReconcileInvocation["session"],
): Promise<ApiObject> {
  const transport = await session.transport();
  const address = { mapping, namespace, name };
  if (operation === "update") return await requestResource(transport, address, { method: "PUT", body: object });
  if (operation === "recreate" && existing) {
    const preconditions = { uid: textIn(metadataOf(existing), "uid") };
    const body = { kind: "DeleteOptions", apiVersion: "v1", preconditions };
    await requestResource(transport, address, { method: "DELETE", body }).catch(undefinedIfNotFound);
  }
  if (namespace !== "") await ensureNamespace(namespace, session);
  return await requestResource(transport, { mapping, namespace }, { method: "POST", body: object });
}

async function ensureNamespace(name: string, session: ReconcileInvocation["session"]): Promise<void> {
  const transport = await session.transport();
  const found = await requestResource(transport, { mapping: namespaces, namespace: "", name }, { method: "GET" }).catch(
    undefinedIfNotFound,
  );
  if (found) return;
  const body = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
  await requestResource(transport, { mapping: namespaces, namespace: "" }, { method: "POST", body }).catch(
    (error: unknown) => {
      if (!isApiError(error, "AlreadyExists")) throw error;
    },
  );
}

function undefinedIfNotFound(error: unknown): undefined {
  if (!isApiError(error, "NotFound")) throw error;
}

function reconciliationText(result: Reconciliation<ApiObject>, flags: ReconcileInvocation["flags"]): string {
  if (result.operation === "none") return "";
  const caveat = result.isProtected
    ? ", but object opted out (rbac.authorization.kubernetes.io/autoupdate: false)"
    : "";
  const section = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? "" : `\t${title}:\n${lines.map((line) => `\t\t${line}\n`).join("")}`;
  return [
    `\treconciliation required ${result.operation}${caveat}\n`,
    section("missing subjects added", result.missingSubjects.map(subjectText)),
    flags["remove-extra-subjects"] ? section("extra subjects removed", result.extraSubjects.map(subjectText)) : "",
    section("missing rules added", result.missingRules.map(ruleText)),
    flags["remove-extra-permissions"] ? section("extra rules removed", result.extraRules.map(ruleText)) : "",
  ].join("");
}

const subjectText = ({ kind, apiGroup = "", name, namespace = "" }: Subject): string =>
  `{Kind:${kind} APIGroup:${apiGroup} Name:${name} Namespace:${namespace}}`;

const listText = (list: readonly string[] | undefined): string => `[${(list ?? []).join(" ")}]`;

const ruleText = ({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): string =>
  `{Verbs:${listText(verbs)} APIGroups:${listText(apiGroups)} Resources:${listText(resources)} ResourceNames:${listText(resourceNames)} NonResourceURLs:${listText(nonResourceURLs)}}`;
