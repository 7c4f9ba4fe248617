/** A mistake of the user or of their machine: shown as a message and what to do next, without a stack. */
export class UserError extends Error {
  /** What the user can do about it, a full sentence or a command. */
  readonly hint: string | undefined;
  /** What they may have meant: for people at a terminal, never for programs that compare messages. */
  readonly suggestion: string | undefined;
  readonly exitCode: number;
  /** What belongs on the standard output all the same. */
  readonly output: string;

  constructor(
    message: string,
    options: {
      hint?: string;
      suggestion?: string | undefined;
      exitCode?: number;
      output?: string;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "UserError";
    this.hint = options.hint;
    this.suggestion = options.suggestion;
    this.exitCode = options.exitCode ?? 1;
    this.output = options.output ?? "";
  }
}
