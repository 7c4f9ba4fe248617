import type { OutgoingHttpHeaders } from "node:http";

/** How the headers of a message are changed on the way: set replaces, add adds to what is there, remove comes last. */
export interface HeaderChanges {
  readonly set: readonly NamedValue[];
  readonly add: readonly NamedValue[];
  /** In lower case. */
  readonly remove: readonly string[];
}

interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** What is changed of a request and of its answer. */
export interface MessageChanges {
  readonly request: HeaderChanges;
  readonly response: HeaderChanges;
  /** What the server takes for the host; undefined: what the client said. */
  readonly authority: string | undefined;
}

export function changedHeaders(
  headers: readonly NamedValue[],
  changes: HeaderChanges | undefined,
): readonly NamedValue[] {
  if (!changes) return headers;
  const replaced = new Set([...changes.set.map(({ name }) => name.toLowerCase()), ...changes.remove]);
  const removed = new Set(changes.remove);
  return [
    ...headers.filter(({ name }) => !replaced.has(name.toLowerCase())),
    ...[...changes.set, ...changes.add].filter(({ name }) => !removed.has(name.toLowerCase())),
  ];
}

/** The same for headers as Node's HTTP has them, with names in lower case. */
export function changedRecord(headers: OutgoingHttpHeaders, changes: HeaderChanges | undefined): OutgoingHttpHeaders {
  const result: OutgoingHttpHeaders = { ...headers };
  for (const { name, value } of changes?.set ?? []) result[name.toLowerCase()] = value;
  for (const { name, value } of changes?.add ?? []) {
    const present = result[name.toLowerCase()];
    result[name.toLowerCase()] = present === undefined ? value : [present, value].flat().join(", ");
  }
  for (const name of changes?.remove ?? []) delete result[name];
  return result;
}
