/** Headers of a request, by name. */
export type Headers = Readonly<Record<string, string>>;

/**
 * Checks headers.
 *
 * @throws TypeError for a header that gRPC does not take as text. It does not show the value, which may be a credential.
 */
export function checkHeaders(action: string, headers: Headers): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[0-9a-z_.-]+$/i.test(name) || /^grpc-|-bin$/i.test(name)) {
      throw new TypeError(
        `Cannot ${action} as a name in 'headers' must be of letters, digits and -_., and neither begin with 'grpc-' nor end with '-bin': current value is '${name}'`,
      );
    }
    if (typeof value !== 'string' || !/^[ -~]*$/.test(value)) {
      throw new TypeError(
        `Cannot ${action} as header '${name}' must be printable ASCII text: current value is not shown`,
      );
    }
  }
}

/**
 * The header by which the service's front end finds the place where the operation lives (AIP-4222); none for an empty
 * name.
 *
 * @throws TypeError if the name cannot be encoded.
 */
export function routingHeader(method: string, name: string): Headers | undefined {
  if (name === '') return undefined;
  try {
    return { 'x-goog-request-params': `name=${encodeURIComponent(name)}` };
  } catch {
    throw new TypeError(
      `Cannot call ${method} as 'name' must be well-formed Unicode: current value has a lone surrogate`,
    );
  }
}

/** A duration as the header `grpc-timeout` has it: at most eight digits, not zero, and a unit. */
export function timeoutHeader(ms: number): string {
  const wholeMs = Math.max(1, Math.ceil(ms));
  return wholeMs < 1e8 ? `${wholeMs}m` : `${Math.ceil(ms / 1000)}S`;
}
