import type { SubcommandEntry } from "../kubectl-command.ts";

export const createSubcommands: readonly SubcommandEntry[] = [];
