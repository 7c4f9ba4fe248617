/**
 * Builds dist/kube: one executable with everything in it.
 *
 *     bun scripts/build.ts [--target bun-linux-arm64 ...] [--outfile dist/kube]
 *
 * Bytecode halves the time to start; the source map makes stack traces name our files.
 */
import { mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

import type { BunPlugin } from "bun";

const root = join(import.meta.dir, "..");
const { values } = parseArgs({
  options: { target: { type: "string" }, outfile: { type: "string", default: join(root, "dist", "kube") } },
});
const { version } = (await Bun.file(join(root, "package.json")).json()) as { version: string };

/**
 * Packages that others ask for and that can never run here: Docker over SSH, BuildKit's gRPC session, React's debugger.
 * Each becomes an empty module, which also saves some 10 MB of memory.
 */
const absent: BunPlugin = {
  name: "absent packages",
  setup(build) {
    build.onResolve(
      { filter: /^(ssh2|@grpc\/grpc-js|@grpc\/proto-loader|react-devtools-core|cpu-features)$/ },
      ({ path }) => ({
        path,
        namespace: "absent",
      }),
    );
    build.onLoad({ filter: /.*/, namespace: "absent" }, () => ({ contents: "module.exports = {};", loader: "js" }));
  },
};

await mkdir(dirname(values.outfile), { recursive: true });
const result = await Bun.build({
  entrypoints: [join(root, "src", "main.ts")],
  target: "bun",
  format: "esm",
  minify: true,
  bytecode: true,
  splitting: true,
  sourcemap: "inline",
  define: { "process.env.NODE_ENV": '"production"', KUBE_VERSION: JSON.stringify(version) },
  plugins: [absent],
  compile: {
    outfile: values.outfile,
    // A .env or bunfig.toml that lies where the user happens to be must not change what kube does.
    autoloadDotenv: false,
    autoloadBunfig: false,
    ...(values.target === undefined ? {} : { target: values.target as Bun.Build.CompileTarget }),
  },
});
for (const log of result.logs) console.error(log);
if (!result.success) process.exit(1);
// The maps are in the executable; the copies beside it would only look as if they were needed.
const folder = dirname(values.outfile);
for (const name of await readdir(folder)) if (name.endsWith(".map")) await rm(join(folder, name));
const sizeMb = (await Bun.file(values.outfile).stat()).size / 1e6;
console.log(`${values.outfile} ${sizeMb.toFixed(1)} MB`);
