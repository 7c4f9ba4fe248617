/** Makes something when it is asked for, and anew when the generation of what it is made of has changed. */
export function perGeneration<T>(generation: () => number, make: () => T): () => T {
  let made: { readonly generation: number; readonly value: T } | undefined;
  return () => {
    const current = generation();
    if (made?.generation !== current) made = { generation: current, value: make() };
    return made.value;
  };
}
