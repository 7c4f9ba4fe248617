/** Runs a program of the host to its end; throws with what it said when it fails. */
export async function runCommand(command: readonly [string, ...string[]]): Promise<void> {
  const child = Bun.spawn([...command], { stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  const [exitCode, stderr] = await Promise.all([child.exited, new Response(child.stderr).text()]);
  if (exitCode !== 0) throw new Error(`"${command.join(" ")}" failed: ${stderr.trim() || `exit code ${exitCode}`}`);
}
