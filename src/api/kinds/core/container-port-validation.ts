import { checkFormat, checkRequiredAndSupported } from "../../field-checks.ts";
import { at, child, type FieldErrors } from "../../field-errors.ts";
import { portNameProblems, portNumberProblems } from "../../names.ts";
import type { Container, ContainerPort } from "../../types/core-v1.ts";

export const PROTOCOLS = ["SCTP", "TCP", "UDP"];

export function validateContainerPorts(
  ports: readonly ContainerPort[] | undefined,
  path: string,
  errors: FieldErrors,
): void {
  const names = new Set<string>();
  ports?.forEach((port, index) => {
    const portPath = at(path, index);
    if (port.name) validatePortName(port.name, names, child(portPath, "name"), errors);
    if (!port.containerPort) errors.required(child(portPath, "containerPort"), "");
    else checkPort(port.containerPort, child(portPath, "containerPort"), errors);
    if (port.hostPort) checkPort(port.hostPort, child(portPath, "hostPort"), errors);
    checkRequiredAndSupported(port.protocol, PROTOCOLS, child(portPath, "protocol"), errors);
  });
}

/** A port in numbers, or the name of one. */
export function validatePortNumberOrName(port: number | string, path: string, errors: FieldErrors): void {
  if (typeof port === "number") checkPort(port, path, errors);
  else checkFormat(port, portNameProblems(port), path, errors);
}

/** Two containers cannot both have the same port of the host. */
export function validateHostPortConflicts(containers: readonly Container[], path: string, errors: FieldErrors): void {
  const taken = new Set<string>();
  containers.forEach(({ ports }, index) => {
    ports?.forEach(({ protocol, hostIP = "", hostPort }, portIndex) => {
      if (!hostPort) return;
      const hostAddress = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(hostAddress)) {
        errors.duplicate(child(at(child(at(path, index), "ports"), portIndex), "hostPort"), hostAddress);
      }
      taken.add(hostAddress);
    });
  });
}

function validatePortName(name: string, names: Set<string>, path: string, errors: FieldErrors): void {
  const problems = portNameProblems(name);
  checkFormat(name, problems, path, errors);
  if (problems.length > 0) return;
  if (names.has(name)) errors.duplicate(path, name);
  names.add(name);
}

const checkPort = (port: number, path: string, errors: FieldErrors): void =>
  checkFormat(port, portNumberProblems(port), path, errors);
