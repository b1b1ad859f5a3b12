import type { Command } from './command.js';

/**
 * The command that resumes a wait, for a POSIX shell.
 *
 * @param names - the operations that go on.
 * @param isSaved - whether the file of --token has them.
 */
export function resumeCommand(command: Command, names: readonly string[], isSaved = true): string {
  const tokenFile = isSaved ? command.wait?.tokenFile : undefined;
  // A token on standard output is no file that the next command could read: its names are used.
  const operands = tokenFile === undefined || tokenFile === '-' ? names : [];
  const token = operands.length > 0 || tokenFile === undefined ? [] : ['--token', tokenFile];
  return ['longrunning', 'wait', ...operands, ...token, ...command.resumeOptions].map(quote).join(' ');
}

function quote(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
