import type { KubeObject } from "../../api/resource-type.ts";
import { limitranges, namespaces } from "../../api/resources.ts";
import { advice, type Finding, type Remedy, run, wrong } from "../finding.ts";
import { eventTime, type Snapshot } from "../snapshot.ts";

/** A refusal that is older has been got over, or a newer one was told. */
const RECENT_MS = 30 * 60_000;

/** Why the API server does not let a controller create what it wants to. */
export function refusalFindings(owner: KubeObject, snapshot: Snapshot): readonly Finding[] {
  const message = conditionMessage(owner) ?? eventMessage(owner, snapshot);
  if (message === undefined) return [];
  return [refusal(message, owner, snapshot)];
}

function conditionMessage(owner: KubeObject): string | undefined {
  // ReplicaSets and what is like them say so in a condition.
  const { status } = owner as {
    readonly status?: { readonly conditions?: readonly { type: string; status: string; message?: string }[] };
  };
  return status?.conditions?.find(({ type, status: is }) => type === "ReplicaFailure" && is === "True")?.message;
}

/** Others only as events, which stay when the trouble is over: what came after it counts. */
function eventMessage(owner: KubeObject, snapshot: Snapshot): string | undefined {
  const last = snapshot
    .eventsOf(owner)
    .findLast(
      ({ reason }) => reason === "FailedCreate" || reason === "SuccessfulCreate" || reason === "ProvisioningFailed",
    );
  if (last?.reason !== "FailedCreate" || snapshot.now - eventTime(last) > RECENT_MS) return undefined;
  return last.message;
}

function refusal(message: string, owner: KubeObject, snapshot: Snapshot): Finding {
  for (const [pattern, explain] of REFUSALS) {
    const match = pattern.exec(message);
    if (!match) continue;
    const { code, problem, remedies, evidence = [message] } = explain(match.slice(1).map(String), owner, snapshot);
    return wrong(code, `its pods are not let in: ${problem}`, { evidence, remedies });
  }
  return wrong("CreateFails", "its pods cannot be created", { evidence: [message] });
}

interface Refusal {
  readonly code: string;
  readonly problem: string;
  readonly evidence?: readonly string[];
  readonly remedies: readonly Remedy[];
}

const namespaceOf = ({ metadata }: KubeObject): string => metadata.namespace ?? "";

