/** Makes the images of examples/hello: `kube-hello:1` and `kube-hello:2`, a web server that tells its version and pod. */
import { systemClock } from "../src/lib/time/clock.ts";
import { connectDocker } from "../src/node/runtime/docker/docker-runtime.ts";
import { importBusyboxImage } from "../src/testing/busybox-image.ts";
import { ensureBusybox } from "./machine.ts";

const PAGE = `#!/bin/sh
echo "Content-Type: text/plain"
echo
echo "hello from version $VERSION, pod $(hostname)"
`;

/** On SIGTERM it serves for two more seconds, until no new connection is sent here, and then leaves without an error. */
const SERVE = `#!/bin/sh
export VERSION="$1"
trap 'echo "stopping"; sleep 2; exit 0' TERM
echo "hello, version $VERSION, listens on port 8080"
httpd -f -v -p 8080 -h /www &
wait
`;

await ensureBusybox();
using connection = await connectDocker(systemClock);
for (const version of ["1", "2"]) {
  await importBusyboxImage(connection.docker, {
    name: `kube-hello:${version}`,
    command: ["/bin/serve", version],
    files: [
      { path: "bin/serve", text: SERVE, mode: 0o755 },
      { path: "www/cgi-bin/index.cgi", text: PAGE, mode: 0o755 },
    ],
  });
  console.log(`Made image kube-hello:${version}`);
}
