import { open } from "node:fs/promises";

import type { Container } from "../../api/types/core-v1.ts";
import { errorText } from "../../lib/logger.ts";
import type { ContainerRecord, ContainerRuntime } from "../runtime/runtime.ts";

const LONGEST_MESSAGE = 4096;
const LONGEST_FROM_LOGS = 2048;
const MOST_LOG_LINES = 80;

/** The last words of a container that has ended: what it wrote to its termination log, or the end of its logs if it asks for that. */
export async function terminationMessage(
  runtime: ContainerRuntime,
  record: ContainerRecord,
  container: Container | undefined,
  path: string,
): Promise<string> {
  if (record.state.phase !== "exited") return "";
  const words = await endOfFile(path);
  const mayUseLogs = container?.terminationMessagePolicy === "FallbackToLogsOnError" && record.state.exitCode !== 0;
  if (words !== "" || !mayUseLogs || record.state.error !== undefined) return words;
  try {
    return await endOfLogs(runtime, record.id);
  } catch (error) {
    return `Error on reading termination message from logs: ${errorText(error)}`;
  }
}

async function endOfFile(path: string): Promise<string> {
  try {
    await using file = await open(path, "r");
    const { size } = await file.stat();
    const length = Math.min(size, LONGEST_MESSAGE);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.subarray(0, bytesRead).toString("utf8");
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    return isMissing ? "" : `Error on reading termination log ${path}: ${errorText(error)}`;
  }
}

async function endOfLogs(runtime: ContainerRuntime, id: string): Promise<string> {
  const options = { follow: false, sinceMs: undefined, tailLines: MOST_LOG_LINES };
  const chunks: Uint8Array[] = [];
  for await (const { bytes } of await runtime.logs(id, options, AbortSignal.timeout(10_000))) chunks.push(bytes);
  return Buffer.concat(chunks).subarray(-LONGEST_FROM_LOGS).toString("utf8");
}
