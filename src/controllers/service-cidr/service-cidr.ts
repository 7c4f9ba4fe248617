import { ipaddresses, servicecidrs } from "../../api/resources.ts";
import type { IPAddress, ServiceCIDR } from "../../api/types/networking-v1.ts";
import { cidrContains, parseCidr, parseIpv4, type Cidr } from "../../lib/cidr.ts";
import { timestamp } from "../../lib/time/clock.ts";
import { updateStatus, type Action } from "../actions.ts";
import { defineController, watch, type Controller, systemAccount } from "../controller.ts";

interface ServiceCidrSnapshot {
  readonly cidr: ServiceCIDR;
  readonly others: readonly ServiceCIDR[];
  readonly addresses: readonly IPAddress[];
}

const FINALIZER = "networking.k8s.io/service-cidr-finalizer";
/** So that all servers have heard that no more addresses come from there. */
const GRACE_MS = 10_000;

/** Says that a range is ready, and keeps one that is deleted as long as addresses come from nowhere else. */
export const serviceCidrController: Controller = defineController({
  name: "service-cidr-controller",
  user: systemAccount("service-cidrs-controller"),
  connect({ informers }) {
    const cidrs = informers.informer(servicecidrs);
    const addresses = informers.informer(ipaddresses);
    const all = (): string[] => cidrs.list().map(({ metadata }) => metadata.name ?? "");
    return {
      watches: [
        // What one of them holds back depends on the others.
        watch(cidrs, () => all()),
        watch(addresses, () =>
          cidrs.list().flatMap(({ metadata }) => (metadata.deletionTimestamp ? (metadata.name ?? "") : [])),
        ),
      ],
      snapshot(key): ServiceCidrSnapshot | undefined {
        const cidr = cidrs.get(key);
        const others = cidrs.list().filter(({ metadata }) => metadata.name !== key && !metadata.deletionTimestamp);
        return cidr && { cidr, others, addresses: cidr.metadata.deletionTimestamp ? addresses.list() : [] };
      },
    };
  },
  reconcile: serviceCidrActions,
});

function serviceCidrActions({ cidr, others, addresses }: ServiceCidrSnapshot, nowMs: number): readonly Action[] {
  const { deletionTimestamp, finalizers = [] } = cidr.metadata;
  if (deletionTimestamp === undefined) {
    if (!finalizers.includes(FINALIZER)) return [withFinalizers(cidr, [...finalizers, FINALIZER])];
    return ready(cidr, { status: "True", reason: "", message: "Kubernetes Service CIDR is ready" }, nowMs);
  }
  if (isNeeded(cidr, others, addresses)) {
    const message =
      "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR";
    return ready(cidr, { status: "False", reason: "Terminating", message }, nowMs);
  }
  const dueAt = Date.parse(deletionTimestamp) + GRACE_MS;
  if (dueAt > nowMs) return [{ do: "lookAgain", afterMs: dueAt - nowMs }];
  if (!finalizers.includes(FINALIZER)) return [];
  return [
    withFinalizers(
      cidr,
      finalizers.filter((each) => each !== FINALIZER),
    ),
  ];
}

/** Whether some address comes from this range and no other. */
function isNeeded(cidr: ServiceCIDR, others: readonly ServiceCIDR[], addresses: readonly IPAddress[]): boolean {
  const own = rangesOf(cidr);
  const rest = others.flatMap(rangesOf);
  return addresses.some(({ metadata }) => {
    const ip = parseIpv4(metadata.name ?? "");
    const isIn = (ranges: readonly Cidr[]): boolean =>
      ip !== undefined && ranges.some((range) => cidrContains(range, ip));
    return metadata.labels?.["ipaddress.kubernetes.io/managed-by"] === "ipallocator.k8s.io" && isIn(own) && !isIn(rest);
  });
}

const rangesOf = ({ spec }: ServiceCIDR): readonly Cidr[] =>
  (spec?.cidrs ?? []).flatMap((range) => parseCidr(range) ?? []);

const withFinalizers = (cidr: ServiceCIDR, finalizers: string[]): Action => ({
  do: "update",
  type: servicecidrs,
  object: { ...cidr, metadata: { ...cidr.metadata, finalizers } },
});

interface Readiness {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

function ready(cidr: ServiceCIDR, wanted: Readiness, nowMs: number): readonly Action[] {
  const { conditions = [] } = cidr.status ?? {};
  const old = conditions.find(({ type }) => type === "Ready");
  if (old && old.status === wanted.status && old.reason === wanted.reason && old.message === wanted.message) return [];
  const lastTransitionTime = old?.status === wanted.status ? old.lastTransitionTime : timestamp(nowMs);
  const condition = { type: "Ready", ...wanted, lastTransitionTime };
  const status = { conditions: [...conditions.filter(({ type }) => type !== "Ready"), condition] };
  return [updateStatus(servicecidrs, { ...cidr, status } as ServiceCIDR)];
}
