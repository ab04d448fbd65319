/** The one bridge between page and main. Paths stay on this side: the page has names and ids. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { Channel, type Bridge, type GrantedFile, type InitialFiles } from './bridge.ts';

const bridge: Bridge = {
  startEngine: (engine) => ipcRenderer.send(Channel.startEngine, { engine }),
  endEngine: (engine) => ipcRenderer.send(Channel.endEngine, { engine }),
  onEngineStopped: (heard) => {
    ipcRenderer.on(Channel.engineStopped, (_, engine: number, reason: string) => heard(engine, reason));
  },
  chooseDumps: () => ipcRenderer.invoke(Channel.chooseDumps) as Promise<GrantedFile[]>,
  chooseFiles: () => ipcRenderer.invoke(Channel.chooseFiles) as Promise<GrantedFile[]>,
  grant: (file) => {
    const id = crypto.randomUUID();
    const path = webUtils.getPathForFile(file);
    if (path === '') return undefined;
    ipcRenderer.send(Channel.grant, { id, path });
    return { name: file.name, id };
  },
  initialDumps: () => ipcRenderer.invoke(Channel.initialDumps) as Promise<InitialFiles>,
  recentDumps: () => ipcRenderer.invoke(Channel.recentDumps) as Promise<GrantedFile[]>,
  sampleDump: () => ipcRenderer.invoke(Channel.sampleDump) as Promise<GrantedFile>,
  onOpenDump: (heard) => {
    ipcRenderer.on(Channel.openDump, (_, file: GrantedFile) => heard(file));
  },
  shownDumps: (shown) => ipcRenderer.send(Channel.shownDumps, { shown }),
  showMenu: (entries) => ipcRenderer.send(Channel.showMenu, { entries }),
  onMenuAction: (heard) => {
    ipcRenderer.on(Channel.menuAction, (_, id: string) => heard(id));
  },
  saveText: (name, text) => ipcRenderer.invoke(Channel.saveText, { name, text }) as Promise<void>,
};

contextBridge.exposeInMainWorld('stillframe', bridge);

// a port cannot go over the bridge: it is handed on as the page's own message
ipcRenderer.on(Channel.enginePort, (event, engine: number) => {
  window.postMessage({ enginePort: engine }, window.location.origin, event.ports);
});
