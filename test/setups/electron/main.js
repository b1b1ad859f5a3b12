// The main process of an app: it waits, and tells its windows. The machine may sleep in between.
import { app, ipcMain, powerMonitor } from 'electron';
import { OperationsClient } from 'longrunning';
import { OperationsEmulator } from 'longrunning/testing';
import { restTransport } from 'longrunning/rest';

await app.whenReady();
const emulator = new OperationsEmulator();
const apiEndpoint = `http://127.0.0.1:${await emulator.listenHttp()}`;
const client = new OperationsClient({ transport: restTransport({ apiEndpoint }) });
powerMonitor.on('resume', () => client.pollNow());

ipcMain.handle('wait', async () => {
  const { name } = emulator.start({ durationMs: 100 });
  const { result } = await client.poller(name).pollUntilDone();
  return result;
});
app.on('will-quit', () => {
  void client.close();
  void emulator.close();
});
