import { ApiError } from "../api/api-error.ts";
import { ConnectionError } from "../client/connection-error.ts";
import { errorText } from "../lib/logger.ts";
import { UserError } from "../lib/user-error.ts";
import type { CliContext } from "./context.ts";
import { NoResourceTypeError } from "./discovery/resource-mapper.ts";
import { ConfigurationError } from "./kubeconfig/target.ts";

const BUG_EXIT_CODE = 70;

/** Errors that are told one a line, without the `error:` that stands before a single one. */
export class ListedErrors extends AggregateError {}

/** Writes one clear message and returns the exit code. A stack is shown only for what nobody expected: a bug. */
export function showError(error: unknown, context: Pick<CliContext, "stdout" | "stderr">): number {
  const write = (text: string): void => void context.stderr.write(text.endsWith("\n") ? text : `${text}\n`);
  if (error instanceof AggregateError && error.errors.length === 1 && !(error instanceof ListedErrors))
    return showError(error.errors[0], context);
  if (error instanceof UserError) {
    if (error.output !== "") context.stdout.write(error.output);
    const text = errorText(error.cause === undefined ? error : new Error(error.message));
    write(text.startsWith("error: ") ? text : `error: ${text}`);
    if (error.suggestion !== undefined && context.stderr.isTTY === true) write(error.suggestion);
    if (error.hint !== undefined) write(error.hint);
    return error.exitCode;
  }
  if (error instanceof AggregateError && error.errors.every(isExpected)) {
    for (const each of error.errors) write(messageOf(each));
    return 1;
  }
  const text = error instanceof Error ? standardMessage(error) : undefined;
  if (text !== undefined) {
    write(text);
    if (error instanceof NoResourceTypeError && error.suggestion !== undefined && context.stderr.isTTY === true)
      write(error.suggestion);
    return 1;
  }
  write(`This is a bug in kube: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return BUG_EXIT_CODE;
}

/** The message of an error among several, or inside another: without the prefix of a single one. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError) return serverMessage(error);
  if (error instanceof AggregateError) return `[${error.errors.map(messageOf).join(", ")}]`;
  if (!(error instanceof Error)) return String(error);
  return standardMessage(error) ?? error.message;
}

/** Errors that are the user's or the server's, in contrast to bugs of ours. */
function isExpected(error: unknown): boolean {
  return (
    error instanceof UserError ||
    error instanceof ApiError ||
    error instanceof ConnectionError ||
    error instanceof NoResourceTypeError ||
    (error instanceof AggregateError && error.errors.every(isExpected))
  );
}

/** The wording is kubectl's (kubectl/pkg/cmd/util/helpers.go). */
function standardMessage(error: Error): string | undefined {
  if (error instanceof ApiError) return error.reason === "Invalid" ? invalidText(error) : serverMessage(error);
  if (error instanceof NoResourceTypeError) return error.message;
  if (error instanceof ConfigurationError) return `Error in configuration: ${error.message}`;
  if (!(error instanceof ConnectionError)) return undefined;
  return error.isRefused
    ? `The connection to the server ${error.host} was refused - did you specify the right host or port?`
    : `Unable to connect to the server: ${error.message}`;
}

function serverMessage(error: ApiError): string {
  if (error.reason === "Unauthorized") return `error: You must be logged in to the server (${error.message})`;
  return error.reason === ""
    ? `Error from server: ${error.message}`
    : `Error from server (${error.reason}): ${error.message}`;
}

/** One line per field that is wrong. */
function invalidText({ status }: ApiError): string {
  const { details, message = "" } = status;
  if (!details) return message === "" ? "The request is invalid" : `The request is invalid: ${message}`;
  const causes = [...new Set((details.causes ?? []).map(({ field = "", message: text = "" }) => `${field}: ${text}`))];
  const isNamed = Boolean(details.kind) || Boolean(details.name);
  const subject = isNamed
    ? `The ${details.kind ?? ""} ${JSON.stringify(details.name ?? "")} is invalid`
    : `The request is invalid${message !== "" && causes.length === 0 ? `: ${message}` : ""}`;
  if (causes.length === 0) return subject;
  if (causes.length === 1) return `${subject}: ${causes[0]}`;
  return [`${subject}: `, ...causes.map((cause) => `* ${cause}`)].join("\n");
}
