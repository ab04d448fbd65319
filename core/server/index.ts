export { EngineServer, type ServerHost } from './engineServer.ts';
