/**
 * `source` with its next chunk already being read and checked while the present one is worked on, so that hashing on this
 * thread and unpacking on another share the time. One chunk is held more than without.
 */
export async function* oneAhead(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    let next = begun(iterator);
    for (;;) {
      const result = await next;
      if (result.done === true) return;
      next = begun(iterator);
      yield result.value;
    }
  } finally {
    await iterator.return?.();
  }
}

/** The next result, whose failure is reported where it is awaited and nowhere else. */
function begun(iterator: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
  const next = iterator.next();
  next.catch(() => undefined);
  return next;
}
