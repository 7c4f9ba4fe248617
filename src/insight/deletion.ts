import type { KubeObject } from "../api/resource-type.ts";
import { advice, type Finding, type Remedy, run, waiting, wrong } from "./finding.ts";
import { ageMs, type Snapshot } from "./snapshot.ts";
import { podsUsing } from "./storage/claim-users.ts";
import { count, durationWords, listed } from "./subject.ts";

/** Controllers need a moment to let go of what they hold. */
const PATIENCE_MS = 30_000;

/** What holds a deletion. Pods end in their own way, and namespaces say themselves what holds them. */
export function deletionFindings(object: KubeObject, snapshot: Snapshot): readonly Finding[] {
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  if (deletionTimestamp === undefined || finalizers.length === 0) return [];
  const sinceMs = ageMs(snapshot, deletionTimestamp);
  const tell = sinceMs > PATIENCE_MS ? wrong : waiting;
  return finalizers.map((finalizer) => {
    const { reason, remedies } = holding(finalizer, object, snapshot);
    const problem = `deleted ${durationWords(sinceMs)} ago, and still held by the finalizer ${JSON.stringify(finalizer)}: ${reason}`;
    return tell("HeldByFinalizer", problem, { remedies: sinceMs > PATIENCE_MS ? remedies : [] });
  });
}

interface Holding {
  readonly reason: string;
  readonly remedies: readonly Remedy[];
}

function holding(finalizer: string, object: KubeObject, snapshot: Snapshot): Holding {
  switch (finalizer) {
    case "kubernetes.io/pvc-protection": {
      const users = podsUsing(object, snapshot).map(({ metadata }) => metadata.name ?? "");
      return {
        reason: users.length > 0 ? `in use by pod ${listed(users)}` : "until no pod uses the claim",
        remedies: users.map((name) =>
          run("end the pod that uses it", `kube delete pod ${name}`, object.metadata.namespace),
        ),
      };
    }
    case "kubernetes.io/pv-protection":
      return {
        reason: "a claim is bound to it",
        remedies: [advice("delete the claim first; the volume goes when it is free")],
      };
    case "foregroundDeletion": {
      const dependents = snapshot.ownedBy(object);
      const names = dependents.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
      return {
        reason: `its dependents go first${names.length === 0 ? "" : ` (${count(names.length, "is", "are")} left: ${listed(names)})`}`,
        remedies: [advice("look at what is left with kube why; the owner goes with the last of them")],
      };
    }
    case "orphan":
      return { reason: "the garbage collector has to release its dependents first", remedies: [] };
    case "service.kubernetes.io/load-balancer-cleanup":
      return {
        reason: "the load balancer's provider has to take it down",
        remedies: [advice("see whether a load balancer controller runs"), letGo(finalizer, object)],
      };
    default:
      return {
        reason: "whoever set it has not done its work, or is not there any more",
        remedies: [
          advice("see whether the controller that set it runs, and what it says in its log"),
          letGo(finalizer, object),
        ],
      };
  }
}

/** The last resort: what the controller would have cleaned up stays behind. */
function letGo(finalizer: string, { kind, metadata }: KubeObject): Remedy {
  const others = (metadata.finalizers ?? []).filter((each) => each !== finalizer);
  const patch = JSON.stringify({ metadata: { finalizers: others.length === 0 ? null : others } });
  return run(
    "as a last resort take the finalizer away; what it would have cleaned up stays behind",
    `kube patch ${kind.toLowerCase()} ${metadata.name} --type=merge -p '${patch}'`,
    metadata.namespace,
  );
}
