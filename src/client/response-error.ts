import { ApiError } from "../api/api-error.ts";
import type { Status } from "../api/types/meta-v1.ts";

/** What was asked, for messages about answers that do not explain themselves. */
export interface RequestSummary {
  /** The HTTP method. */
  readonly method: string;
  readonly group?: string | undefined;
  readonly resource?: string | undefined;
  readonly name?: string | undefined;
}

/**
 * The error behind an HTTP answer of 400 and above. The server's own Status is taken as it is; any other body (a proxy's
 * page, "404 page not found") becomes the Status that client-go makes of it.
 */
export function responseError(
  answer: { readonly code: number; readonly body: string; readonly retryAfterSeconds?: number | undefined },
  summary: RequestSummary,
): ApiError {
  return new ApiError(statusIn(answer.body) ?? genericStatus(answer, summary));
}

function statusIn(body: string): Status | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return undefined;
  }
  const isStatus = typeof parsed === "object" && parsed !== null && "kind" in parsed && parsed.kind === "Status";
  // The server promises this shape by naming the kind; all fields that are read are optional.
  return isStatus ? (parsed as Status) : undefined;
}

function genericStatus(
  {
    code,
    body,
    retryAfterSeconds,
  }: { readonly code: number; readonly body: string; readonly retryAfterSeconds?: number | undefined },
  { method, group = "", resource = "", name = "" }: RequestSummary,
): Status {
  const serverMessage = body.trim() === "" ? "unknown" : body.trim();
  const { reason, message } = explanation(code, method, serverMessage);
  const qualified = group === "" ? resource : `${resource}.${group}`;
  const subject = [method.toLowerCase(), qualified, ...(name === "" ? [] : [name])].join(" ");
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    code,
    ...(reason === undefined ? {} : { reason }),
    message: resource === "" ? message : `${message} (${subject})`,
    details: {
      ...(group === "" ? {} : { group }),
      ...(resource === "" ? {} : { kind: resource }),
      ...(name === "" ? {} : { name }),
      causes: [{ reason: "UnexpectedServerResponse", message: serverMessage }],
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
  };
}

/** The wording is client-go's (apimachinery/pkg/api/errors/errors.go), which users of kubectl know. */
function explanation(
  code: number,
  method: string,
  serverMessage: string,
): { readonly reason?: string; readonly message: string } {
  switch (code) {
    case 400:
      return { reason: "BadRequest", message: "the server rejected our request for an unknown reason" };
    case 401:
      return { reason: "Unauthorized", message: "the server has asked for the client to provide credentials" };
    case 403:
      return { reason: "Forbidden", message: serverMessage };
    case 404:
      return { reason: "NotFound", message: "the server could not find the requested resource" };
    case 405:
      return {
        reason: "MethodNotAllowed",
        message: "the server does not allow this method on the requested resource",
      };
    case 406:
      return {
        reason: "NotAcceptable",
        message:
          serverMessage === "unknown"
            ? "the server was unable to respond with a content type that the client supports"
            : serverMessage,
      };
    case 409:
      return {
        reason: method === "POST" ? "AlreadyExists" : "Conflict",
        message: "the server reported a conflict",
      };
    case 415:
      return { reason: "UnsupportedMediaType", message: serverMessage };
    case 422:
      return { reason: "Invalid", message: "the server rejected our request due to an error in our request" };
    case 429:
      return {
        reason: "TooManyRequests",
        message: "the server has received too many requests and has asked us to try again later",
      };
    case 503:
      return { reason: "ServiceUnavailable", message: "the server is currently unable to handle the request" };
    case 504:
      return {
        reason: "Timeout",
        message:
          "the server was unable to return a response in the time allotted, but may still be processing the request",
      };
    default:
      return code >= 500
        ? {
            reason: "InternalError",
            message: `an error on the server (${JSON.stringify(serverMessage)}) has prevented the request from succeeding`,
          }
        : { message: `the server responded with the status code ${code} but did not return more information` };
  }
}
