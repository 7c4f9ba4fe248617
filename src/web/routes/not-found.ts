import { HTTPException } from "hono/http-exception";

/** For addresses behind which there is nothing; `message` is shown. */
export const notFound = (message: string): HTTPException => new HTTPException(404, { message });
