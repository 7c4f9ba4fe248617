import { selectorOfLabels } from "../../api/label-selector.ts";
import { isPodFinished, isPodReady } from "../../api/pod-readiness.ts";
import { endpointslices, pods, services } from "../../api/resources.ts";
import type { Pod, Service, ServicePort } from "../../api/types/core-v1.ts";
import { advice, type Finding, run, symptom, waiting, wrong } from "../finding.ts";
import { ageMs, type Snapshot } from "../snapshot.ts";
import { count, listed, portText, subject } from "../subject.ts";
import { policyFindings } from "./isolation.ts";

export const serviceSubject = subject<Service>({
  type: services,
  state: (service, snapshot) => {
    if (service.spec?.type === "ExternalName") return `stands for ${service.spec.externalName}`;
    const { ready, all } = endpointsOf(service, snapshot);
    return `${ready} of ${count(all, "endpoint")} ready`;
  },
  findings: (service, snapshot) => {
    if (service.spec?.type === "ExternalName") return [];
    return [
      ...(hasSelector(service) ? selectorFindings(service, snapshot) : withoutSelector(service, snapshot)),
      ...loadBalancer(service, snapshot),
    ];
  },
  related: selectedPods,
});

const hasSelector = ({ spec }: Service): boolean => Object.keys(spec?.selector ?? {}).length > 0;

function endpointsOf({ metadata }: Service, snapshot: Snapshot): { readonly ready: number; readonly all: number } {
  const endpoints = snapshot
    .list(endpointslices, metadata.namespace)
    .filter((slice) => slice.metadata.labels?.["kubernetes.io/service-name"] === metadata.name)
    .flatMap((slice) => slice.endpoints ?? []);
  return { ready: endpoints.filter(({ conditions }) => conditions?.ready !== false).length, all: endpoints.length };
}

function selectedPods(service: Service, snapshot: Snapshot): readonly Pod[] {
  if (!hasSelector(service)) return [];
  const selector = selectorOfLabels(service.spec?.selector);
  return snapshot
    .list(pods, service.metadata.namespace)
    .filter((pod) => selector.matches(pod.metadata.labels) && !isPodFinished(pod));
}

function selectorFindings(service: Service, snapshot: Snapshot): readonly Finding[] {
  if (!snapshot.knows(pods)) return [];
  const selected = selectedPods(service, snapshot);
  if (selected.length === 0) return [nothingSelected(service, snapshot)];
  const ready = selected.filter(isPodReady);
  const isolating = new Map(
    selected.flatMap((pod) => policyFindings(pod, snapshot)).map((finding) => [finding.problem, finding]),
  );
  return [
    ...(service.spec?.ports ?? []).flatMap((port) => portFindings(port, service, selected)),
    ...(ready.length === 0 && service.spec?.publishNotReadyAddresses !== true
      ? [symptom("NoReadyPods", `none of the ${count(selected.length, "pod")} it selects is ready, so nobody answers`)]
      : []),
    ...[...isolating.values()].filter(({ code }) => code === "IngressIsolated"),
  ];
}

function nothingSelected({ metadata, spec }: Service, snapshot: Snapshot): Finding {
  const wanted = Object.entries(spec?.selector ?? {});
  const text = wanted.map(([key, value]) => `${key}=${value}`).join(",");
  const near = snapshot
    .list(pods, metadata.namespace)
    .map((pod) => ({ pod, missed: wanted.filter(([key, value]) => pod.metadata.labels?.[key] !== value) }))
    .filter(
      ({ pod, missed }) =>
        missed.length < wanted.length || missed.some(([key]) => pod.metadata.labels?.[key] !== undefined),
    )
    .toSorted((left, right) => left.missed.length - right.missed.length);
  const elsewhere = snapshot
    .list(pods)
    .find(
      (pod) =>
        pod.metadata.namespace !== metadata.namespace && selectorOfLabels(spec?.selector).matches(pod.metadata.labels),
    );
  return wrong("SelectsNothing", `no pod of the namespace has the labels it selects by (${text})`, {
    evidence: [
      ...near.slice(0, 3).map(({ pod, missed }) => {
        const differences = missed.map(([key]) => {
          const has = pod.metadata.labels?.[key];
          return has === undefined ? `no label ${key}` : `${key}=${has}`;
        });
        return `Pod ${pod.metadata.name} comes near, but has ${listed(differences)}`;
      }),
      ...(elsewhere
        ? [
            `Pod ${elsewhere.metadata.name} has them, in namespace ${elsewhere.metadata.namespace}: a Service selects in its own only`,
          ]
        : []),
    ],
    remedies: [
      run("see the labels of the pods", "kube get pods --show-labels", metadata.namespace),
      run("select by other labels", `kube set selector service ${metadata.name} KEY=VALUE`, metadata.namespace),
    ],
  });
}

