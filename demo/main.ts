// npm run demo: a server of long-running operations, Google's own client for it, and what this package does with them.
import { abort } from './scenes/abort.js';
import { cancel } from './scenes/cancel.js';
import { failure } from './scenes/failure.js';
import { list } from './scenes/list.js';
import { resume } from './scenes/resume.js';
import { wait } from './scenes/wait.js';
import { setStage } from './stage.js';
import { summary } from './summary.js';
import { endLine, heading, note } from './terminal.js';

const curtain = new AbortController();
process.once('SIGINT', () => curtain.abort());

async function play(signal: AbortSignal): Promise<void> {
  await using stage = await setStage(signal);
  heading('longrunning: waiting for long-running operations');
  note(`An emulated service on 127.0.0.1 (gRPC port ${stage.grpcPort}, HTTP port ${stage.httpPort}) and`);
  note("Google's own client for it, AgentsClient of @google-cloud/dialogflow-cx.");

  await wait(stage);
  await failure(stage);
  await cancel(stage);
  const token = await abort(stage);
  await resume(stage, token);
  await list(stage);
  summary(stage.emulator);
}

try {
  await play(curtain.signal);
} catch (error) {
  endLine();
  if (curtain.signal.aborted) note('Stopped.');
  else console.error(error);
  process.exitCode = curtain.signal.aborted ? 130 : 1;
} finally {
  curtain.abort(); // nothing that a scene began outlives it
}
