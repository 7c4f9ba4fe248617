import { apiError } from "../../api/api-error.ts";
import { TextRefusal } from "../text-refusal.ts";

/** What is told of a group version whose server is not there. */
export const serviceUnavailable = (): TextRefusal =>
  new TextRefusal(apiError("ServiceUnavailable", "service unavailable").status);
