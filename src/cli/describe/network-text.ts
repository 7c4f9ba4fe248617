import { labelSelectorText } from "../../api/label-selector.ts";
import type { Event, Service } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import type {
  Ingress,
  IngressBackend,
  IngressClass,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from "../../api/types/networking-v1.ts";
import { DescribeText } from "./describe-text.ts";
import { eventsSection } from "./events-text.ts";
import { endpointsText } from "./service-text.ts";
import { annotations, labelLines, nameAndLabels } from "./values.ts";

/** What an Ingress leads to, by the name of the Service: the Service and its slices, or why it could not be had. */
export type IngressServices = ReadonlyMap<
  string,
  { readonly service: Service; readonly slices: readonly EndpointSlice[] } | { readonly problem: string }
>;

export function ingressText(
  { metadata, spec, status }: Ingress,
  services: IngressServices,
  events: readonly Event[] | undefined,
  now: number,
): string {
  const out = new DescribeText();
  out.line(0, "Name:", metadata.name ?? "");
  out.multiline(0, "Labels:", labelLines(metadata.labels));
  out.line(0, "Namespace:", metadata.namespace ?? "");
  const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || "");
  out.line(0, "Address:", addresses.filter(Boolean).join(","));
  out.line(0, "Ingress Class:", spec?.ingressClassName ?? "<none>");
  const fallback = spec?.defaultBackend ? backendText(spec.defaultBackend, services) : "<default>";
  out.line(0, "Default backend:", fallback);
  if (spec?.tls && spec.tls.length > 0) {
    out.line(0, "TLS:");
    for (const { secretName, hosts = [] } of spec.tls)
      out.line(1, secretName ? `${secretName} terminates ${hosts.join(",")}` : `SNI routes ${hosts.join(",")}`);
  }
  out.line(0, "Rules:");
  out.line(1, "Host", "Path", "Backends");
  out.line(1, "----", "----", "--------");
  const rules = (spec?.rules ?? []).filter(({ http }) => http);
  for (const { host, http } of rules) {
    out.line(1, host || "*", "");
    for (const { path = "", backend } of http?.paths ?? []) out.line(2, "", `${path} `, backendText(backend, services));
  }
  if (rules.length === 0) out.line(1, "*", "*", fallback);
  annotations(out, 0, "Annotations", metadata.annotations);
  eventsSection(out, events, now);
  return out.toString();
}

function backendText({ service: wanted, resource }: IngressBackend, services: IngressServices): string {
  if (!wanted)
    return resource ? `APIGroup: ${resource.apiGroup ?? "<none>"}, Kind: ${resource.kind}, Name: ${resource.name}` : "";
  const shown = `${wanted.name}:${wanted.port?.number || wanted.port?.name || ""}`;
  const found = services.get(wanted.name);
  if (!found || "problem" in found) return `${shown} (<error: ${found?.problem ?? ""}>)`;
  const port = (found.service.spec?.ports ?? []).find((each) =>
    wanted.port?.number ? each.port === wanted.port.number : each.name === wanted.port?.name,
  );
  return `${shown} (${endpointsText(found.slices, port?.name ?? "")})`;
}

export function ingressClassText(
  { metadata, spec }: IngressClass,
  events: readonly Event[] | undefined,
  now: number,
): string {
  const out = new DescribeText();
  out.line(0, "Name:", metadata.name ?? "");
  out.multiline(0, "Labels:", labelLines(metadata.labels));
  annotations(out, 0, "Annotations", metadata.annotations);
  out.line(0, "Controller:", spec?.controller ?? "");
  if (spec?.parameters) {
    out.line(0, "Parameters:");
    if (spec.parameters.apiGroup) out.line(1, "APIGroup:", spec.parameters.apiGroup);
    out.line(1, "Kind:", spec.parameters.kind);
    out.line(1, "Name:", spec.parameters.name);
  }
  eventsSection(out, events, now);
  return out.toString();
}

