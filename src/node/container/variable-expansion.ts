/**
 * Replaces `$(NAME)` by the variable's value. Unknown ones stay as they are, and `$$` stands for a dollar sign
 * (third_party/forked/golang/expansion).
 */
export function expandVariables(text: string, valueOf: (name: string) => string | undefined): string {
  return text.replaceAll(/\$(?:\$|\(([^)]*)\))/g, (matched, name: string | undefined) =>
    name === undefined ? "$" : (valueOf(name) ?? matched),
  );
}
