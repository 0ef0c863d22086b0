import type { AppState } from '../../state/app-state.ts';

/** Shows the user one sentence until it is dismissed. */
export function tell(app: Pick<AppState, 'session'>, tone: 'error' | 'info', message: string): void {
  const { notices } = app.session.getState();
  const id = 1 + notices.reduce((most, notice) => Math.max(most, notice.id), 0);
  app.session.setState({ notices: [...notices, { id, tone, facts: { message } }] });
}
