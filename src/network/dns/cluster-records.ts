import type { Service } from "../../api/types/core-v1.ts";
import type { Endpoint, EndpointSlice } from "../../api/types/discovery-v1.ts";
import { serviceNameOf } from "../services/slices-by-service.ts";

/**
 * The names of a cluster, by the specification for DNS-based service discovery 1.1.0 (github.com/kubernetes/dns/docs/specification.md)
 * and CoreDNS's kubernetes plugin where that is silent.
 */
export interface DnsQuestion {
  /** Lower case, without the final dot. */
  readonly name: string;
  readonly type: string;
}

export type DnsRecord =
  | { readonly type: "A" | "AAAA" | "CNAME" | "PTR" | "TXT"; readonly name: string; readonly value: string }
  | { readonly type: "SRV"; readonly name: string; readonly target: string; readonly port: number };

export type DnsAnswer =
  | { readonly outcome: "found"; readonly answers: readonly DnsRecord[]; readonly additionals: readonly DnsRecord[] }
  /** The name exists, though not with this type. */
  | { readonly outcome: "no-data" }
  | { readonly outcome: "no-such-name" }
  /** Not a name of the cluster: someone else knows. */
  | { readonly outcome: "elsewhere" };

/** What answers are made from: live, so that an answer is never older than the informers. */
export interface DnsView {
  readonly clusterDomain: string;
  hasNamespace(namespace: string): boolean;
  service(namespace: string, name: string): Service | undefined;
  slices(namespace: string, service: string): readonly EndpointSlice[];
  serviceByIp(ip: string): Service | undefined;
  /** The slices of headless services that have an endpoint with this address. */
  slicesByIp(ip: string): readonly EndpointSlice[];
}

const DNS_SCHEMA_VERSION = "1.1.0";
const noSuchName: DnsAnswer = { outcome: "no-such-name" };
const noData: DnsAnswer = { outcome: "no-data" };

export function clusterAnswer(question: DnsQuestion, view: DnsView): DnsAnswer {
  const reverse = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa$/.exec(question.name);
  if (reverse) return reverseAnswer(question, reverse.slice(1).toReversed().join("."), view);
  const suffix = `.${view.clusterDomain}`;
  if (question.name === view.clusterDomain) return noData;
  if (!question.name.endsWith(suffix)) return { outcome: "elsewhere" };
  const labels = question.name.slice(0, -suffix.length).split(".");
  switch (labels.at(-1)) {
    case "svc":
      return serviceAnswer(question, labels.slice(0, -1), view);
    case "pod":
      return podAnswer(question, labels.slice(0, -1), view);
    case "dns-version":
      if (labels.length > 1) return noSuchName;
      return question.type === "TXT"
        ? found([{ type: "TXT", name: question.name, value: DNS_SCHEMA_VERSION }])
        : noData;
    default:
      return noSuchName;
  }
}

function serviceAnswer(question: DnsQuestion, labels: readonly string[], view: DnsView): DnsAnswer {
  const namespace = labels.at(-1);
  if (namespace === undefined) return noData;
  if (labels.length === 1) return view.hasNamespace(namespace) ? noData : noSuchName;
  const service = view.service(namespace, labels.at(-2) ?? "");
  if (!service) return noSuchName;
  const rest = labels.slice(0, -2);
  const zone = {
    name: `${service.metadata.name}.${namespace}.svc.${view.clusterDomain}`,
    service,
    slices: [] as readonly EndpointSlice[],
  };
  if (service.spec?.type === "ExternalName") {
    if (rest.length > 0) return noSuchName;
    return found([{ type: "CNAME", name: question.name, value: service.spec.externalName ?? "" }]);
  }
  const isHeadless = service.spec?.clusterIP === "None";
  if (isHeadless) zone.slices = view.slices(namespace, service.metadata.name ?? "");
  if (rest.length === 0)
    return isHeadless ? headlessAnswer(question, zone) : addressAnswer(question, service.spec?.clusterIPs ?? []);
  if (rest.length === 2) return portAnswer(question, rest, zone, isHeadless);
  return rest.length === 1 && isHeadless ? endpointAnswer(question, rest[0] ?? "", zone) : noSuchName;
}

interface Zone {
  /** The service's own full name. */
  readonly name: string;
  readonly service: Service;
  /** Of a headless service. */
  slices: readonly EndpointSlice[];
}

function headlessAnswer(question: DnsQuestion, zone: Zone): DnsAnswer {
  const addresses = zone.slices.flatMap((slice) =>
    (slice.endpoints ?? []).filter(isPublished).flatMap((endpoint) => endpoint.addresses),
  );
  // CoreDNS says a headless service without endpoints does not exist, and clients wait for it by that.
  return addresses.length === 0 ? noSuchName : addressAnswer(question, addresses);
}

