import { setTimeout as pause } from "node:timers/promises";

/** Asks until there is an answer, for twenty seconds; after that, what it last failed with is thrown. */
export async function answered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let left = 100; left > 0; left--) {
    try {
      return await ask();
    } catch {
      await pause(200);
    }
  }
  return await ask();
}

/** What a web server says at `address`, as soon as it says anything. */
export async function reached(address: string, request: RequestInit = {}): Promise<Response> {
  return await answered(async () => await fetch(address, request));
}
