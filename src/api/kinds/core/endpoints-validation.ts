import { validateEndpointIp } from "../../endpoint-ip.ts";
import { checkFormat, checkRequiredAndSupported, PORT_PROTOCOLS } from "../../field-checks.ts";
import { at, child, FieldErrors } from "../../field-errors.ts";
import { validateIp } from "../../ip-address.ts";
import { dnsLabelProblems, dnsSubdomainProblems, labelKeyProblems, portNumberProblems } from "../../names.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import type { EndpointAddress, EndpointPort, Endpoints, EndpointSubset } from "../../types/core-v1.ts";

/** Subsets that older rules let in may stay as long as nobody touches them. */
export function validateEndpoints({ subsets = [] }: Endpoints, errors: FieldErrors, old?: Endpoints): void {
  const found = new FieldErrors();
  subsets.forEach((subset, index) => validateSubset(subset, at("subsets", index), found));
  if (found.isEmpty || (old && semanticEqual(old.subsets, subsets))) return;
  errors.errors.push(...found.errors);
}

function validateSubset(
  { addresses = [], notReadyAddresses = [], ports = [] }: EndpointSubset,
  path: string,
  errors: FieldErrors,
): void {
  if (addresses.length + notReadyAddresses.length === 0) {
    errors.required(path, "must specify `addresses` or `notReadyAddresses`");
  }
  addresses.forEach((address, index) => validateAddress(address, at(child(path, "addresses"), index), errors));
  notReadyAddresses.forEach((address, index) =>
    validateAddress(address, at(child(path, "notReadyAddresses"), index), errors),
  );
  ports.forEach((port, index) => validatePort(port, ports.length > 1, at(child(path, "ports"), index), errors));
}

function validateAddress({ ip, hostname, nodeName }: EndpointAddress, path: string, errors: FieldErrors): void {
  validateIp(ip, child(path, "ip"), errors);
  if (hostname) checkFormat(hostname, dnsLabelProblems(hostname), child(path, "hostname"), errors);
  if (nodeName !== undefined) checkFormat(nodeName, dnsSubdomainProblems(nodeName), child(path, "nodeName"), errors);
  validateEndpointIp(ip, child(path, "ip"), errors);
}

function validatePort(
  { name, port, protocol, appProtocol }: EndpointPort,
  isOneOfSeveral: boolean,
  path: string,
  errors: FieldErrors,
): void {
  if (name) checkFormat(name, dnsLabelProblems(name), child(path, "name"), errors);
  else if (isOneOfSeveral) errors.required(child(path, "name"), "");
  checkFormat(port, portNumberProblems(port), child(path, "port"), errors);
  checkRequiredAndSupported(protocol, PORT_PROTOCOLS, child(path, "protocol"), errors);
  if (appProtocol !== undefined) {
    checkFormat(appProtocol, labelKeyProblems(appProtocol), child(path, "appProtocol"), errors);
  }
}
