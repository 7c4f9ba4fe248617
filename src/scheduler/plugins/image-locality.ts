import type { Pod } from "../../api/types/core-v1.ts";
import type { NodeState } from "../node-table.ts";
import type { Plugin } from "../plugin.ts";

const MB = 1024 * 1024;
/** Upstream's bounds: less is as good as nothing, more is as good as all. */
const SMALLEST_BYTES = 23 * MB;
const LARGEST_BYTES_PER_CONTAINER = 1000 * MB;

/** Prefers nodes that have the pod's images, less so where few nodes have them: pods must not crowd on one node for its images. */
export const imageLocality: Plugin = {
  name: "ImageLocality",
  helpfulChanges: [],
  examine({ pod }, cluster) {
    const { images, containers } = imagesOf(pod);
    if (!images.some((image) => cluster.nodesWithImage(image) > 0)) return undefined;
    return {
      score: {
        weight: 1,
        of: (feasible) =>
          feasible.map((node) => score(images, containers, node, cluster.nodes.length, cluster.nodesWithImage)),
      },
    };
  },
  isHelpedBy: () => false,
};

function score(
  images: readonly string[],
  containers: number,
  { images: present }: NodeState,
  nodes: number,
  nodesWithImage: (name: string) => number,
): number {
  if (present.size === 0) return 0;
  const sum = images.reduce((total, image) => {
    const bytes = present.get(image);
    return bytes === undefined ? total : total + Math.trunc((bytes * nodesWithImage(image)) / nodes);
  }, 0);
  const most = LARGEST_BYTES_PER_CONTAINER * containers;
  const counted = Math.min(Math.max(sum, SMALLEST_BYTES), most);
  return Math.trunc((100 * (counted - SMALLEST_BYTES)) / (most - SMALLEST_BYTES));
}

function imagesOf({ spec }: Pod) {
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const volumes = (spec?.volumes ?? []).flatMap(({ image }) => image?.reference ?? []);
  return {
    images: [...containers.map(({ image = "" }) => image), ...volumes].map(withTag),
    containers: containers.length,
  };
}

/** As nodes name it: an image without a tag has the tag `latest`. */
const withTag = (name: string): string => (name.lastIndexOf(":") <= name.lastIndexOf("/") ? `${name}:latest` : name);
