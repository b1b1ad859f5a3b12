import { Code, type Status, type StatusDetail } from '../status.js';
import { statusOf, type StatusScript } from './script.js';

/** The error that a call responds with. */
export class RpcError extends Error {
  readonly code: Code;
  readonly details: readonly StatusDetail[];

  constructor(code: Code, message: string, details: readonly StatusDetail[] = []) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/**
 * The status for any error that was thrown during a call. It is recognised by its structure: a `status`, as a
 * RequestError has, or a numeric `code` with `message` and `details`. Anything else is INTERNAL.
 */
export function statusOfError(error: unknown): Status {
  const { code, status, message, details } = (error ?? {}) as Partial<Record<keyof RpcErrorLike, unknown>>;
  if (isStatus(status)) return statusOf(status);
  if (isStatus({ code })) {
    return statusOf({
      code: code as Code,
      message: typeof message === 'string' ? message : '',
      details: Array.isArray(details) ? (details as StatusDetail[]) : [],
    });
  }
  return statusOf({ code: Code.INTERNAL, message: typeof message === 'string' ? message : String(error) });
}

interface RpcErrorLike extends StatusScript {
  status: StatusScript;
}

function isStatus(value: unknown): value is StatusScript {
  const code: unknown = (value as Partial<StatusScript> | null | undefined)?.code;
  return typeof code === 'number' && code !== Code.OK;
}
