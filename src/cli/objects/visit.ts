import { ListedErrors } from "../error-message.ts";

/** Acts on each in turn, going on after failures; throws at the end if any failed, with what failed before. */
export async function visitEach<T>(
  things: readonly T[],
  act: (thing: T) => Promise<void>,
  earlierErrors: readonly unknown[] = [],
): Promise<void> {
  const errors: unknown[] = [...earlierErrors];
  for (const thing of things) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- kubectl acts in the order things were named
      await act(thing);
    } catch (error) {
      errors.push(error);
    }
  }
  throwAll(errors);
}

export function throwAll(errors: readonly unknown[]): void {
  if (errors.length === 0) return;
  throw errors.length === 1 && errors[0] instanceof Error ? errors[0] : new AggregateError(errors);
}

/** As `throwAll`, for commands that tell what is wrong line by line, even if it is one thing only. */
export function throwListed(errors: readonly unknown[]): void {
  if (errors.length > 0) throw new ListedErrors(errors);
}
