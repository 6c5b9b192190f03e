import { z } from "zod";
import type { Operation } from "../_shared/contract/operations.ts";
import { PipelineError } from "../_shared/errors.ts";

/**
 * The operation at a path, and the values of the path's parameters.
 *
 * @throws PipelineError not_found; method_not_allowed where other methods are taken
 */
export function routeOf<Route extends Operation>(
  operations: Route[],
  method: string,
  path: string,
): { operation: Route; values: Record<string, string> } {
  const found = operations.flatMap((operation) => {
    const values = valuesIn(operation.path, path);
    return values ? [{ operation, values }] : [];
  });
  const chosen = found.find(({ operation }) => operation.method === method);
  if (chosen) return chosen;
  if (found.length === 0)
    throw new PipelineError("not_found", "There is no such call. /functions/v1/api/openapi.json lists all of them.");
  throw new PipelineError("method_not_allowed", `Use ${found.map(({ operation }) => operation.method).join(" or ")}.`);
}

function valuesIn(template: string, path: string): Record<string, string> | undefined {
  const [wanted, given] = [template.split("/"), path.split("/")];
  if (wanted.length !== given.length) return undefined;
  const values: Record<string, string> = {};
  for (const [place, part] of wanted.entries()) {
    if (part.startsWith("{")) values[part.slice(1, -1)] = given[place]!;
    else if (part !== given[place]) return undefined;
  }
  return values;
}

/** The parameters of path and query together: a list where the operation takes one, a text elsewhere. Unknown ones stay, to be refused. */
export function parametersOf(
  operation: Operation,
  values: Record<string, string>,
  query: URLSearchParams,
): Record<string, unknown> {
  const given: Record<string, unknown> = { ...values };
  for (const name of new Set(query.keys())) {
    const all = query.getAll(name);
    const takesList = isList(operation.parameters.shape[name]);
    if (!takesList && all.length > 1)
      throw new PipelineError("invalid_request", `${name} stands there more than once.`);
    if (Object.hasOwn(values, name)) throw new PipelineError("invalid_request", `${name} belongs into the path.`);
    given[name] = takesList ? all : all[0];
  }
  return given;
}

function isList(schema: unknown): boolean {
  if (schema instanceof z.ZodOptional) return isList(schema.unwrap());
  return schema instanceof z.ZodArray;
}