const REFUSALS: readonly (readonly [
  RegExp,
  (found: readonly string[], owner: KubeObject, snapshot: Snapshot) => Refusal,
])[] = [
  [
    /exceeded quota: ([^,]+), requested: (.+?), used: (.+?), limited: (.+?)(?:$|\n)/,
    ([quota = "", requested, used, limited], owner) => ({
      code: "QuotaExceeded",
      problem: `the ResourceQuota ${JSON.stringify(quota)} is used up`,
      evidence: [`Wanted ${requested}; used ${used} of ${limited}`],
      remedies: [
        run("see what uses it", `kube describe quota ${quota}`, namespaceOf(owner)),
        run("raise it, or run less", `kube edit quota ${quota}`, namespaceOf(owner)),
      ],
    }),
  ],
  [
    /failed quota: ([^:]+): must specify (.+?)(?:$|\n)/,
    ([quota = "", missing = ""]) => ({
      code: "QuotaNeedsRequests",
      problem: `the ResourceQuota ${JSON.stringify(quota)} counts ${missing}, so every container has to say it`,
      remedies: [advice("set resources.requests and limits of each container, or make a LimitRange that sets them")],
    }),
  ],
  [
    /(maximum|minimum) (\S+) usage per (\w+) is (\S+), but (limit|request) is ([^.\s,]+)/,
    ([bound, resource, per, amount, , is], owner, snapshot) => ({
      code: "LimitRangeRefuses",
      problem: `a LimitRange allows a ${per} ${bound === "maximum" ? "at most" : "no less than"} ${amount} of ${resource}, and it asks for ${is}`,
      remedies: [
        run(
          "see the ranges",
          `kube describe limitrange ${snapshot.list(limitranges, namespaceOf(owner))[0]?.metadata.name ?? ""}`.trim(),
          namespaceOf(owner),
        ),
        advice("change resources of the container, or the LimitRange"),
      ],
    }),
  ],
  [
    /violates PodSecurity "([^"]+)": (.+)/s,
    ([level = "", problems = ""], owner, snapshot) => ({
      code: "PodSecurityRefuses",
      problem: `the namespace allows only what is "${level.split(":")[0]}" to PodSecurity`,
      evidence: problems.split(/, (?=[a-z][a-zA-Z ]*(?: != | \(|\? ))/).map((each) => each.trim()),
      remedies: [
        advice("mend the securityContext of the pod template as the lines above say"),
        run(
          "or let the namespace have more",
          `kube label namespace ${namespaceOf(owner)} pod-security.kubernetes.io/enforce=${nextLevel(owner, snapshot)} --overwrite`,
        ),
      ],
    }),
  ],
  [
    /serviceaccount "([^"]+)" not found/,
    ([account = ""], owner) => ({
      code: "ServiceAccountMissing",
      problem: `their ServiceAccount ${JSON.stringify(account)} does not exist`,
      remedies: [run("create it", `kube create serviceaccount ${account}`, namespaceOf(owner))],
    }),
  ],
  [
    /no PriorityClass with name (\S+) was found/,
    ([name = ""]) => ({
      code: "PriorityClassMissing",
      problem: `their PriorityClass ${JSON.stringify(name)} does not exist`,
      remedies: [run("see which there are", "kube get priorityclasses")],
    }),
  ],
  [
    /ValidatingAdmissionPolicy '([^']+)' with binding '([^']+)' denied request: (.+)/s,
    ([policy = "", binding = "", message = ""]) => ({
      code: "PolicyRefuses",
      problem: `the ValidatingAdmissionPolicy ${JSON.stringify(policy)} says: ${message.trim()}`,
      remedies: [
        run(
          "see the policy and its binding",
          `kube get validatingadmissionpolicy/${policy} validatingadmissionpolicybinding/${binding} -o yaml`,
        ),
      ],
    }),
  ],
  [
    /admission webhook "([^"]+)" denied the request:? ?(.*)/s,
    ([webhook = "", message = ""]) => ({
      code: "WebhookRefuses",
      problem: `the admission webhook ${JSON.stringify(webhook)} says: ${message.trim() || "no"}`,
      remedies: [run("see whose it is", "kube get validatingwebhookconfigurations,mutatingwebhookconfigurations")],
    }),
  ],
  [
    /failed calling webhook "([^"]+)": (.+)/s,
    ([webhook = "", message = ""]) => ({
      code: "WebhookFails",
      problem: `the admission webhook ${JSON.stringify(webhook)} has to be asked and does not answer`,
      evidence: [message.trim()],
      remedies: [
        run(
          "see whose it is, and whether its Service has pods",
          "kube get validatingwebhookconfigurations,mutatingwebhookconfigurations",
        ),
        advice(
          "a webhook with failurePolicy: Ignore does not stand in the way; delete the configuration if nobody needs it",
        ),
      ],
    }),
  ],
  [
    /being terminated|because it is being terminated/,
    (_found, owner) => ({
      code: "NamespaceTerminating",
      problem: "their namespace is being deleted",
      remedies: [run("see what holds it", `kube why namespace ${namespaceOf(owner)}`)],
    }),
  ],
  [
    /forbidden: User "([^"]+)" cannot/,
    ([user = ""]) => ({
      code: "Forbidden",
      problem: `the controller (${user}) may not create them`,
      remedies: [advice("give it the role it needs")],
    }),
  ],
  [
    /is invalid: (.+)/s,
    () => ({
      code: "TemplateInvalid",
      problem: "the API server finds a mistake in them",
      remedies: [advice("mend the pod template")],
    }),
  ],
];

function nextLevel(owner: KubeObject, snapshot: Snapshot): string {
  const namespace = snapshot.find(namespaces, namespaceOf(owner));
  return namespace?.metadata.labels?.["pod-security.kubernetes.io/enforce"] === "restricted"
    ? "baseline"
    : "privileged";
}
