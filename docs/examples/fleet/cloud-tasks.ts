// Cloud Tasks: a task calls this handler over HTTP, which creates the next task.
import type { OperationsClient, ResumeToken } from 'longrunning';
import { nextPollDelayMs } from 'longrunning/schedule';

type CreateTask = (task: { body: string; scheduleTime: { seconds: number } }) => Promise<unknown>;

export async function handleTask(client: OperationsClient, createTask: CreateTask, body: string): Promise<void> {
  const token = JSON.parse(body) as ResumeToken;
  const operation = await client.resume(token).poll();
  if (operation.done) {
    console.log(operation.name, operation.result);
    return;
  }
  await createTask({ body, scheduleTime: { seconds: Math.ceil((Date.now() + nextPollDelayMs(token)) / 1000) } });
}
