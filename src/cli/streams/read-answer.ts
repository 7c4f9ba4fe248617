import { createInterface } from "node:readline/promises";

import type { CliContext } from "../context.ts";

/** The next line of the input, without spaces around it; empty when there is none. */
export async function readAnswer(stdin: CliContext["stdin"]): Promise<string> {
  using lines = createInterface({ input: stdin });
  const answer = await new Promise<string>((resolve) => {
    lines.once("line", resolve);
    lines.once("close", () => resolve(""));
  });
  return answer.trim();
}
