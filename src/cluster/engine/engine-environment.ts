import { homedir } from "node:os";

import { dockerEndpoint } from "../../node/runtime/docker/endpoint.ts";

/** The variables by which the `docker` command finds the engine that pods run in, from an environment that says nothing of it. */
export async function engineEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly (readonly [name: string, value: string])[]> {
  const endpoint = await dockerEndpoint({ home: homedir(), env });
  if (endpoint.type === "socket") return [["DOCKER_HOST", `unix://${endpoint.path}`]];
  const host = ["DOCKER_HOST", `tcp://${endpoint.host}:${endpoint.port}`] as const;
  const certificates = env["DOCKER_CERT_PATH"];
  if (!endpoint.tls) return [host];
  return [
    host,
    ["DOCKER_TLS_VERIFY", "1"],
    ...(certificates === undefined ? [] : [["DOCKER_CERT_PATH", certificates] as const]),
  ];
}
