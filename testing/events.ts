/** The JSON objects of a stream of server-sent events; its comments say nothing. */
export async function eventsOf(response: Response): Promise<Record<string, unknown>[]> {
  const blocks = (await response.text()).split("\n\n").filter((block) => block !== "" && !block.startsWith(":"));
  return blocks.map((block) => JSON.parse(block.replace(/^data: /, "")) as Record<string, unknown>);
}
