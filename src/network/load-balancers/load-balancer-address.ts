/**
 * Every address of 127.0.0.0/8 is this machine, so a load balancer gets one of its own, and its ports are its own too. It is made of the
 * cluster's and the Service's names: the same again after a restart, hardly ever another's.
 */
export function loadBalancerAddress(cluster: string, service: string, attempt: number): string {
  const hash = Bun.hash.xxHash32(`${cluster}/${service}/${attempt}`);
  // Others use the first few of the second number (127.0.0.53, 127.0.1.1).
  return ["127", 16 + ((hash >>> 16) % 224), (hash >>> 8) & 255, 1 + ((hash & 255) % 254)].join(".");
}

/** Ports of localhost to be tried in turn for `port`, where a Service cannot have an address of its own. */
export function localhostPorts(port: number): readonly number[] {
  const high = port < 1024 ? 8000 + port : port;
  return Array.from({ length: 100 }, (_, index) => high + index * 10).filter((each) => each <= 65_535);
}

/** Says on the Service which ports of localhost stand for its own: `80=8080,443=8443`. */
export const LOCALHOST_PORTS_ANNOTATION = "kube.local/localhost-ports";
