import { execute } from "../support/cli.ts";

/** What an `openssl s_client` asks for besides the address; `-starttls postgres` among it speaks PostgreSQL first. */
export type Offer = readonly string[];

/**
 * Offers a server a handshake; gives the cipher suite it took, or `refused` where it answered with a failure of the
 * handshake. Throws for whatever else went wrong.
 */
export async function handshake(address: string, offer: Offer): Promise<string> {
  const script = 'exec openssl s_client -connect "$@" </dev/null 2>&1';
  const said = await execute("sh", ["-c", script, "sh", address, ...offer]).catch(outputOf);
  const taken = /^New, \S+, Cipher is (\w[\w-]+)$/m.exec(said)?.[1];
  if (taken !== undefined) return taken;
  if (said.includes("alert handshake failure")) return "refused";
  throw new Error(said);
}

/** What a program that failed had printed. */
function outputOf(cause: unknown): string {
  if (cause instanceof Error && "stdout" in cause && typeof cause.stdout === "string") return cause.stdout;
  throw cause;
}
