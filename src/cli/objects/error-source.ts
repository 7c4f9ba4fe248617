import { ApiError } from "../../api/api-error.ts";
import { UserError } from "../../lib/user-error.ts";
import { messageOf } from "../error-message.ts";

/** An error about an object of a manifest says where that object stood; what the server refused keeps its reason. */
export function withSource(error: unknown, doing: string, source: string): unknown {
  if (source === "") return error;
  const prefix = `error when ${doing} ${JSON.stringify(source)}: `;
  if (error instanceof ApiError) return new ApiError({ ...error.status, message: `${prefix}${error.message}` });
  return error instanceof UserError ? new UserError(`${prefix}${messageOf(error)}`) : error;
}
