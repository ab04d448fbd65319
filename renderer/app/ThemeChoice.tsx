import { useStore } from '../client/store.ts';
import { chooseTheme, chosenTheme } from './theme.ts';
import { THEMES } from './themes.ts';

export function ThemeChoice() {
  const theme = useStore(chosenTheme);
  return (
    <label className="theme-choice">
      <span className="unseen">Theme</span>
      <select
        value={theme}
        title="Theme (Ctrl+Alt+T)"
        onChange={(event) => chooseTheme(THEMES.find((t) => t === event.target.value) ?? 'system')}
      >
        {THEMES.map((t) => (
          <option key={t} value={t}>
            {t}
          </option>
        ))}
      </select>
    </label>
  );
}
