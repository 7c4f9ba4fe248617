const POLL_MS = 50;

/**
 * Resolves with what `attempt` returns once it no longer throws and is not undefined or false. Rejects with the last failure when the time
 * is up: tests await conditions, never delays.
 */
export async function eventually<T>(
  what: string,
  attempt: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown = "it never held";
  for (;;) {
    try {
      const value = await attempt();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`Within ${timeoutMs / 1000} s not so: ${what}`, { cause: last });
    await Bun.sleep(POLL_MS);
  }
}
