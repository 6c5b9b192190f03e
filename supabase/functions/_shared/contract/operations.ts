/** Every operation that users call at a function: what api routes by, and what the OpenAPI document is made of. */
import type { z } from "zod";
import type { Scope } from "../api-token.ts";
import * as answers from "./answers.ts";
import { AUTOMATION_OPERATIONS } from "./automation-operations.ts";
import { OPEN_OPERATIONS } from "./open-operations.ts";
import * as requests from "./requests.ts";

export type Operation = {
  id: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below /functions/v1. A parameter stands in braces. */
  path: string;
  summary: string;
  /** What an API token must allow. */
  scope: Scope;
  /** The parameters of the path and the query together. */
  parameters: z.ZodObject;
  body?: z.ZodObject;
  /** The other way to send the same: a file in a form. */
  form?: boolean;
  status: number;
  answer: z.ZodType;
  /** The answer is a stream of server-sent events of this form. */
  streams?: boolean;
  /** The answer is a file of one of these media types. */
  files?: string[];
  /** What else the same call takes and answers. */
  or?: { status: number; answer?: z.ZodType; body?: z.ZodObject; streams?: boolean };
};

/** An operation as the OpenAPI document tells it. */
export type DescribedOperation = Omit<Operation, "scope"> & {
  scope?: Scope;
  /** Who may call it, where it needs no user's token. */
  access?: string;
  /** A body that is no JSON of ours, and where its sender describes it. */
  takes?: { type: string; schema: object; docs?: string };
  /** What it answers when it refuses, where that is not an error of ours alone. */
  refusal?: z.ZodType;
};

/** An operation of the function api, and the operation of public.call_api that it is. */
export type ApiOperation = Operation & { operation: string };

const { OneDocument, GetUsage: None } = requests;

