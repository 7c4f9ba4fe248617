import type { Handlers } from "./handlers.ts";
import { binding } from "./subresources/binding.ts";

/** Resources that are questions or commands: nothing of them is ever stored. By their qualified name. */
export const virtualResources: Readonly<Record<string, Handlers>> = { bindings: binding };
