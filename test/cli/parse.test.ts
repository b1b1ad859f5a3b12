import { describe, expect, it } from '@jest/globals';
import type { Command } from '../../src/cli/command.js';
import { formatDuration, parseDuration } from '../../src/cli/duration.js';
import { helpText } from '../../src/cli/help.js';
import { commandSpecs, examples, optionSpecs } from '../../src/cli/options.js';
import { parseArguments } from '../../src/cli/parse.js';
import { resumeCommand } from '../../src/cli/resume-command.js';

const connection = ['--service', 'cloudbuild.googleapis.com'];

function commandOf(...args: string[]): Command {
  const parsed = parseArguments(args);
  if (parsed.kind !== 'command') throw new Error(parsed.kind);
  return parsed.command;
}

describe('parseArguments()', () => {
  it('reads a wait', () => {
    const args = ['--timeout', '1h30m', '--any', '--poll-every=2s', '--output', 'json', '-q', '--transport', 'grpc'];
    expect(commandOf('wait', 'a', 'b', 'a', ...args, '--endpoint', 'localhost:1', '--insecure')).toMatchObject({
      name: 'wait',
      operands: ['a', 'b'],
      wait: { timeoutMs: 5_400_000, mode: 'any', failFast: false, pollEveryMs: 2000, tokenFile: undefined },
      connection: { transport: 'grpc', endpoint: 'localhost:1', insecure: true, service: undefined },
      output: 'json',
      quiet: true,
    });
  });

  it('reads names that begin with a dash after --', () => {
    expect(commandOf('get', ...connection, '--', '-a').operands).toEqual(['-a']);
  });

  it.each([
    ['a command is missing', []],
    ["there is no command 'wiat': did you mean 'wait'?", ['wiat']],
    ["there is no command 'cancle': did you mean 'cancel'?", ['cancle', 'a']],
    [/^there is no command 'frobnicate'$/, ['frobnicate']],
    ["unknown option '--tiemout': did you mean '--timeout'?", ['wait', 'a', '--tiemout', '1s']],
    ["unknown option '--tiemout': did you mean '--timeout'?", ['wait', 'a', '--tiemout=1s']],
    ["unknown option '--out': did you mean '--output'?", ['get', 'a', '--out', 'json']],
    ["unknown option '-t': did you mean '--timeout'?", ['wait', 'a', '-timeout', '1s']],
    [/^unknown option '-x'$/, ['wait', 'a', '-x']],
    [/^unknown option '--frobnicate'$/, ['wait', 'a', '--frobnicate']],
    [/^unknown option '--tiemout'$/, ['get', 'a', '--tiemout', '1s']],
    [
      "-o, --output text|json|ndjson: 'jsno' is not valid: did you mean 'json'?",
      ['get', 'a', '-o', 'jsno', ...connection],
    ],
    [
      "--transport rest|grpc: 'gprc' is not valid: did you mean 'grpc'?",
      ['get', 'a', '--transport', 'gprc', ...connection],
    ],
    ["--auth adc|none: 'acd' is not valid: did you mean 'adc'?", ['get', 'a', '--auth', 'acd', ...connection]],
    [/'yaml' is not valid$/, ['get', 'a', '-o', 'yaml', ...connection]],
    ["'wait' needs the NAME of an operation", ['wait', ...connection]],
    ["'list' needs the PARENT", ['list', ...connection]],
    ["'list' takes one argument, not 2", ['list', 'a', 'b', ...connection]],
    ['a name is empty', ['get', '', ...connection]],
    ["'get' needs --service or --endpoint", ['get', 'a']],
    ["'get' has no option --timeout, it is for 'wait', 'cancel'", ['get', 'a', ...connection, '--timeout', '1s']],
    ['--timeout needs --wait', ['cancel', 'a', ...connection, '--timeout', '1s']],
    ["--service must be a host: did you mean 'speech.googleapis.com'?", ['get', 'a', '--service', 'speech']],
    ["--timeout DURATION: '0' is not valid, but 90s, 30m or 1h30m is", ['wait', 'a', ...connection, '--timeout', '0']],
    ["--transport rest|grpc: 'http' is not valid", ['wait', 'a', ...connection, '--transport', 'http']],
    ['--any and --all exclude', ['wait', 'a', ...connection, '--any', '--all']],
    ['--any and --fail-fast exclude', ['wait', 'a', ...connection, '--any', '--fail-fast']],
    [
      '--auth and --access-token-file exclude',
      ['get', 'a', ...connection, '--auth', 'adc', '--access-token-file', 'f'],
    ],
    ["--limit NUMBER: '0' is not valid", ['list', 'a', ...connection, '--limit', '0']],
    ['without a scheme', ['get', 'a', '--endpoint', 'https://example.com']],
    ["--header must be 'NAME: VALUE'", ['get', 'a', ...connection, '--header', 'x']],
    ["the header 'Cookie' is a credential", ['get', 'a', ...connection, '--header', 'Cookie: a=b']],
    ["the header 'x-goog-api-key' is a credential", ['get', 'a', ...connection, '--header', 'x-goog-api-key: b']],
  ])('says %j', (message, args) => {
    expect(() => parseArguments(args)).toThrow(message);
  });

  it('reads every example of the help', () => {
    for (const [, lines] of examples) {
      const commands = lines.replaceAll('\\\n', ' ').split('\n');
      for (const command of commands.filter((line) => line.startsWith('longrunning '))) {
        const [, ...args] = command.replace(/ [>|].*/, '').split(/ +/);
        expect(parseArguments(args).kind).toBe('command');
      }
    }
  });
});

describe('helpText()', () => {
  it.each(commandSpecs.map(({ name }) => name))('lists exactly the options of %s, in 80 columns', (name) => {
    const [text = ''] = helpText(name).split('\nExamples:');
    const listed = optionSpecs.filter((option) => new RegExp(`^ +(?:-\\w, )?--${option.name}\\b`, 'm').test(text));
    expect(listed).toEqual(optionSpecs.filter(({ commands }) => commands.includes(name)));
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

describe('resumeCommand()', () => {
  it('repeats the options that matter, quoted for a shell', () => {
    const header = "x-name: it's";
    const args = ['wait', 'a', 'b c', '--header', header, '--timeout', '1h', ...connection];
    expect(resumeCommand(commandOf(...args), ['b c'])).toBe(
      `longrunning wait 'b c' --service cloudbuild.googleapis.com --header 'x-name: it'\\''s' --timeout 1h`,
    );
  });

  it('uses the file of --token in place of names', () => {
    const command = commandOf('wait', 'a', '--token', 'my token.json', ...connection);
    expect(resumeCommand(command, ['a'])).toBe(
      `longrunning wait --token 'my token.json' --service cloudbuild.googleapis.com`,
    );
  });

  it('turns cancel --wait into wait', () => {
    const command = commandOf('cancel', 'a', '--wait', ...connection);
    expect(resumeCommand(command, ['a'])).toBe('longrunning wait a --service cloudbuild.googleapis.com');
  });
});

describe('durations', () => {
  it.each([
    ['90s', 90_000],
    ['90', 90_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['500ms', 500],
    ['2min', 120_000],
    ['1d', 86_400_000],
    ['', undefined],
    ['0s', undefined],
    ['-1s', undefined],
    ['1 h', undefined],
    ['soon', undefined],
    ['1h x', undefined],
  ])('parseDuration(%j) is %j', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    [-5, '0 s'],
    [59_999, '59 s'],
    [185_000, '3 min 05 s'],
    [9_600_000, '2 h 40 min'],
    [273_600_000, '3 d 04 h'],
  ])('formatDuration(%d) is %j', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