export const API_OPERATIONS: ApiOperation[] = [
  {
    id: "listDocuments",
    operation: "list_documents",
    method: "GET",
    path: "/api/documents",
    summary: "List, search and filter documents.",
    scope: "documents:read",
    parameters: requests.ListDocuments,
    status: 200,
    answer: answers.DocumentList,
  },
  {
    id: "getDocument",
    operation: "get_document",
    method: "GET",
    path: "/api/documents/{document_id}",
    summary: "One document.",
    scope: "documents:read",
    parameters: OneDocument,
    status: 200,
    answer: answers.Document,
  },
  {
    id: "getPages",
    operation: "get_pages",
    method: "GET",
    path: "/api/documents/{document_id}/pages",
    summary: "The text of a document's pages, 50 at a time.",
    scope: "documents:read",
    parameters: requests.GetPages,
    status: 200,
    answer: answers.Pages,
  },
  {
    id: "getValues",
    operation: "get_values",
    method: "GET",
    path: "/api/documents/{document_id}/values",
    summary: "A document's values, each with the page and the words that prove it.",
    scope: "documents:read",
    parameters: OneDocument,
    status: 200,
    answer: answers.Values,
  },
  {
    id: "listEvents",
    operation: "list_events",
    method: "GET",
    path: "/api/documents/{document_id}/events",
    summary: "What happened to a document, oldest first, 200 at a time.",
    scope: "documents:read",
    parameters: requests.ListEvents,
    status: 200,
    answer: answers.Events,
  },
  {
    id: "getHistory",
    operation: "get_history",
    method: "GET",
    path: "/api/documents/{document_id}/history",
    summary: "All that happened to a document: its events, descriptions, parts, extractions and reviews.",
    scope: "documents:read",
    parameters: OneDocument,
    status: 200,
    answer: answers.History,
  },
  {
    id: "getFile",
    operation: "get_document",
    method: "GET",
    path: "/api/documents/{document_id}/file",
    summary: "A link to the original file, good for a minute.",
    scope: "documents:read",
    parameters: OneDocument,
    status: 200,
    answer: answers.FileLink,
  },
  {
    id: "getSearchablePdf",
    operation: "get_document",
    method: "GET",
    path: "/api/documents/{document_id}/pdf",
    summary:
      "A PDF whose words can be found and copied: of a scan its picture and the words that were read where they stand.",
    scope: "documents:read",
    parameters: OneDocument,
    status: 200,
    answer: answers.File,
    files: ["application/pdf"],
  },
  {
    id: "editDocument",
    operation: "edit_document",
    method: "PATCH",
    path: "/api/documents/{document_id}",
    summary: "Correct fields of a document. They are locked then.",
    scope: "documents:write",
    parameters: OneDocument,
    body: requests.Changes,
    status: 200,
    answer: answers.Document,
  },
  {
    id: "deleteDocument",
    operation: "delete_document",
    method: "DELETE",
    path: "/api/documents/{document_id}",
    summary: "Delete a document and its file.",
    scope: "documents:write",
    parameters: OneDocument,
    status: 200,
    answer: answers.Deleted,
  },
  {
    id: "addTags",
    operation: "add_tags",
    method: "POST",
    path: "/api/documents/{document_id}/tags",
    summary: "Add tags to a document.",
    scope: "documents:write",
    parameters: OneDocument,
    body: requests.AddTags,
    status: 200,
    answer: answers.Document,
  },
  {
    id: "undoRun",
    operation: "undo_metadata_run",
    method: "POST",
    path: "/api/documents/{document_id}/undo",
    summary: "Put back what was there before a description.",
    scope: "documents:write",
    parameters: OneDocument,
    body: requests.UndoRun,
    status: 200,
    answer: answers.Undone,
  },
  {
    id: "unlockFields",
    operation: "unlock_fields",
    method: "POST",
    path: "/api/documents/{document_id}/unlock",
    summary: "Leave fields to the pipeline again.",
    scope: "documents:write",
    parameters: OneDocument,
    body: requests.UnlockFields,
    status: 200,
    answer: answers.StillLocked,
  },
  {
    id: "getRetention",
    operation: "get_retention",
    method: "GET",
    path: "/api/documents/{document_id}/retention",
    summary: "What keeps a document from being deleted: a hold, a day, or nothing.",
    scope: "documents:read",
    parameters: OneDocument,
    status: 200,
    answer: answers.Retention,
  },
  {
    id: "changeRetention",
    operation: "change_retention",
    method: "PATCH",
    path: "/api/documents/{document_id}/retention",
    summary: "Hold a document, release it, or keep it until a day.",
    scope: "documents:write",
    parameters: OneDocument,
    body: requests.RetentionChanges,
    status: 200,
    answer: answers.Retention,
  },
  {
    id: "sumAmounts",
    operation: "sum_amounts",
    method: "GET",
    path: "/api/sums",
    summary: "What the documents that the filters leave add up to, per currency.",
    scope: "documents:read",
    parameters: requests.SumAmounts,
    status: 200,
    answer: answers.Sums,
  },
  {
    id: "listSchemas",
    operation: "list_schemas",
    method: "GET",
    path: "/api/schemas",
    summary: "The schemas of extraction.",
    scope: "documents:read",
    parameters: requests.ListSchemas,
    status: 200,
    answer: answers.Schemas,
  },
  {
    id: "listRows",
    operation: "schema_rows",
    method: "GET",
    path: "/api/schemas/{schema_id}/rows",
    summary: "A page of a schema's table: a row a document, or a row a line of a table in it.",
    scope: "documents:read",
    parameters: requests.ListRows,
    status: 200,
    answer: answers.Rows,
  },
  {
    id: "sumRows",
    operation: "schema_sums",
    method: "GET",
    path: "/api/schemas/{schema_id}/sums",
    summary: "What the numbers of a schema's table add up to, per currency.",
    scope: "documents:read",
    parameters: requests.SumRows,
    status: 200,
    answer: answers.RowSums,
  },
  {
    id: "exportRows",
    operation: "schema_rows",
    method: "GET",
    path: "/api/schemas/{schema_id}/export",
    summary: "All rows of a schema's table, as a file.",
    scope: "documents:read",
    parameters: requests.ExportRows,
    status: 200,
    answer: answers.File,
    files: ["text/csv", "application/json", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  },
  {
    id: "listTags",
    operation: "list_tags",
    method: "GET",
    path: "/api/tags",
    summary: "The tags in use, the most used first.",
    scope: "documents:read",
    parameters: requests.ListTags,
    status: 200,
    answer: answers.Tags,
  },
  {
    id: "getUsage",
    operation: "get_usage",
    method: "GET",
    path: "/api/usage",
    summary: "What was used this month, and what is left.",
    scope: "documents:read",
    parameters: None,
    status: 200,
    answer: answers.Usage,
  },
  {
    id: "getAccount",
    operation: "get_account",
    method: "GET",
    path: "/api/account",
    summary:
      "Everything beside documents, for a copy: tags, rules, schemas, saved views, links, addresses. Without secrets.",
    scope: "documents:read",
    parameters: None,
    status: 200,
    answer: answers.Account,
  },
  ...AUTOMATION_OPERATIONS,
];

/** Every operation that users call. */
export const OPERATIONS: Operation[] = [
  {
    id: "uploadFile",
    method: "POST",
    path: "/upload",
    summary:
      "Add a document: a file as multipart field file, or, as JSON, a file that is announced and then sent to Storage.",
    scope: "upload",
    parameters: None,
    body: requests.AnnouncedFile,
    form: true,
    status: 202,
    answer: answers.Uploaded,
    or: { status: 200, answer: answers.Announced },
  },
  {
    id: "retryDocument",
    method: "POST",
    path: "/ocr",
    summary: "Start a failed document afresh.",
    scope: "documents:write",
    parameters: None,
    body: requests.RetryCall,
    status: 202,
    answer: answers.Retried,
  },
  {
    id: "describeDocument",
    method: "POST",
    path: "/metadata",
    summary: "Describe a document again.",
    scope: "documents:write",
    parameters: None,
    body: requests.DescribeCall,
    status: 200,
    answer: answers.DescribingEvent,
    streams: true,
  },
  {
    id: "suggestSchema",
    method: "POST",
    path: "/extract",
    summary:
      "Suggest a schema from documents, without saving it; or apply one to a document again, told as server-sent events.",
    scope: "documents:write",
    parameters: None,
    body: requests.SuggestCall,
    status: 200,
    answer: answers.SuggestedSchema,
    or: { status: 200, body: requests.ExtractCall, answer: answers.ExtractingEvent, streams: true },
  },
  ...API_OPERATIONS,
];

/** Every operation of every function. */
export const ALL_OPERATIONS: DescribedOperation[] = [...OPERATIONS, ...OPEN_OPERATIONS];
