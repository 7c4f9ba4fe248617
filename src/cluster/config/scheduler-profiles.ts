import { readFile } from "node:fs/promises";

import { UserError } from "../../lib/user-error.ts";
import { decodeYaml, YamlError } from "../../lib/yaml/yaml.ts";
import { DEFAULT_PROFILE, type Profile, profilesOf } from "../../scheduler/configuration.ts";

/** How pods are placed: as the file says, if the user wrote one. */
export async function schedulerProfiles(path: string): Promise<readonly Profile[]> {
  const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return undefined;
    throw new UserError(`Cannot read ${path}: ${cause.message}`, { cause });
  });
  if (text === undefined) return [DEFAULT_PROFILE];
  try {
    return profilesOf(decodeYaml(text).value);
  } catch (error) {
    if (error instanceof YamlError) throw new UserError(`Cannot read ${path}: ${error.message}`, { cause: error });
    throw error;
  }
}
