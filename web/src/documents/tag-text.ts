/** What a person types as the pipeline writes tags: lower case, words joined by hyphens. Empty when nothing is left. */
export const toTag = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
