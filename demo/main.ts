// npm run demo: Google's generated client against an emulated service, and what this package adds to it.
import { abort } from './steps/abort.js';
import { cancel } from './steps/cancel.js';
import { failure } from './steps/failure.js';
import { list } from './steps/list.js';
import { resume } from './steps/resume.js';
import { wait } from './steps/wait.js';
import { createDemo } from './setup.js';
import { summary } from './summary.js';
import { endLine, heading, note } from './terminal.js';

const controller = new AbortController();
process.once('SIGINT', () => controller.abort());

async function main(signal: AbortSignal): Promise<void> {
  await using context = await createDemo(signal);
  heading('longrunning: waiting for long-running operations');
  note(`An emulated service on 127.0.0.1 (gRPC port ${context.grpcPort}, HTTP port ${context.httpPort}) and`);
  note("Google's own client for it, AgentsClient of @google-cloud/dialogflow-cx.");

  await wait(context);
  await failure(context);
  await cancel(context);
  const token = await abort(context);
  await resume(context, token);
  await list(context);
  summary(context.emulator);
}

try {
  await main(controller.signal);
} catch (error) {
  endLine();
  if (controller.signal.aborted) note('Stopped.');
  else console.error(error);
  process.exitCode = controller.signal.aborted ? 130 : 1;
} finally {
  controller.abort(); // ends everything that a step started
}
