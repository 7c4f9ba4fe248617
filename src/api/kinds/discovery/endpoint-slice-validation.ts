import { validateEndpointIp } from "../../endpoint-ip.ts";
import { checkFormat, checkRequiredAndSupported, PORT_PROTOCOLS } from "../../field-checks.ts";
import { at, child, FieldErrors } from "../../field-errors.ts";
import { parseIp, validateCanonicalIp, validateIp } from "../../ip-address.ts";
import { validateLabels } from "../../label-selector.ts";
import { dnsLabelProblems, dnsSubdomainProblems, labelKeyProblems, labelValueProblems } from "../../names.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import type { Endpoint, EndpointHints, EndpointPort, EndpointSlice } from "../../types/discovery-v1.ts";

const ADDRESS_TYPES = ["FQDN", "IPv4", "IPv6"];
const MAX_PORTS = 20_000;
const MAX_ENDPOINTS = 1000;
const MAX_ADDRESSES = 100;
const MAX_TOPOLOGY_LABELS = 16;
const MAX_HINTS = 8;

/** Endpoints that older rules let in may stay as long as nobody touches them. */
export function validateEndpointSlice(slice: EndpointSlice, errors: FieldErrors, old?: EndpointSlice): void {
  checkRequiredAndSupported(slice.addressType, ADDRESS_TYPES, "addressType", errors);
  validatePorts(slice.ports ?? [], errors);
  const found = new FieldErrors();
  validateEndpoints(slice, found);
  if (found.isEmpty || (old && semanticEqual(old.endpoints, slice.endpoints))) return;
  errors.errors.push(...found.errors);
}

function validatePorts(ports: readonly EndpointPort[], errors: FieldErrors): void {
  if (ports.length > MAX_PORTS) return errors.tooMany("ports", ports.length, MAX_PORTS);
  const names = new Set<string>();
  ports.forEach(({ name = "", protocol, appProtocol }, index) => {
    const path = at("ports", index);
    if (name !== "") checkFormat(name, dnsLabelProblems(name), child(path, "name"), errors);
    if (names.has(name)) errors.duplicate(child(path, "name"), name);
    names.add(name);
    checkRequiredAndSupported(protocol, PORT_PROTOCOLS, child(path, "protocol"), errors);
    if (appProtocol !== undefined) {
      checkFormat(appProtocol, labelKeyProblems(appProtocol), child(path, "appProtocol"), errors);
    }
  });
}

function validateEndpoints({ endpoints, addressType }: EndpointSlice, errors: FieldErrors): void {
  const list = endpoints ?? [];
  if (list.length > MAX_ENDPOINTS) return errors.tooMany("endpoints", list.length, MAX_ENDPOINTS);
  list.forEach((endpoint, index) => validateEndpoint(endpoint, addressType, at("endpoints", index), errors));
}

function validateEndpoint(endpoint: Endpoint, addressType: string, path: string, errors: FieldErrors): void {
  const { nodeName, deprecatedTopology, hostname, hints } = endpoint;
  const addresses = endpoint.addresses ?? [];
  const addressesPath = child(path, "addresses");
  if (addresses.length === 0) errors.required(addressesPath, "must contain at least 1 address");
  else if (addresses.length > MAX_ADDRESSES) errors.tooMany(addressesPath, addresses.length, MAX_ADDRESSES);
  addresses.forEach((address, index) => validateAddress(address, addressType, addressesPath, index, errors));
  if (nodeName !== undefined) checkFormat(nodeName, dnsSubdomainProblems(nodeName), child(path, "nodeName"), errors);

  const topologyPath = child(path, "deprecatedTopology");
  const labelCount = Object.keys(deprecatedTopology ?? {}).length;
  if (labelCount > MAX_TOPOLOGY_LABELS) errors.tooMany(topologyPath, labelCount, MAX_TOPOLOGY_LABELS);
  validateLabels(deprecatedTopology, topologyPath, errors);
  if (hostname !== undefined) checkFormat(hostname, dnsLabelProblems(hostname), child(path, "hostname"), errors);
  if (hints) validateHints(hints, child(path, "hints"), errors);
}

function validateAddress(
  address: string,
  addressType: string,
  addressesPath: string,
  index: number,
  errors: FieldErrors,
): void {
  const path = at(addressesPath, index);
  if (addressType === "FQDN") return validateDomainName(address, path, errors);
  if (addressType !== "IPv4" && addressType !== "IPv6") return;
  const found = new FieldErrors();
  if (addressType === "IPv4") validateIp(address, path, found);
  else validateCanonicalIp(address, path, found);
  errors.errors.push(...found.errors);
  if (!found.isEmpty) return;
  if (parseIp(address)?.family !== (addressType === "IPv4" ? 4 : 6)) {
    errors.invalid(addressesPath, address, `must be an ${addressType} address`);
  }
  validateEndpointIp(address, path, errors);
}

function validateDomainName(address: string, path: string, errors: FieldErrors): void {
  const name = address.endsWith(".") ? address.slice(0, -1) : address;
  if (address === "") return errors.required(path, "");
  const problems = dnsSubdomainProblems(name);
  if (problems.length > 0) return errors.invalid(path, name, problems.join(","));
  const labels = name.split(".");
  if (labels.length < 2) {
    return errors.invalid(path, name, "should be a domain with at least two segments separated by dots");
  }
  for (const label of labels) {
    const labelProblems = dnsLabelProblems(label);
    if (labelProblems.length > 0) errors.invalid(path, label, labelProblems.join(","));
  }
}

function validateHints({ forZones = [], forNodes = [] }: EndpointHints, path: string, errors: FieldErrors): void {
  const isWithinLimits = validateNames(forZones, labelValueProblems, child(path, "forZones"), errors);
  if (isWithinLimits) validateNames(forNodes, dnsSubdomainProblems, child(path, "forNodes"), errors);
}

function validateNames(
  items: readonly { readonly name: string }[],
  problems: (name: string) => readonly string[],
  path: string,
  errors: FieldErrors,
): boolean {
  if (items.length > MAX_HINTS) {
    errors.tooMany(path, items.length, MAX_HINTS);
    return false;
  }
  const names = new Set<string>();
  items.forEach(({ name }, index) => {
    const namePath = child(at(path, index), "name");
    if (names.has(name)) errors.duplicate(namePath, name);
    names.add(name);
    checkFormat(name, problems(name), namePath, errors);
  });
  return true;
}
