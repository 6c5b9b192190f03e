import { z } from "zod";
import { ErrorAnswer, File } from "./answers.ts";
import { ALL_OPERATIONS, type DescribedOperation } from "./operations.ts";

/** An OpenAPI 3.1 document of every function, from the schemas that check requests. `url`: where the functions are. */
export function openapi(url: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of ALL_OPERATIONS)
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = described(operation);
  return {
    openapi: "3.1.0",
    info: {
      title: "Docket",
      version: "0.1.0",
      description: "A document pipeline: a file goes in, and comes out named, tagged and summarized.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "An API token (dkt_…), or a user's access token." },
      },
      schemas: { Error: schemaOf(ErrorAnswer) },
    },
  };
}

const JSON_TYPE = "application/json";
type Content = Record<string, { schema?: object }>;

function described(operation: DescribedOperation): object {
  const { id, summary, scope, access, path, parameters, takes, refusal } = operation;
  const error = {
    description: "The request is refused; code says why.",
    content: { [JSON_TYPE]: { schema: refusal ? schemaOf(refusal) : { $ref: "#/components/schemas/Error" } } },
  };
  const body = takes ? { [takes.type]: { schema: takes.schema } } : bodyOf(operation);
  return {
    operationId: id,
    summary,
    description: scope ? `An API token needs the scope ${scope}.` : access,
    // An operation that needs no user's token says so by an empty list.
    ...(!scope && { security: [] }),
    ...(takes?.docs && { externalDocs: { url: takes.docs } }),
    parameters: Object.entries(parameters.shape).map(([name, schema]) => ({
      name,
      in: path.includes(`{${name}}`) ? "path" : "query",
      required: path.includes(`{${name}}`),
      schema: schemaOf(schema as z.ZodType, "output"),
    })),
    ...(body && { requestBody: { required: true, content: body } }),
    responses: { ...responsesOf(operation), "4XX": error, "5XX": error },
  };
}

function responsesOf({ summary, status, answer, files, streams, or }: DescribedOperation): object {
  const isFile = files !== undefined && answer === File;
  const content: Content = {
    ...(!isFile && contentOf(answer, streams)),
    ...Object.fromEntries((files ?? []).map((type) => [type, {}])),
  };
  const other = or?.answer && contentOf(or.answer, or.streams);
  return {
    [status]: { description: summary, content },
    ...(or && {
      [or.status]: {
        description: summary,
        ...(other && { content: or.status === status ? { ...content, ...other } : other }),
      },
    }),
  };
}

const contentOf = (answer: z.ZodType, streams = false): Content => ({
  [streams ? "text/event-stream" : JSON_TYPE]: { schema: schemaOf(answer) },
});

const FORM = {
  type: "object",
  properties: { file: { type: "string", contentMediaType: "application/octet-stream" } },
  required: ["file"],
};

function bodyOf({ body, form, or }: DescribedOperation): Content | undefined {
  if (!body) return undefined;
  return {
    ...(form && { "multipart/form-data": { schema: FORM } }),
    [JSON_TYPE]: { schema: schemaOf(or?.body ? z.union([body, or.body]) : body) },
  };
}

/** JSON Schema as OpenAPI 3.1 has it: of what is sent ("input", where an object that is not strict may have further fields), or of what it becomes. */
function schemaOf(schema: z.ZodType, io: "input" | "output" = "input"): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}
