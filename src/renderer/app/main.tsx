import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '../theme/tokens.css';
import '../theme/base.css';
import './app.css';
import { createRoot } from 'react-dom/client';
import { connect } from '../transport/connect.ts';
import { createSettingsStore } from '../state/settings-store.ts';
import { applyTheme } from '../theme/theme-colours.ts';
import { Root } from './Root.tsx';
import { loadSettings, saveSettings } from './storage.ts';

const settings = createSettingsStore(loadSettings, saveSettings);

// The theme is on the document before anything is drawn.
let stopFollowing = applyTheme(settings.getState().theme);
settings.subscribe((now, before) => {
  if (now.theme === before.theme) return;
  stopFollowing();
  stopFollowing = applyTheme(now.theme);
});

const element = document.getElementById('root');
if (element === null) throw new Error('index.html has no #root');
createRoot(element).render(<Root settings={settings} connect={connect} />);
