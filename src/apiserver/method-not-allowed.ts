import { apiError, type ApiError } from "../api/api-error.ts";

export const methodNotAllowed = (): ApiError =>
  apiError("MethodNotAllowed", "the server does not allow this method on the requested resource");
