// The parts of Electron that the program uses: the real one is not in a registry of packages.
const { EventEmitter } = require('node:events');

exports.app = Object.assign(new EventEmitter(), { whenReady: () => Promise.resolve() });
exports.powerMonitor = new EventEmitter();
exports.ipcMain = {
  async handle(channel, handler) {
    console.log(`${channel}: ${await handler()}`);
    exports.powerMonitor.emit('resume');
    exports.app.emit('will-quit');
  },
};
