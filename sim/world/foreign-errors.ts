// What a badly made transport throws and returns: errors with the request attached, and responses that are no operation.

/** A credential that is in every request. It must not be in anything that a caller gets. */
export const secret = 'sim-bearer-0f9a8b7c6d5e';

/** An error as an HTTP library makes it, with the request and its credential attached. */
export function connectionReset(): Error {
  return withRequest(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104 }));
}

/** An error as a gRPC library makes it, with a numeric code and the metadata of the request. */
export function foreignStatus(code: number): Error {
  const error = Object.assign(new Error(`${code} FOREIGN: as scripted`), { code, details: 'as scripted' });
  return withRequest(error);
}

function withRequest<E extends Error>(error: E): E {
  const headers = { authorization: `Bearer ${secret}` };
  return Object.assign(error, {
    config: { headers, url: 'http://127.0.0.1/' },
    request: { headers },
    options: { headers },
  });
}

/** Responses that are no operation. */
export const garbage: readonly unknown[] = [
  null,
  undefined,
  42,
  '<html>502</html>',
  [],
  {},
  { done: 'yes' },
  { name: 7, done: false },
  { status: 'RUNNING' },
  new Uint8Array([10, 3, 97, 98, 99]),
  true,
];
