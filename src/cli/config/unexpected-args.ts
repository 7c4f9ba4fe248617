import { UserError } from "../../lib/user-error.ts";

/** In the form in which kubectl's config commands say it. */
export const unexpectedArgs = (args: readonly string[]): UserError =>
  new UserError(`Unexpected args: [${args.join(" ")}]`);
