import '@fontsource/jetbrains-mono/latin-400.css';
import '@fontsource/jetbrains-mono/latin-700.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { IS_MAC } from './app/isMac.ts';
import { startTheme } from './app/theme.ts';
import { electronHost } from './client/electronHost.ts';
import { webHost } from './client/webHost.ts';
import { startSettings } from './settings/applySettings.ts';
import './theme/base.css';
import './theme/light.css';
import './theme/dark.css';
import './theme/contrast.css';

startTheme();
startSettings();
const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <App host={window.stillframe ? electronHost(window.stillframe, IS_MAC) : webHost} />,
  );
