import type { KubeObject } from "../../api/resource-type.ts";
import { semanticEqual } from "../../api/semantic-equal.ts";
import { AdmissionRounds, type AdmissionRequest } from "./admission.ts";
import { jsonOf } from "./replace-object.ts";

/**
 * What a plugin with mutations of users knows from the first round of an admission: in the second, those are made again that
 * want to see what others changed after them.
 */
export class Reinvocation {
  readonly #rounds: AdmissionRounds;
  /** In the order in which they were made. */
  readonly #reinvocable = new Set<string>();
  readonly #due = new Set<string>();
  /** What the last of them left behind. */
  #output: object | undefined;

  private constructor(rounds: AdmissionRounds) {
    this.#rounds = rounds;
  }

  /** To be asked for at the begin of each round. */
  static of({ rounds, object }: AdmissionRequest, plugin: string): Reinvocation {
    if (!rounds) return new Reinvocation(new AdmissionRounds());
    // Only the plugin of this name writes under it.
    const known = rounds.notes.get(plugin) as Reinvocation | undefined;
    if (!known) {
      const fresh = new Reinvocation(rounds);
      rounds.notes.set(plugin, fresh);
      return fresh;
    }
    if (rounds.isSecond && !semanticEqual(known.#output, object)) known.#callAgain();
    return known;
  }

  isDue(id: string): boolean {
    return !this.#rounds.isSecond || this.#due.has(id);
  }

  /** The object is another one now. */
  changed(): void {
    this.#callAgain();
    this.#rounds.needsSecond = true;
  }

  /** It was made, and wants to be made again after later changes. */
  mayBeDueAgain(id: string): void {
    this.#reinvocable.add(id);
  }

  /** At the end of a round. */
  leave(object: Readonly<KubeObject> | undefined): void {
    this.#output = object && jsonOf(object);
  }

  #callAgain(): void {
    for (const id of this.#reinvocable) this.#due.add(id);
  }
}
