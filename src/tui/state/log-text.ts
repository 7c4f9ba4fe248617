import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json/json-value.ts";

const MESSAGES = ["msg", "message", "event", "log"];
const LEVELS = ["level", "lvl", "severity", "log.level"];
/** The line has a time of its own already. */
const TIMES: ReadonlySet<string> = new Set(["time", "ts", "timestamp", "@timestamp", "t"]);

/** A line of a log that is a JSON object as one reads it: level, message, then what else there is. Other lines as they are. */
export function readableLine(text: string): string {
  if (!text.startsWith("{") || !text.endsWith("}")) return text;
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return text;
  }
  return isJsonObject(line) ? fieldsText(line) : text;
}

function fieldsText(line: JsonObject): string {
  const message = MESSAGES.find((key) => typeof line[key] === "string");
  if (message === undefined) return JSON.stringify(line);
  const level = LEVELS.find((key) => typeof line[key] === "string" || typeof line[key] === "number");
  const rest = Object.entries(line).filter(([key]) => key !== message && key !== level && !TIMES.has(key));
  return [
    ...(level === undefined ? [] : [valueText(line[level] ?? null).toUpperCase()]),
    valueText(line[message] ?? null),
    ...rest.map(([key, value]) => `${key}=${quoted(valueText(value ?? null))}`),
  ].join(" ");
}

const valueText = (value: JsonValue): string => (typeof value === "string" ? value : JSON.stringify(value));

const quoted = (text: string): string => (/[\s"=]/.test(text) && !/^[[{]/.test(text) ? JSON.stringify(text) : text);
