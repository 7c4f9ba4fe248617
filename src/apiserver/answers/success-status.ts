import type { Status } from "../../api/types/meta-v1.ts";
import { plain, type ObjectAnswer } from "../api-request.ts";

/** The answer of a POST that did something without creating an object of its own. */
export function success(code = 201): ObjectAnswer {
  const status: Status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code };
  return plain(status, code);
}
