/** A failure that the person at the terminal can do something about: its message says what, and a stack would only hide it. */
export class Failure extends Error {}

/**
 * Runs a command. A Failure is printed as its message alone and makes the process exit with 1; what is a mistake of
 * ours keeps its stack.
 */
export async function plainly(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}
