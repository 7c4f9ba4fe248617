/** A port of this machine behind which a port of the nodes is: `8080:30080`, `0.0.0.0:53:30053/udp`. */
export interface PublishedPort {
  readonly ip: string;
  readonly port: number;
  readonly nodePort: number;
  readonly protocol: "TCP" | "UDP";
}

const FORM = /^(?:(\d{1,3}(?:\.\d{1,3}){3}):)?(\d{1,5})(?::(\d{1,5}))?(?:\/(tcp|udp))?$/i;

/** Undefined for what is none. Without an address it is of localhost alone; one number stands for both ports. */
export function parsePublishedPort(text: string): PublishedPort | undefined {
  const [, ip = "127.0.0.1", first = "", second = first, protocol = "tcp"] = FORM.exec(text) ?? [];
  const [port, nodePort] = [Number(first), Number(second)];
  const isPort = (number: number): boolean => number >= 1 && number <= 65535;
  if (!isPort(port) || !isPort(nodePort) || ip.split(".").some((byte) => Number(byte) > 255)) return undefined;
  return { ip, port, nodePort, protocol: protocol.toLowerCase() === "udp" ? "UDP" : "TCP" };
}

export function publishedPortText({ ip, port, nodePort, protocol }: PublishedPort): string {
  return `${ip}:${port}:${nodePort}${protocol === "UDP" ? "/udp" : ""}`;
}
