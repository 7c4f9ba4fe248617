import { processContext } from "./cli/process-context.ts";
import { runCommandLine } from "./cli/program.ts";

const context = processContext();
process.exitCode = await runCommandLine(process.argv.slice(2), context);
// Sockets that are kept alive for a next request must not keep a finished command waiting.
await context.exit();