export function networkPolicyText({ metadata, spec }: NetworkPolicy): string {
  const out = new DescribeText();
  const types = spec?.policyTypes ?? [];
  const selector = labelSelectorText(spec?.podSelector ?? {});
  const affects = (type: string): boolean => (types.length === 0 ? type === "Ingress" : types.includes(type));
  out.line(0, "Name:", metadata.name ?? "");
  out.line(0, "Namespace:", metadata.namespace ?? "");
  out.line(0, "Created on:", goTime(metadata.creationTimestamp));
  out.multiline(0, "Labels:", labelLines(metadata.labels));
  annotations(out, 0, "Annotations", metadata.annotations);
  out.line(0, "Spec:");
  out.line(1, `PodSelector:     ${selector || "<none> (Allowing the specific traffic to all pods in this namespace)"}`);
  trafficSection(
    out,
    affects("Ingress"),
    "ingress",
    (spec?.ingress ?? []).map(({ ports, from }) => ({ ports, peers: from })),
  );
  trafficSection(
    out,
    affects("Egress"),
    "egress",
    (spec?.egress ?? []).map(({ ports, to }) => ({ ports, peers: to })),
  );
  out.line(1, `Policy Types: ${types.join(", ") || "<none>"}`);
  return out.toString();
}

interface TrafficRule {
  readonly ports: readonly NetworkPolicyPort[] | undefined;
  readonly peers: readonly NetworkPolicyPeer[] | undefined;
}

function trafficSection(
  out: DescribeText,
  isAffected: boolean,
  direction: "ingress" | "egress",
  rules: readonly TrafficRule[],
): void {
  if (!isAffected) return out.line(1, `Not affecting ${direction} traffic`);
  out.line(1, `Allowing ${direction} traffic:`);
  if (rules.length === 0) return out.line(2, `<none> (Selected pods are isolated for ${direction} connectivity)`);
  const [word, end] = direction === "ingress" ? ["From", "source"] : ["To", "destination"];
  for (const [index, { ports = [], peers = [] }] of rules.entries()) {
    if (ports.length === 0) out.line(2, "To Port: <any> (traffic allowed to all ports)");
    for (const { port = "", endPort, protocol = "TCP" } of ports)
      out.line(
        2,
        endPort === undefined ? `To Port: ${port}/${protocol}` : `To Port Range: ${port}-${endPort}/${protocol}`,
      );
    if (peers.length === 0) out.line(2, `${word}: <any> (traffic not restricted by ${end})`);
    for (const peer of peers) {
      out.line(2, `${word}:`);
      peerLines(out, peer);
    }
    if (index < rules.length - 1) out.line(2, "----------");
  }
}

function peerLines(out: DescribeText, { namespaceSelector, podSelector, ipBlock }: NetworkPolicyPeer): void {
  if (namespaceSelector) out.line(3, `NamespaceSelector: ${labelSelectorText(namespaceSelector) || "<none>"}`);
  if (podSelector) out.line(3, `PodSelector: ${labelSelectorText(podSelector) || "<none>"}`);
  if (namespaceSelector || podSelector || !ipBlock) return;
  out.line(3, "IPBlock:");
  out.line(4, `CIDR: ${ipBlock.cidr}`);
  out.line(4, `Except: ${(ipBlock.except ?? []).join(", ")}`);
}

/** How Go prints a time that nobody formats: `2026-11-28 15:47:45 +0000 UTC`. */
const goTime = (timestamp: string | null | undefined): string =>
  timestamp ? `${timestamp.replace("T", " ").replace(/(?:\.\d+)?Z$/, "")} +0000 UTC` : "";

export function endpointSliceText(slice: EndpointSlice, events: readonly Event[] | undefined, now: number): string {
  const out = new DescribeText();
  nameAndLabels(out, slice.metadata);
  out.line(0, "AddressType:", slice.addressType);
  const { ports = [], endpoints = [] } = slice;
  out.line(0, ports.length === 0 ? "Ports: <unset>" : "Ports:");
  if (ports.length > 0) {
    out.line(1, "Name", "Port", "Protocol");
    out.line(1, "----", "----", "--------");
  }
  for (const { name, port, protocol = "" } of ports) out.line(1, name || "<unset>", port ?? "<unset>", protocol);
  out.line(0, endpoints.length === 0 ? "Endpoints: <none>" : "Endpoints:");
  for (const { addresses, conditions, hostname, targetRef, nodeName, zone } of endpoints) {
    out.line(1, "- Addresses:", addresses.join(", ") || "<none>");
    out.line(2, "Conditions:");
    out.line(3, "Ready:", conditions?.ready ?? "<unset>");
    out.line(2, "Hostname:", hostname ?? "<unset>");
    if (targetRef) out.line(2, "TargetRef:", `${targetRef.kind}/${targetRef.name}`);
    out.line(2, "NodeName:", nodeName ?? "<unset>");
    out.line(2, "Zone:", zone ?? "<unset>");
  }
  eventsSection(out, events, now);
  return out.toString();
}