function endpointAnswer(question: DnsQuestion, hostname: string, zone: Zone): DnsAnswer {
  const addresses = zone.slices.flatMap((slice) =>
    (slice.endpoints ?? [])
      .filter(isPublished)
      .flatMap((endpoint) => endpoint.addresses.filter((address) => endpointHostname(endpoint, address) === hostname)),
  );
  return addresses.length === 0 ? noSuchName : addressAnswer(question, addresses);
}

/** `_http._tcp.NAME.NAMESPACE.svc...` */
function portAnswer(
  question: DnsQuestion,
  [portLabel = "", protocolLabel = ""]: readonly string[],
  zone: Zone,
  isHeadless: boolean,
): DnsAnswer {
  const isWanted = (name: string | undefined, protocol: string | undefined): boolean =>
    `_${name ?? ""}` === portLabel && `_${(protocol ?? "TCP").toLowerCase()}` === protocolLabel;
  const answers: DnsRecord[] = [];
  const additionals: DnsRecord[] = [];
  if (isHeadless) {
    for (const slice of zone.slices) {
      const port = slice.ports?.find((each) => isWanted(each.name, each.protocol));
      if (port?.port === undefined) continue;
      for (const endpoint of (slice.endpoints ?? []).filter(isPublished)) {
        for (const address of endpoint.addresses) {
          const target = `${endpointHostname(endpoint, address)}.${zone.name}`;
          answers.push({ type: "SRV", name: question.name, target, port: port.port });
          additionals.push({ type: addressType(address), name: target, value: address });
        }
      }
    }
  } else {
    const port = zone.service.spec?.ports?.find((each) => isWanted(each.name, each.protocol));
    if (port) {
      answers.push({ type: "SRV", name: question.name, target: zone.name, port: port.port });
      for (const ip of zone.service.spec?.clusterIPs ?? [])
        additionals.push({ type: addressType(ip), name: zone.name, value: ip });
    }
  }
  if (answers.length === 0) return noSuchName;
  return question.type === "SRV" ? found(answers, additionals) : noData;
}

/** `10-244-0-5.NAMESPACE.pod...`: says the address back, whether or not a pod has it. */
function podAnswer(question: DnsQuestion, labels: readonly string[], view: DnsView): DnsAnswer {
  const [dashed, namespace] = labels;
  if (labels.length === 0) return noData;
  if (labels.length === 1) return view.hasNamespace(dashed ?? "") ? noData : noSuchName;
  const address = (dashed ?? "").replaceAll("-", ".");
  const isAddress = /^(\d{1,3}\.){3}\d{1,3}$/.test(address) && address.split(".").every((part) => Number(part) < 256);
  if (labels.length > 2 || namespace === undefined || !view.hasNamespace(namespace) || !isAddress) return noSuchName;
  return addressAnswer(question, [address]);
}

function reverseAnswer(question: DnsQuestion, ip: string, view: DnsView): DnsAnswer {
  const domain = `svc.${view.clusterDomain}`;
  const service = view.serviceByIp(ip);
  const names = service
    ? [`${service.metadata.name}.${service.metadata.namespace}.${domain}`]
    : view.slicesByIp(ip).flatMap((slice) => {
        const endpoint = slice.endpoints?.find((each) => each.addresses.includes(ip));
        const name = serviceNameOf(slice);
        return endpoint && name !== undefined
          ? [`${endpointHostname(endpoint, ip)}.${name}.${slice.metadata.namespace}.${domain}`]
          : [];
      });
  if (names.length === 0) return { outcome: "elsewhere" };
  return question.type === "PTR" ? found(names.map((value) => ({ type: "PTR", name: question.name, value }))) : noData;
}

export function addressAnswer(question: DnsQuestion, addresses: readonly string[]): DnsAnswer {
  if (question.type !== "A" && question.type !== "AAAA" && question.type !== "ANY") return noData;
  const records = [...new Set(addresses)]
    .map((value): DnsRecord => ({ type: addressType(value), name: question.name, value }))
    .filter((record) => question.type === "ANY" || record.type === question.type);
  return records.length === 0 ? noData : found(records);
}

const addressType = (address: string): "A" | "AAAA" => (address.includes(":") ? "AAAA" : "A");

/** Endpoints of pods that are not ready are left out; the slice says "ready" for those of services that publish them anyway. */
const isPublished = (endpoint: Endpoint): boolean => endpoint.conditions?.ready ?? true;

/** An endpoint without a name of its own is called by its address. */
function endpointHostname(endpoint: Endpoint, address: string): string {
  return endpoint.hostname ?? address.replaceAll(/[.:]/g, "-");
}

const found = (answers: readonly DnsRecord[], additionals: readonly DnsRecord[] = []): DnsAnswer => ({
  outcome: "found",
  answers,
  additionals,
});
