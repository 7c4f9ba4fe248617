import type { Event, LoadBalancerIngress, Service } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import { DescribeText } from "./describe-text.ts";
import { eventsSection } from "./events-text.ts";
import { labelText, nameAndLabels } from "./values.ts";

export function serviceText(
  { metadata, spec = {}, status }: Service,
  slices: readonly EndpointSlice[],
  events: readonly Event[] | undefined,
  now: number,
): string {
  const out = new DescribeText();
  const optional = (title: string, value: string | number | undefined): void => {
    if (value !== undefined && value !== "" && value !== 0) out.line(0, title, value);
  };
  nameAndLabels(out, metadata);
  out.line(0, "Selector:", labelText(spec.selector));
  out.line(0, "Type:", spec.type ?? "");
  optional("IP Family Policy:", spec.ipFamilyPolicy);
  out.line(0, "IP Families:", spec.ipFamilies?.join(",") || "<none>");
  out.line(0, "IP:", spec.clusterIP ?? "");
  out.line(0, "IPs:", spec.clusterIPs?.join(",") || "<none>");
  optional("External IPs:", spec.externalIPs?.join(","));
  optional("Desired LoadBalancer IP:", spec.loadBalancerIP);
  optional("External Name:", spec.externalName);
  optional("LoadBalancer Ingress:", status?.loadBalancer?.ingress?.map(ingressText).join(", "));
  for (const { name = "", port, protocol = "", targetPort, appProtocol, nodePort } of spec.ports ?? []) {
    const shown = name || "<unset>";
    out.line(0, "Port:", shown, `${port}/${protocol}`);
    out.line(0, "TargetPort:", `${targetPort ?? 0}/${protocol}`);
    optional("AppProtocol:", appProtocol);
    if (nodePort) out.line(0, "NodePort:", shown, `${nodePort}/${protocol}`);
    out.line(0, "Endpoints:", endpointsText(slices, name));
  }
  out.line(0, "Session Affinity:", spec.sessionAffinity ?? "");
  optional("External Traffic Policy:", spec.externalTrafficPolicy);
  optional("Internal Traffic Policy:", spec.internalTrafficPolicy);
  optional("HealthCheck NodePort:", spec.healthCheckNodePort);
  optional("LoadBalancer Source Ranges:", spec.loadBalancerSourceRanges?.join(","));
  optional("Traffic Distribution:", spec.trafficDistribution);
  eventsSection(out, events, now);
  return out.toString();
}

function ingressText({ ip, ipMode, hostname = "" }: LoadBalancerIngress): string {
  if (!ip) return hostname;
  return ipMode === undefined ? ip : `${ip} (${ipMode})`;
}

const MOST_ENDPOINTS_SHOWN = 3;

/** The ready endpoints of one port: `10.0.0.1:80,10.0.0.2:80 + 3 more...`. */
export function endpointsText(slices: readonly EndpointSlice[], portName: string): string {
  if (slices.length === 0) return "<none>";
  const all = slices.flatMap(({ ports = [], endpoints = [] }) => {
    const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false);
    const addresses = ready.map((endpoint) => endpoint.addresses?.[0] ?? "");
    if (ports.length === 0) return addresses;
    return ports
      .filter(({ name }) => (name ?? "") === portName)
      .flatMap(({ port }) => addresses.map((ip) => `${ip.includes(":") ? `[${ip}]` : ip}:${port}`));
  });
  const shown = all.slice(0, MOST_ENDPOINTS_SHOWN).join(",");
  const rest = all.length - MOST_ENDPOINTS_SHOWN;
  return rest > 0 ? `${shown} + ${rest} more...` : shown;
}
