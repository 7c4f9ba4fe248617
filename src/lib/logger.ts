/** Structured logs: one line per entry, `time level component message key=value`. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger whose entries carry one more component name. */
  named(component: string): Logger;
}

type LogFields = Readonly<Record<string, unknown>>;
export type LogLevel = "debug" | "info" | "warn" | "error";

const ORDER: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** Writes entries of `level` and above as text lines through `write`. */
export function createLogger(options: {
  readonly level: LogLevel;
  readonly now: () => number;
  readonly write: (line: string) => void;
  readonly component?: string;
}): Logger {
  const component = options.component ?? "kube";
  const log = (level: LogLevel) => (message: string, fields?: LogFields) => {
    if (ORDER.indexOf(level) < ORDER.indexOf(options.level)) return;
    const time = new Date(options.now()).toISOString();
    options.write(`${time} ${level.padEnd(5)} ${component}: ${oneLine(message)}${fieldText(fields)}\n`);
  };
  return {
    debug: log("debug"),
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
    named: (name) => createLogger({ ...options, component: component === "kube" ? name : `${component}/${name}` }),
  };
}

/** Drops everything. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  named: () => silentLogger,
};

function fieldText(fields: LogFields | undefined): string {
  if (!fields) return "";
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}=${fieldValue(value)}`)
    .join("");
}

function fieldValue(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(errorText(value));
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /^[\w./:@+-]+$/.test(text) ? text : JSON.stringify(value);
}

/** The message of an error and of each of its causes. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${errorText(error.cause)}`;
}

const oneLine = (text: string): string => text.replaceAll(/[\r\n]+/g, " ");
