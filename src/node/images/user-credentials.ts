import { homedir } from "node:os";
import { join } from "node:path";

import { parseImageReference } from "../runtime/image-reference.ts";
import type { RegistryCredentials } from "../runtime/runtime.ts";
import { credentialsIn } from "./pull-credentials.ts";

/** Docker calls docker.io by this name, to its helpers too. */
const DOCKER_HUB = "https://index.docker.io/v1/";

/**
 * What the user's own `docker login` has stored for an image's registry: in ~/.docker/config.json, or with a helper that it names. Undefined
 * when there is nothing; whatever is broken there gives nothing, as it is only a help.
 */
export async function userCredentials(image: string): Promise<RegistryCredentials | undefined> {
  const config: unknown = await Bun.file(configPath())
    .json()
    .catch(() => undefined);
  if (typeof config !== "object" || config === null) return undefined;
  const [stored] = credentialsIn(image, config);
  if (stored) return stored;
  const { credHelpers, credsStore } = config as { readonly credHelpers?: unknown; readonly credsStore?: unknown };
  const [host = ""] = parseImageReference(image).repository.split("/");
  const helpers = (typeof credHelpers === "object" ? credHelpers : undefined) as Record<string, unknown> | undefined;
  const helper = helpers?.[host] ?? credsStore;
  return typeof helper === "string" && /^[\w-]+$/.test(helper) ? await askHelper(helper, host) : undefined;
}

const configPath = (): string => join(process.env["DOCKER_CONFIG"] || join(homedir(), ".docker"), "config.json");

async function askHelper(helper: string, host: string): Promise<RegistryCredentials | undefined> {
  const server = host === "docker.io" ? DOCKER_HUB : host;
  try {
    const program = Bun.which(`docker-credential-${helper}`, { PATH: process.env["PATH"] ?? "" });
    if (program === null) return undefined;
    const child = Bun.spawn([program, "get"], {
      stdin: Buffer.from(server),
      stdout: "pipe",
      stderr: "ignore",
      timeout: 10_000,
    });
    const answer = (await new Response(child.stdout).json()) as { Username?: unknown; Secret?: unknown };
    if (typeof answer.Username !== "string" || typeof answer.Secret !== "string") return undefined;
    return { username: answer.Username, password: answer.Secret, serverAddress: host };
  } catch {
    return undefined;
  }
}
