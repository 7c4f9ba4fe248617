import { namespaces } from "../../api/resources.ts";
import type { Namespace } from "../../api/types/core-v1.ts";
import { advice, type Finding, type Remedy, run, waiting, wrong } from "../finding.ts";
import { ageMs } from "../snapshot.ts";
import { durationWords, subject } from "../subject.ts";

/** The namespace controller needs some seconds, and pods their grace period. */
const PATIENCE_MS = 60_000;

export const namespaceSubject = subject<Namespace>({
  type: namespaces,
  state: ({ status }) => status?.phase ?? "Active",
  findings: (namespace, snapshot) => {
    const { metadata, status } = namespace;
    if (metadata.deletionTimestamp === undefined) return [];
    const sinceMs = ageMs(snapshot, metadata.deletionTimestamp);
    const since = durationWords(sinceMs);
    const found = (status?.conditions ?? []).flatMap(({ type, status: is, message }): readonly Finding[] => {
      const known = is === "True" ? HOLDING[type] : undefined;
      if (!known) return [];
      const tell = sinceMs > PATIENCE_MS || type.endsWith("Failure") ? wrong : waiting;
      return [
        tell(type, `its deletion began ${since} ago: ${known.problem}`, {
          evidence: [message],
          remedies: known.remedies(metadata.name ?? ""),
        }),
      ];
    });
    return found.length > 0 ? found : [waiting("Terminating", `its deletion began ${since} ago`)];
  },
});

interface Holding {
  readonly problem: string;
  readonly remedies: (name: string) => readonly Remedy[];
}

const seeAll = (name: string): readonly Remedy[] => [
  run(
    "see what is left in it",
    `kube api-resources --verbs=list --namespaced -o name | xargs -n1 kube get --show-kind --ignore-not-found -n ${name}`,
  ),
];

const HOLDING: Readonly<Record<string, Holding>> = {
  NamespaceDeletionDiscoveryFailure: {
    problem: "an API that the server should know does not answer, so nobody knows what is left in it",
    remedies: () => [
      run("see which API does not answer; delete its APIService if nobody needs it", "kube get apiservices"),
    ],
  },
  NamespaceDeletionGroupVersionParsingFailure: { problem: "a type of object in it cannot be read", remedies: () => [] },
  NamespaceDeletionContentFailure: { problem: "something in it cannot be deleted", remedies: seeAll },
  NamespaceContentRemaining: { problem: "objects in it are still there", remedies: seeAll },
  NamespaceFinalizersRemaining: {
    problem: "objects in it are held by finalizers",
    remedies: (name) => [
      advice("see whether the controllers that set them run; kube why of each object tells more"),
      ...seeAll(name),
    ],
  },
};
