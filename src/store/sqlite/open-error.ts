import { errorText } from "../../lib/logger.ts";
import { UserError } from "../../lib/user-error.ts";

/** What the user is told when the file at `path` could not be opened because of `error`. */
export function openError(path: string, error: unknown): Error {
  if (error instanceof UserError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (error instanceof DamageError || DAMAGE.test(code))
    return damaged(path, `it is damaged: ${errorText(error)}`, error);
  const known = PROBLEMS.find(({ codes }) => codes.test(code));
  return known
    ? cannotOpen(path, known.problem, { hint: known.hint, cause: error })
    : cannotOpen(path, errorText(error), { hint: "Check the disk, and the permissions of the folder.", cause: error });
}

/** The file was read, and is not what a kube wrote. */
export function damaged(path: string, problem: string, cause?: unknown): UserError {
  return cannotOpen(path, problem, {
    hint: "The file was not changed. Restore it from a backup, or move it away (with its -wal file) to start with an empty cluster.",
    cause,
  });
}

/** What the database holds contradicts itself. */
export class DamageError extends Error {
  override readonly name = "DamageError";
}

export function cannotOpen(path: string, problem: string, options: { hint: string; cause?: unknown }): UserError {
  return new UserError(`Cannot open the cluster's state "${path}": ${problem}`, options);
}

/** Pages that make no sense, or a table that is not there. */
const DAMAGE = /^SQLITE_(CORRUPT\w*|NOTADB|ERROR)$/;

const PROBLEMS = [
  {
    codes: /^SQLITE_(BUSY|LOCKED)/,
    problem: "another process is using it",
    hint: "Stop the other process first, or use another cluster name.",
  },
  {
    // The last is the index of the log, which SQLite makes before it reads a log.
    codes: /^(ENOSPC|EDQUOT|SQLITE_FULL|SQLITE_IOERR_SHM\w+)$/,
    problem: "the disk is full",
    hint: "Make room on the disk, then start again. Nothing is lost.",
  },
  {
    codes: /^(EACCES|EPERM|EROFS|SQLITE_READONLY\w*|SQLITE_CANTOPEN\w*|SQLITE_PERM)$/,
    problem: "it cannot be read and written",
    hint: "Check that its folder is there, and who owns both.",
  },
];
