import type { JsonValue } from '../any.js';
import { reportError, notice, type Context } from './context.js';
import { errorHints, errorText } from './outcome.js';
import { jsonLine, jsonText, operationToJson, stateLine, type JsonOperation } from './output.js';
import { printable } from './printable.js';

// The commands that send requests and do not wait. Each returns its exit code.

/** After which time without a response a notice is written. */
const patienceMs = 3000;

/** Runs requests with a notice if there is no response for long: those that fail are sent again for about a minute. */
async function withNotice<T>(context: Context, send: (hasResponse: () => void) => Promise<T>): Promise<T> {
  const timer = setTimeout(() => notice(context, 'No response yet: failed requests are sent again.'), patienceMs);
  try {
    return await send(() => clearTimeout(timer));
  } finally {
    clearTimeout(timer);
  }
}

/** Prints the states of operations, in the order of their names. */
export async function get(context: Context): Promise<number> {
  const { command, client, info: type, signal, io } = context;
  const settled = await withNotice(context, () =>
    Promise.allSettled(command.operands.map((name) => client.getOperation({ name }, { type, signal }))),
  );
  const operations = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const isSingle = command.operands.length === 1;
  if (command.output !== 'json') operations.forEach((operation) => io.out(lineOf(context, operation)));
  else if (!isSingle) io.out(jsonText(operations.map(operationToJson)));
  else operations.forEach((operation) => io.out(jsonText(operationToJson(operation))));
  return reportFailures(context, settled);
}

/** Lists operations, page by page. */
export async function list(context: Context): Promise<number> {
  return withNotice(context, (hasResponse) => listPages(context, hasResponse));
}

async function listPages(context: Context, hasResponse: () => void): Promise<number> {
  const { command, client, info: type, signal, io } = context;
  const { filter, limit } = command;
  const [name = ''] = command.operands;
  const pageSize = limit < 1000 ? limit : undefined;
  const all: JsonValue[] = [];
  let count = 0;
  for await (const { operations, unreachable } of client
    .listOperations({ name, filter, pageSize }, { type, signal })
    .pages()) {
    hasResponse();
    for (const operation of operations.slice(0, limit - count)) {
      count++;
      if (command.output === 'json') all.push(operationToJson(operation));
      else io.out(lineOf(context, operation));
    }
    for (const location of unreachable) reportError(io, `${printable(location)}: could not be reached`);
    if (count >= limit) break;
  }
  if (command.output === 'json') io.out(jsonText(all));
  return 0;
}

function lineOf({ command }: Context, operation: JsonOperation): string {
  return command.output === 'ndjson' ? jsonLine(operationToJson(operation)) : stateLine(operation);
}

/**
 * Requests cancellation.
 *
 * @returns the exit code, and the operations whose cancellation was accepted.
 */
export async function cancel(context: Context): Promise<{ exitCode: number; accepted: string[] }> {
  const { client, signal } = context;
  return sendAll(context, 'cancellation requested', (name) => client.cancelOperation({ name }, { signal }));
}

/** Deletes records of operations. */
export async function deleteAll(context: Context): Promise<number> {
  const { client, signal } = context;
  const { exitCode } = await sendAll(context, 'deleted', (name) => client.deleteOperation({ name }, { signal }));
  return exitCode;
}

async function sendAll(
  context: Context,
  done: string,
  send: (name: string) => Promise<void>,
): Promise<{ exitCode: number; accepted: string[] }> {
  const names = context.command.operands;
  const settled = await withNotice(context, () => Promise.allSettled(names.map(send)));
  const accepted = names.filter((_, index) => settled[index]?.status === 'fulfilled');
  const exitCode = reportFailures(context, settled);
  for (const name of accepted) notice(context, `${printable(name)}: ${done}`);
  return { exitCode, accepted };
}

/** Writes an error for each request that failed. An abort, or an invalid argument, is thrown. */
function reportFailures({ command, io, signal }: Context, settled: readonly PromiseSettledResult<unknown>[]): number {
  signal.throwIfAborted();
  let exitCode = 0;
  for (const [index, result] of settled.entries()) {
    if (result.status === 'fulfilled') continue;
    if (result.reason instanceof TypeError) throw result.reason;
    exitCode = 3;
    reportError(io, `${printable(command.operands[index] as string)}: ${errorText(result.reason)}`);
    for (const hint of errorHints(result.reason)) io.err(`  ${hint}\n`);
  }
  return exitCode;
}
