import { checkFormat, checkPort, checkRequiredAndSupported, PORT_PROTOCOLS } from "../../../field-checks.ts";
import { at, child, type FieldErrors } from "../../../field-errors.ts";
import { portNameProblems } from "../../../names.ts";
import type { Container, ContainerPort } from "../../../types/core-v1.ts";

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
    checkRequiredAndSupported(port.protocol, PORT_PROTOCOLS, child(portPath, "protocol"), errors);
  });
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