function portFindings(port: ServicePort, service: Service, selected: readonly Pod[]): readonly Finding[] {
  const target = port.targetPort ?? port.port;
  const declared = selected.map((pod) => (pod.spec?.containers ?? []).flatMap(({ ports = [] }) => ports));
  const protocol = port.protocol ?? "TCP";
  const subjectText = `port ${port.port}${port.name ? ` (${port.name})` : ""}`;
  const known = [...new Set(declared.flat().map(({ name, containerPort }) => portText(containerPort, name)))];
  const remedies = [run("mend targetPort", `kube edit service ${service.metadata.name}`, service.metadata.namespace)];
  if (typeof target === "string" && !/^\d+$/.test(target)) {
    if (declared.some((ports) => ports.some(({ name }) => name === target))) return [];
    return [
      wrong(
        "PortNameUnknown",
        `${subjectText} leads to the port named ${JSON.stringify(target)}, which no container of its pods has`,
        {
          evidence: [known.length > 0 ? `Their ports: ${known.join(", ")}` : "They declare no ports"],
          remedies,
        },
      ),
    ];
  }
  const isDeclared = declared.some((ports) =>
    ports.some(({ containerPort, protocol: each = "TCP" }) => containerPort === Number(target) && each === protocol),
  );
  // Containers need not declare their ports: it is only odd when they declare others.
  if (isDeclared || known.length === 0) return [];
  return [
    wrong(
      "PortMismatch",
      `${subjectText} leads to port ${target} of its pods, whose containers say they listen on ${listed(known)}`,
      {
        remedies,
      },
    ),
  ];
}

function withoutSelector(service: Service, snapshot: Snapshot): readonly Finding[] {
  if (!snapshot.knows(endpointslices) || endpointsOf(service, snapshot).all > 0) return [];
  return [
    wrong("NoEndpoints", "it has no selector, and nobody has given it endpoints", {
      remedies: [advice("set spec.selector, or create an EndpointSlice with the label kubernetes.io/service-name")],
    }),
  ];
}

const LOAD_BALANCER_PATIENCE_MS = 60_000;

function loadBalancer({ metadata, spec, status }: Service, snapshot: Snapshot): readonly Finding[] {
  if (spec?.type !== "LoadBalancer" || (status?.loadBalancer?.ingress ?? []).length > 0) return [];
  if (ageMs(snapshot, metadata.creationTimestamp) < LOAD_BALANCER_PATIENCE_MS)
    return [waiting("NoAddressYet", "its load balancer has no address yet")];
  const classText =
    spec.loadBalancerClass === undefined ? "" : ` of the class ${JSON.stringify(spec.loadBalancerClass)}`;
  return [
    wrong("NoLoadBalancer", `nobody gives it an address: no load balancer${classText} runs in this cluster`, {
      remedies: [
        run("reach it by its node port meanwhile", `kube get service ${metadata.name} -o wide`, metadata.namespace),
      ],
    }),
  ];
}

/** For those that lead to Services. */
export function servicePortProblem(
  service: Service,
  wanted: { readonly name?: string | undefined; readonly number?: number | undefined },
): string | undefined {
  const ports = service.spec?.ports ?? [];
  const isThere = ports.some(({ name, port }) =>
    wanted.name === undefined ? port === wanted.number : name === wanted.name,
  );
  if (isThere) return undefined;
  return `has no port ${wanted.name ?? wanted.number}; it has ${ports.map(({ name, port }) => portText(port, name)).join(", ") || "none"}`;
}
