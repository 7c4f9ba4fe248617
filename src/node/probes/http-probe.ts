import type { HTTPGetAction } from "../../api/types/core-v1.ts";
import { errorText } from "../../lib/logger.ts";
import { type HttpAnswer, httpGetOf, sendHttpGet } from "../http-get.ts";
import { dialErrorText } from "./dial-error.ts";
import type { ProbeResult } from "./probe-result.ts";
import type { ProbeTarget } from "./probe-target.ts";

/** Succeeds on a status from 200 to 399; a redirect to another host is a success with a warning. */
export async function httpProbe(
  action: HTTPGetAction,
  { container, podIp, dialer }: ProbeTarget,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const get = httpGetOf(action, container, podIp, "probe");
  try {
    return resultOf(await sendHttpGet(get, dialer, signal));
  } catch (error) {
    const url = `${get.scheme}://${get.host}:${get.port}${get.path}`;
    const what = signal.aborted
      ? "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
      : (dialErrorText(error, get.host, get.port) ?? errorText(error));
    return { outcome: "failure", output: `Get ${JSON.stringify(url)}: ${what}` };
  }
}

function resultOf({ statusCode, body }: HttpAnswer): ProbeResult {
  if (statusCode < 200 || statusCode >= 400) {
    return { outcome: "failure", output: `HTTP probe failed with statuscode: ${statusCode}` };
  }
  if (statusCode < 300) return { outcome: "success" };
  return { outcome: "warning", output: `Probe terminated redirects, Response body: ${body}` };
}
