/** Whose output a line is. */
export interface LogSource {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** One line as it arrived. */
export interface LoggedLine {
  readonly source: LogSource;
  /** As the kubelet wrote it: RFC 3339 with nanoseconds. */
  readonly timestamp: string;
  readonly text: string;
}

export interface LogLine extends LoggedLine {
  /** Counts all lines since the log was opened, so that a place stays the same line when old ones are dropped. */
  readonly sequence: number;
}

/** The newest lines, in the order in which they came. */
export interface LogBuffer {
  readonly lines: readonly LogLine[];
  readonly nextSequence: number;
}

/** What one can scroll back to: some 10 MB of usual lines. */
export const MOST_LOG_LINES = 20_000;

export const EMPTY_LOG: LogBuffer = { lines: [], nextSequence: 0 };

export function appendedLog({ lines, nextSequence }: LogBuffer, added: readonly LoggedLine[]): LogBuffer {
  const numbered = added.map((line, index) => ({ ...line, sequence: nextSequence + index }));
  const kept = lines.slice(Math.max(0, lines.length + numbered.length - MOST_LOG_LINES));
  return { lines: [...kept, ...numbered].slice(-MOST_LOG_LINES), nextSequence: nextSequence + numbered.length };
}
