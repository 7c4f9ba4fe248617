import { UserError } from "../../lib/user-error.ts";
import type { Flag } from "../flags/flag.ts";
import type { filenameFlags } from "../flags/shared-flags.ts";
import type { Invocation } from "../kubectl-command.ts";
import { manifestFiles } from "../manifests/manifest-files.ts";

type RawFlags = typeof filenameFlags & { readonly raw: Flag<"string">; readonly output: Flag<"string"> };

/** `--raw`: sends one file to a path of the server as it is, and shows the answer. */
export async function sendRaw(
  { flags, session, context }: Pick<Invocation<RawFlags>, "flags" | "session" | "context">,
  method: "POST" | "PUT",
): Promise<void> {
  const [filename = ""] = flags.filename;
  if (flags.filename.length !== 1) throw new UserError("--raw can only use a single local file or stdin");
  if (/^https?:\/\//.test(filename)) throw new UserError("--raw cannot read from a url");
  if (flags.recursive) throw new UserError("--raw and --recursive are mutually exclusive");
  if (flags.output !== "") throw new UserError("--raw and --output are mutually exclusive");
  const { files, errors } = await manifestFiles([filename], false, context);
  const [file] = files;
  if (!file) throw errors[0] ?? new UserError(`cannot read ${filename}`);
  const transport = await session.transport();
  const headers = { "Content-Type": "application/json" };
  const response = await transport.raw({ method, path: flags.raw, headers, body: await file.read() });
  context.stdout.write(await response.text());
}
