import type { Container } from "../../api/types/core-v1.ts";

/** A port by number, or by the name the container gives it. */
export function containerPort(port: string | number, container: Container): number {
  const number = Number(port);
  const found = Number.isInteger(number)
    ? number
    : container.ports?.find(({ name }) => name === String(port))?.containerPort;
  if (found === undefined) throw new Error(`couldn't find port: "${port}" in container "${container.name}"`);
  if (found < 1 || found > 65_535) throw new Error(`invalid port number: ${found}`);
  return found;
}
