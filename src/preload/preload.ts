import { ipcRenderer } from 'electron';
import { HERE_IS_PORT, WANT_PORT } from '../shared/rpc/port-handover.ts';

// Hands one message port to the page and nothing else: the page's world gets no object and no function of ours. See port-handover.ts.
window.addEventListener('message', (event) => {
  if (event.source === window && event.origin === window.location.origin && event.data === WANT_PORT) ipcRenderer.send(WANT_PORT);
});
ipcRenderer.on(HERE_IS_PORT, (event) => {
  window.postMessage(HERE_IS_PORT, window.location.origin, event.ports);
});
