import { namespaces, networkpolicies, pods } from "../../api/resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { InformerFactory } from "../../client/informer-factory.ts";
import type { Logger } from "../../lib/logger.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { CoalescedWork } from "../coalesced-work.ts";
import type { HostServedPod, PolicyPod, PolicyView } from "./policy-selection.ts";

export interface PolicyEnforcerOptions {
  readonly informers: InformerFactory;
  /** Puts the rules in force. */
  readonly enforce: (view: PolicyView) => Promise<void>;
  readonly hostServed: readonly HostServedPod[];
  readonly clock: Clock;
  readonly log: Logger;
}

const COALESCE_MS = 10;

/** Keeps the kernel's rules as NetworkPolicies, pods and namespaces say. */
export class PolicyEnforcer implements AsyncDisposable {
  readonly #options: PolicyEnforcerOptions;
  readonly #unsubscribe: readonly (() => void)[];
  readonly #work: CoalescedWork;

  constructor(options: PolicyEnforcerOptions) {
    this.#options = options;
    const { informers, clock, log } = options;
    this.#work = new CoalescedWork({
      name: "The update of network policies",
      work: async () => await options.enforce(this.#view()),
      delayMs: COALESCE_MS,
      clock,
      log,
    });
    const trigger = (): void => this.#work.trigger();
    const whenPodMatters = (pod: Pod, previous?: Pod): void => {
      if (informers.informer(networkpolicies).list().length === 0) return;
      if (!previous || podKey(pod) !== podKey(previous)) trigger();
    };
    this.#unsubscribe = [
      informers.informer(networkpolicies).onChange({ added: trigger, updated: trigger, deleted: trigger }),
      informers.informer(namespaces).onChange({ added: trigger, updated: trigger, deleted: trigger }),
      informers.informer(pods).onChange({ added: whenPodMatters, updated: whenPodMatters, deleted: whenPodMatters }),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    await this.#work[Symbol.asyncDispose]();
  }

  #view(): PolicyView {
    const { informers, hostServed } = this.#options;
    const policies = informers.informer(networkpolicies).list();
    return {
      policies,
      hostServed,
      pods: policies.length === 0 ? [] : informers.informer(pods).list().flatMap(policyPod),
      namespaceLabels: new Map(
        informers
          .informer(namespaces)
          .list()
          .map(({ metadata }) => [metadata.name ?? "", metadata.labels ?? {}]),
      ),
    };
  }
}

/** Pods in the host's network have no address of their own, and policies do not apply to them. */
function policyPod({ metadata, spec, status }: Pod): readonly PolicyPod[] {
  const ip = (status?.podIPs ?? []).map((each) => each.ip).find((each) => !each.includes(":"));
  const isFinished = status?.phase === "Succeeded" || status?.phase === "Failed";
  if (ip === undefined || isFinished || spec?.hostNetwork === true) return [];
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  const ports = [...(spec?.containers ?? []), ...sidecars].flatMap((container) =>
    (container.ports ?? []).map(({ name, protocol = "TCP", containerPort }) => ({
      name,
      protocol,
      port: containerPort,
    })),
  );
  return [{ namespace: metadata.namespace ?? "", labels: metadata.labels ?? {}, ip, ports }];
}

/** What of a pod policies depend on. */
function podKey(pod: Pod): string {
  return JSON.stringify([pod.metadata.labels, pod.status?.podIPs, pod.status?.phase]);
}
