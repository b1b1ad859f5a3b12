import { parseArgs } from 'node:util';
import { isCredential } from '../transports/secrets.js';
import { UsageError, type Command, type ConnectionSettings, type WaitSettings } from './command.js';
import { OptionReader, type OptionValues } from './option-reader.js';
import { didYouMean } from './nearest.js';
import { commandSpecs, optionSpecs, type CommandName } from './options.js';
import { printable } from './printable.js';

/** What a command line requests. */
export type ParsedArguments =
  | { readonly kind: 'help'; readonly command: CommandName | undefined }
  | { readonly kind: 'version' }
  | { readonly kind: 'command'; readonly command: Command };

/**
 * Parses the arguments of the program. Pure: files and the environment are read later.
 *
 * @throws {@link UsageError} if they are invalid.
 */
export function parseArguments(args: readonly string[]): ParsedArguments {
  const { values, positionals } = parseTokens(args);
  const [first, ...operands] = positionals;
  const isHelp = first === 'help';
  const name = isHelp ? operands[0] : first;
  if (values.version === true) return { kind: 'version' };
  if (name === undefined) {
    if (isHelp || values.help === true) return { kind: 'help', command: undefined };
    throw new UsageError('a command is missing');
  }
  const spec = commandSpecs.find((one) => one.name === name);
  if (spec === undefined) {
    const nearest = didYouMean(name, commandNames);
    throw new UsageError(`there is no command '${printable(name)}'${nearest}`);
  }
  if (isHelp || values.help === true) return { kind: 'help', command: spec.name };
  const { help: _help, version: _version, ...options } = values;
  return { kind: 'command', command: commandOf(spec.name, operands, options) };
}

const commandNames = [...commandSpecs.map(({ name }) => name), 'help'];

function parseTokens(args: readonly string[]): { values: Record<string, unknown>; positionals: string[] } {
  const options = optionSpecs.map(({ name, short, value, multiple }) => {
    const type = value === undefined ? ('boolean' as const) : ('string' as const);
    return [name, { type, ...(short !== undefined && { short }), ...(multiple && { multiple }) }] as const;
  });
  const helpAndVersion = { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } } as const;
  try {
    return parseArgs({
      args: [...args],
      options: { ...Object.fromEntries(options), ...helpAndVersion },
      allowPositionals: true,
    });
  } catch (error) {
    // Node's messages have a hint after the first sentence.
    const [message = ''] = (error as Error).message.split(/\. |\n/);
    const text = printable(message.charAt(0).toLowerCase() + message.slice(1));
    throw new UsageError(`${text}${nearestOption(message, args)}`);
  }
}

/** A question about the option that was meant, for a message of Node that quotes one which does not exist. */
function nearestOption(message: string, args: readonly string[]): string {
  const [, unknown] = /^Unknown option '(-[^']*)'/.exec(message) ?? [];
  if (unknown === undefined) return '';
  const command = commandSpecs.find(({ name }) => args.includes(name))?.name;
  const specs = optionSpecs.filter(({ commands }) => command === undefined || commands.includes(command));
  const names = ['help', 'version', ...specs.map(({ name }) => name)].map((name) => `--${name}`);
  // A long option with one dash: Node reads its letters as short options.
  const isLong = unknown.startsWith('--');
  const given = isLong ? unknown : args.find((arg) => arg.startsWith(unknown) && arg.length > 3);
  return given === undefined ? '' : didYouMean(isLong ? given : `-${given}`, names);
}

function commandOf(name: CommandName, operands: readonly string[], values: OptionValues): Command {
  const reader = new OptionReader(name, values);
  reader.assertKnown();
  const wait = name === 'wait' || (name === 'cancel' && reader.flag('wait')) ? waitSettings(reader) : undefined;
  if (wait === undefined) reader.assertNoWaitOptions();
  const names = [...new Set(operands)];
  assertOperands(name, names, wait?.tokenFile !== undefined);
  return {
    name,
    operands: names,
    connection: connectionSettings(name, reader),
    wait,
    descriptors: reader.text('descriptors'),
    filter: reader.text('filter'),
    limit: reader.number('limit') ?? Infinity,
    output: reader.choice('output', ['text', 'json', 'ndjson']) ?? 'text',
    quiet: reader.flag('quiet'),
    resumeOptions: reader.repeated(['token', 'wait']),
  };
}

function assertOperands(name: CommandName, operands: readonly string[], hasToken: boolean): void {
  const isOptional = name === 'services' || hasToken;
  if (operands.includes('')) throw new UsageError('a name is empty', name);
  if (operands.length === 0 && !isOptional) {
    const alternative = name === 'wait' ? ', or --token with a saved wait' : '';
    const operand = name === 'list' ? 'the PARENT of the operations' : 'the NAME of an operation';
    throw new UsageError(`'${name}' needs ${operand}${alternative}`, name);
  }
  if ((name === 'list' || name === 'services') && operands.length > 1) {
    throw new UsageError(`'${name}' takes one argument, not ${operands.length}`, name);
  }
}

function waitSettings(reader: OptionReader): WaitSettings {
  reader.assertNotBoth('any', 'all');
  reader.assertNotBoth('any', 'fail-fast');
  reader.assertBoth('history-key', 'history');
  return {
    timeoutMs: reader.duration('timeout'),
    mode: reader.flag('any') ? 'any' : 'all',
    failFast: reader.flag('fail-fast'),
    pollEveryMs: reader.duration('poll-every'),
    tokenFile: reader.text('token'),
    historyFile: reader.text('history'),
    historyKey: reader.text('history-key'),
  };
}

function connectionSettings(name: CommandName, reader: OptionReader): ConnectionSettings {
  const service = reader.text('service');
  const endpoint = reader.text('endpoint');
  if (name !== 'services' && service === undefined && endpoint === undefined) {
    throw new UsageError(`'${name}' needs --service or --endpoint`, name);
  }
  assertHost(service, name);
  if (endpoint?.includes('://')) {
    throw new UsageError('--endpoint must be a host or host:port, without a scheme: --insecure is plain HTTP', name);
  }
  reader.assertNotBoth('auth', 'access-token-file');
  const headers = reader.list('header');
  for (const header of headers) assertHeader(header, name);
  return {
    transport: reader.choice('transport', ['rest', 'grpc']) ?? 'rest',
    service,
    apiVersion: reader.text('api-version'),
    endpoint,
    insecure: reader.flag('insecure'),
    auth: reader.choice('auth', ['adc', 'none']),
    accessTokenFile: reader.text('access-token-file'),
    headers,
  };
}

/** The host of a service, not its short name: that would be looked up in the local network. */
function assertHost(service: string | undefined, command: CommandName): void {
  if (service === undefined || /[.:]/.test(service) || service === 'localhost') return;
  const host = `${printable(service)}.googleapis.com`;
  throw new UsageError(`--service must be a host: did you mean '${host}'?`, command);
}

/** A header of an argument: it must not be a credential. The message does not repeat the value. */
function assertHeader(header: string, command: CommandName): void {
  if (header.startsWith('@')) return;
  const name = header.slice(0, Math.max(0, header.indexOf(':'))).trim();
  if (name === '') throw new UsageError("--header must be 'NAME: VALUE' or @FILE", command);
  if (!isCredential(name.toLowerCase())) return;
  const alternative = '--access-token-file, an environment variable or --header @FILE';
  throw new UsageError(`the header '${printable(name)}' is a credential: use ${alternative}`, command);
}
