import { badRequest, invalid } from "../../api/api-error.ts";
import { FieldErrors } from "../../api/field-errors.ts";
import type { ApiAnswer, ApiRequest } from "../api-request.ts";
import type { Handlers } from "../handlers.ts";
import type { LogOptions } from "../node-connection.ts";
import { isTrue } from "../request-info.ts";
import type { ServerContext } from "../server-context.ts";
import { containerOf, readPod } from "./pod-target.ts";

/** What a container has written, and goes on to write. */
export const log: Handlers = { get: readLog };

async function readLog(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const options = logOptions(request.query);
  const pod = await readPod(context, request);
  const container = containerOf(pod, request.query.get("container") ?? "");
  // A pod that waits for a node has written nothing.
  const body = pod.spec?.nodeName
    ? await context.nodeConnection.logs(pod, { ...options, container }, request.signal)
    : undefined;
  return { form: "bytes", statusCode: 200, headers: { "content-type": "text/plain" }, body, isForWebSockets: true };
}

function logOptions(query: URLSearchParams): Omit<LogOptions, "container"> {
  const errors = new FieldErrors();
  const tailLines = integer(query, "tailLines");
  if (tailLines !== undefined && tailLines < 0) {
    errors.invalid("tailLines", tailLines, "must be greater than or equal to 0");
  }
  const limitBytes = integer(query, "limitBytes");
  if (limitBytes !== undefined && limitBytes < 1) errors.invalid("limitBytes", limitBytes, "must be greater than 0");
  const sinceSeconds = integer(query, "sinceSeconds");
  const sinceTime = query.get("sinceTime") || undefined;
  if (sinceSeconds !== undefined && sinceTime !== undefined) {
    errors.forbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified");
  } else if (sinceSeconds !== undefined && sinceSeconds < 1) {
    errors.invalid("sinceSeconds", sinceSeconds, "must be greater than 0");
  }
  const stream = query.get("stream") || "All";
  if (!isStream(stream)) {
    errors.notSupported("stream", stream, STREAMS);
    throw invalidOptions(errors);
  }
  if (stream !== "All" && tailLines !== undefined) {
    errors.forbidden("", "`tailLines` and specific `stream` are mutually exclusive for now");
  }
  if (!errors.isEmpty) throw invalidOptions(errors);
  const isSet = (name: string): boolean => isTrue(query.get(name));
  return {
    follow: isSet("follow"),
    previous: isSet("previous"),
    timestamps: isSet("timestamps"),
    sinceSeconds,
    sinceTime,
    tailLines,
    limitBytes,
    stream,
  };
}

const STREAMS = ["All", "Stdout", "Stderr"] as const;

const isStream = (value: string): value is (typeof STREAMS)[number] => STREAMS.some((each) => each === value);

const invalidOptions = ({ errors }: FieldErrors): Error => invalid({ group: "", kind: "PodLogOptions" }, "", errors);

function integer(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (!text) return undefined;
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}
