import type { KubeObject } from "../../api/resource-type.ts";
import { ingressclasses, ingresses, secrets, services } from "../../api/resources.ts";
import type { Ingress, IngressBackend } from "../../api/types/networking-v1.ts";
import { advice, type Finding, run, waiting, wrong } from "../finding.ts";
import type { Snapshot } from "../snapshot.ts";
import { count, listed, subject } from "../subject.ts";
import { servicePortProblem } from "./service.ts";

const CLASS_ANNOTATION = "kubernetes.io/ingress.class";
const DEFAULT_ANNOTATION = "ingressclass.kubernetes.io/is-default-class";

export const ingressSubject = subject<Ingress>({
  type: ingresses,
  state: (ingress) => {
    const hosts = (ingress.spec?.rules ?? []).map(({ host }) => host ?? "*");
    return `${listed(hosts) || "*"}, ${count(backendsOf(ingress).length, "backend")}`;
  },
  findings: (ingress, snapshot) => {
    const classes = classFindings(ingress, snapshot);
    return [
      ...classes,
      ...backendsOf(ingress).flatMap((backend) => backendFindings(backend, ingress, snapshot)),
      ...certificateFindings(ingress, snapshot),
      // Without a class nobody would give it one.
      ...(classes.length === 0 ? addressFindings(ingress) : []),
    ];
  },
  related: (ingress, snapshot): readonly KubeObject[] =>
    backendsOf(ingress).flatMap(
      ({ service }) => snapshot.find(services, service?.name ?? "", ingress.metadata.namespace) ?? [],
    ),
});

interface Backend extends IngressBackend {
  /** `web.localhost/api` */
  readonly where: string;
}

function backendsOf({ spec }: Ingress): readonly Backend[] {
  return [
    ...(spec?.defaultBackend ? [{ ...spec.defaultBackend, where: "the default backend" }] : []),
    ...(spec?.rules ?? []).flatMap(({ host = "*", http }) =>
      (http?.paths ?? []).map(({ path = "/", backend }) => ({ ...backend, where: `${host}${path}` })),
    ),
  ];
}

const classOf = ({ metadata, spec }: Ingress): string | undefined =>
  spec?.ingressClassName ?? metadata.annotations?.[CLASS_ANNOTATION];

function classFindings(ingress: Ingress, snapshot: Snapshot): readonly Finding[] {
  if (!snapshot.knows(ingressclasses)) return [];
  const all = snapshot.list(ingressclasses);
  const names = all.map(({ metadata }) => metadata.name ?? "");
  const wanted = classOf(ingress);
  const evidence = [
    names.length > 0
      ? `Classes of this cluster: ${names.join(", ")}`
      : "This cluster has no IngressClass: no ingress controller is installed",
  ];
  const remedies =
    names[0] === undefined
      ? [advice("install an ingress controller")]
      : [
          run(
            "name one of them",
            `kube patch ingress ${ingress.metadata.name} --type=merge -p '{"spec":{"ingressClassName":"${names[0]}"}}'`,
            ingress.metadata.namespace,
          ),
        ];
  if (wanted === undefined) {
    const hasDefault = all.some(({ metadata }) => metadata.annotations?.[DEFAULT_ANNOTATION] === "true");
    return hasDefault
      ? []
      : [
          wrong("NoIngressClass", "it names no class, and no class is the default: nobody serves it", {
            evidence,
            remedies,
          }),
        ];
  }
  return names.includes(wanted)
    ? []
    : [
        wrong("UnknownIngressClass", `its class ${JSON.stringify(wanted)} does not exist: nobody serves it`, {
          evidence,
          remedies,
        }),
      ];
}

function backendFindings(
  { service, resource, where }: Backend,
  { metadata }: Ingress,
  snapshot: Snapshot,
): readonly Finding[] {
  if (!service || resource || !snapshot.knows(services)) return [];
  const found = snapshot.find(services, service.name, metadata.namespace);
  if (!found) {
    const there = snapshot.list(services, metadata.namespace).map((each) => each.metadata.name ?? "");
    return [
      wrong("BackendMissing", `${where} leads to the Service ${JSON.stringify(service.name)}, which does not exist`, {
        evidence: [
          there.length > 0 ? `Services of the namespace: ${listed(there, 8)}` : "There is no Service in the namespace",
        ],
        remedies: [
          run("mend the name, or create the Service", `kube edit ingress ${metadata.name}`, metadata.namespace),
        ],
      }),
    ];
  }
  const problem = servicePortProblem(found, service.port ?? {});
  return problem === undefined
    ? []
    : [
        wrong("BackendPortMissing", `${where} leads to the Service ${JSON.stringify(service.name)}, which ${problem}`, {
          remedies: [run("mend the port", `kube edit ingress ${metadata.name}`, metadata.namespace)],
        }),
      ];
}

function certificateFindings({ metadata, spec }: Ingress, snapshot: Snapshot): readonly Finding[] {
  if (!snapshot.knows(secrets)) return [];
  return (spec?.tls ?? []).flatMap(({ secretName, hosts = [] }): readonly Finding[] => {
    if (secretName === undefined) return [];
    const found = snapshot.find(secrets, secretName, metadata.namespace);
    const keys = Object.keys(found?.data ?? {});
    if (found && keys.includes("tls.crt") && keys.includes("tls.key")) return [];
    const how = found ? "is no certificate: it lacks tls.crt or tls.key" : "does not exist";
    return [
      wrong(
        "CertificateMissing",
        `the Secret ${JSON.stringify(secretName)} with the certificate of ${listed(hosts) || "its hosts"} ${how}`,
        {
          remedies: [
            run("create it", `kube create secret tls ${secretName} --cert=FILE --key=FILE`, metadata.namespace),
          ],
        },
      ),
    ];
  });
}

function addressFindings({ status }: Ingress): readonly Finding[] {
  const isServed = (status?.loadBalancer?.ingress ?? []).length > 0;
  return isServed ? [] : [waiting("NoAddressYet", "no ingress controller has given it an address yet")];
}
