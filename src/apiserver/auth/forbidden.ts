import { apiError, qualified } from "../../api/api-error.ts";
import type { Attributes } from "./authorizer.ts";

/** Upstream's wording (apiserver/pkg/endpoints/handlers/responsewriters/errors.go). */
export function forbiddenTo(attributes: Attributes, reason: string): Error {
  const { user, verb } = attributes;
  const who = `User ${JSON.stringify(user.name)} cannot ${verb}`;
  const because = reason === "" ? "" : `: ${reason}`;
  if (attributes.type === "path") {
    const message = `forbidden: ${who} path ${JSON.stringify(attributes.path)}${because}`;
    return apiError("Forbidden", message, {});
  }
  const { group, resource, subresource, namespace, name } = attributes;
  const what = `resource ${JSON.stringify(subresource === "" ? resource : `${resource}/${subresource}`)} in API group ${JSON.stringify(group)}`;
  const where = namespace === "" ? "at the cluster scope" : `in the namespace ${JSON.stringify(namespace)}`;
  const subject =
    name === "" ? qualified({ group, resource }) : `${qualified({ group, resource })} ${JSON.stringify(name)}`;
  return apiError("Forbidden", `${subject} is forbidden: ${who} ${what} ${where}${because}`, {
    ...(name === "" ? {} : { name }),
    ...(group === "" ? {} : { group }),
    kind: resource,
  });
}
