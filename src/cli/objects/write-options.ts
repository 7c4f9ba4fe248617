import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import { booleanText } from "../flags/flag-value.ts";
import type { Query } from "./resource-requests.ts";

/** Whether a change happens, is only tried by the server, or is only shown. */
export type DryRun = "none" | "server" | "client";

export function dryRunOf(value: string, { stderr }: Pick<CliContext, "stderr">): DryRun {
  if (value === "none" || value === "server" || value === "client") return value;
  if (value === "unchanged") {
    stderr.write("Warning: --dry-run is deprecated and can be replaced with --dry-run=client.\n");
    return "client";
  }
  const flag = booleanText(value);
  if (flag === undefined)
    throw new UserError(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
  const meaning = flag ? "client" : "none";
  stderr.write(
    `Warning: --dry-run=${value} is deprecated (boolean value) and can be replaced with --dry-run=${meaning}.\n`,
  );
  return meaning;
}

/** What is put behind the operation in `pod/web created (dry run)`. */
export function withDryRun(operation: string, dryRun: DryRun): string {
  if (dryRun === "none") return operation;
  return `${operation} ${dryRun === "client" ? "(dry run)" : "(server dry run)"}`;
}

export type FieldValidation = "Strict" | "Warn" | "Ignore";

export function fieldValidationOf(value: string): FieldValidation {
  if (value === "strict") return "Strict";
  if (value === "warn") return "Warn";
  if (value === "ignore") return "Ignore";
  const flag = booleanText(value);
  if (flag === undefined)
    throw new UserError(
      `invalid - validate option ${JSON.stringify(value)}; must be one of: strict (or true), warn, ignore (or false)`,
    );
  return flag ? "Strict" : "Ignore";
}

export interface WriteOptions {
  readonly dryRun: DryRun;
  readonly fieldManager: string;
  readonly fieldValidation?: FieldValidation | undefined;
}

export function writeQuery({ dryRun, fieldManager, fieldValidation }: WriteOptions): Query {
  return {
    dryRun: dryRun === "server" ? "All" : undefined,
    fieldManager: fieldManager === "" ? undefined : fieldManager,
    fieldValidation,
  };
}
