import { join } from "node:path";

import { succeed } from "./run.ts";

let made: Promise<string> | undefined;

/** The images of examples/ in the local engine; made once for a whole run. */
export async function exampleImages(): Promise<void> {
  made ??= succeed([process.execPath, join(import.meta.dir, "..", "..", "scripts", "example-image.ts")]);
  await made;
}
