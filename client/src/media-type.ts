/** The media type of a file by the end of its name: what a large file is announced as. The pipeline looks at the bytes. */
const BY_ENDING: Record<string, string> = {
  pdf: "application/pdf",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  heic: "image/heic",
  heif: "image/heic",
  tif: "image/tiff",
  tiff: "image/tiff",
  gif: "image/gif",
  bmp: "image/bmp",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  odt: "application/vnd.oasis.opendocument.text",
  ods: "application/vnd.oasis.opendocument.spreadsheet",
  rtf: "application/rtf",
  txt: "text/plain",
  md: "text/markdown",
  csv: "text/csv",
  html: "text/html",
  htm: "text/html",
  eml: "message/rfc822",
  msg: "application/vnd.ms-outlook",
  dat: "application/ms-tnef",
  tnef: "application/ms-tnef",
  p7m: "application/pkcs7-mime",
  zip: "application/zip",
};

export const mediaTypeOf = (filename: string): string | undefined =>
  BY_ENDING[filename.slice(filename.lastIndexOf(".") + 1).toLowerCase()];
