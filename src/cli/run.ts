import { readFileSync } from 'node:fs';
import { OperationsClient } from '../client.js';
import { isLROError } from '../errors.js';
import { constantBackoff } from '../polling/backoff.js';
import type { PollingOptions } from '../polling/settings.js';
import { Redactor } from '../transports/redact.js';
import { UsageError, type Command, type WaitSettings } from './command.js';
import { connect } from './connection.js';
import { reportError, type Context, type Io } from './context.js';
import { readDescriptors } from './descriptors.js';
import { helpText } from './help.js';
import { openHistory, type HistoryFile } from './history-file.js';
import { didYouMean } from './nearest.js';
import { errorHints, errorText } from './outcome.js';
import { jsonLine, jsonText } from './output.js';
import { parseArguments } from './parse.js';
import { printable } from './printable.js';
import { cancel, deleteAll, get, list } from './requests.js';
import { findServices } from './services.js';
import { jsonInfo } from './types.js';
import { wait } from './wait.js';

/**
 * Runs the command line.
 *
 * @param signal - aborted by an interruption.
 * @returns the exit code; after an abort the caller replaces it.
 */
export async function run(args: readonly string[], processIo: Io, signal: AbortSignal): Promise<number> {
  const secrets = new Set<string>();
  const io = redacted(processIo, secrets);
  try {
    const parsed = parseArguments(args);
    if (parsed.kind === 'version') io.out(`${packageVersion()}\n`);
    if (parsed.kind === 'help') io.out(helpText(parsed.command));
    return parsed.kind === 'command' ? await runCommand(parsed.command, io, secrets, signal) : 0;
  } catch (error) {
    return signal.aborted ? 0 : reportFailure(error, io);
  }
}

/** Removes credentials from what is written to standard error: a service may repeat those of the request. */
function redacted(io: Io, secrets: ReadonlySet<string>): Io {
  return { ...io, err: (text) => io.err(new Redactor(() => [...secrets]).text(text)) };
}

async function runCommand(command: Command, io: Io, secrets: Set<string>, signal: AbortSignal): Promise<number> {
  if (command.name === 'services') return listServices(command, io);
  const info = jsonInfo(command.descriptors === undefined ? undefined : readDescriptors(command.descriptors));
  const transport = await connect(command.connection, io.env, (secret) => secrets.add(secret));
  const file = command.wait?.historyFile;
  const history = file === undefined ? undefined : openHistory(file, io);
  const client = new OperationsClient({ transport, polling: pollingOptions(command.wait, history) });
  try {
    return await send({ command, io, client, info, signal });
  } finally {
    await client.close();
    await history?.save();
  }
}

async function send(context: Context): Promise<number> {
  const { command } = context;
  switch (command.name) {
    case 'get':
      return get(context);
    case 'list':
      return list(context);
    case 'delete':
      return deleteAll(context);
    case 'cancel':
      return cancelAndWait(context);
    default:
      return wait(context, command.operands, command.wait as WaitSettings);
  }
}

async function cancelAndWait(context: Context): Promise<number> {
  const { exitCode, accepted } = await cancel(context);
  const settings = context.command.wait;
  if (settings === undefined || accepted.length === 0) return exitCode;
  const waitExitCode = await wait(context, accepted, settings);
  return exitCode === 0 ? waitExitCode : exitCode;
}

function pollingOptions(settings: WaitSettings | undefined, file: HistoryFile | undefined): PollingOptions {
  const pollEveryMs = settings?.pollEveryMs;
  return {
    history: file?.history,
    historyKey: settings?.historyKey,
    // A long poll would be slower than the interval.
    ...(pollEveryMs !== undefined && { backoff: constantBackoff(pollEveryMs), serverWait: 'never' }),
  };
}

async function listServices({ operands, output, quiet }: Command, io: Io): Promise<number> {
  const [text = ''] = operands;
  const services = await findServices(text);
  if (services.length === 0 && !quiet) {
    const names = (await findServices('')).map(({ host }) => host.replace(/\..*/, ''));
    io.err(`No host contains '${printable(text)}'${didYouMean(text, names)}\n`);
  }
  const values = services.map(({ host, versions }) => ({ host, versions: [...versions] }));
  if (output === 'json') io.out(jsonText(values));
  else if (output === 'ndjson') values.forEach((value) => io.out(jsonLine(value)));
  else io.out(values.map(({ host, versions }) => `${host}\t${versions.join(' ')}\n`).join(''));
  return 0;
}

/** Reports an error that ended the command: of the command line, of a request, or a defect. */
function reportFailure(error: unknown, io: Io): number {
  const isUsage = error instanceof UsageError;
  const isArgument = error instanceof TypeError || error instanceof RangeError;
  reportError(io, isUsage || isArgument || isLROError(error) ? errorText(error) : unexpectedText(error));
  for (const hint of errorHints(error)) io.err(`  ${hint}\n`);
  if (isUsage) io.err(`Help: longrunning ${error.command === undefined ? '' : `${error.command} `}--help\n`);
  return isUsage || isArgument ? 2 : 3;
}

function unexpectedText(error: unknown): string {
  return printable(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
}

function packageVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
